// The AAR. cargo-ndk puts libglimpse_sdk.so of each ABI under build/jniLibs before: see README.md.
plugins {
    id("com.android.library")
    `maven-publish`
}

group = "app.glimpse"
version = "0.1.0"

android {
    namespace = "app.glimpse.sdk"
    compileSdk = 36

    defaultConfig {
        minSdk = 24
        consumerProguardFiles("consumer-rules.pro")
    }

    sourceSets["main"].apply {
        manifest.srcFile("src/android/AndroidManifest.xml")
        kotlin.directories += listOf("src/main/kotlin", "src/generated/kotlin", "src/android/kotlin")
        jniLibs.directories += "build/jniLibs"
        assets.directories += "build/assets"
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    publishing {
        singleVariant("release") { withSourcesJar() }
    }
}

val packs by tasks.registering(Sync::class) {
    from("../../../assets") { include("packs.toml", "*.safetensors") }
    into(layout.buildDirectory.dir("assets/glimpse"))
}

tasks.named("preBuild") { dependsOn(packs) }

dependencies {
    api("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.11.0")
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.11.0")
    implementation("net.java.dev.jna:jna:5.19.1@aar")
}

publishing {
    publications {
        register<MavenPublication>("release") {
            artifactId = "glimpse-sdk"
            afterEvaluate { from(components["release"]) }
        }
    }
}
