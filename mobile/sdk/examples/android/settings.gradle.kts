pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
    plugins {
        id("com.android.application") version "9.3.1"
        id("org.jetbrains.kotlin.plugin.compose") version "2.4.21"
    }
}

dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
    }
}

rootProject.name = "glimpse-example"
include(":app")

// The SDK from its sources; an application elsewhere asks for app.glimpse:glimpse-sdk.
includeBuild("../../kotlin") {
    dependencySubstitution {
        substitute(module("app.glimpse:glimpse-sdk")).using(project(":"))
    }
}
