plugins {
    id("com.android.application")
    id("org.jetbrains.kotlin.plugin.compose")
}

android {
    namespace = "app.glimpse.example"
    compileSdk = 36

    defaultConfig {
        applicationId = "app.glimpse.example"
        minSdk = 24
        targetSdk = 36
        versionCode = 1
        versionName = "0.1.0"
    }

    buildTypes {
        release {
            isMinifyEnabled = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"))
        }
    }

    sourceSets["main"].kotlin.directories += listOf("src/main/kotlin", "src/shared/kotlin")

    // The packs are mapped inside of the package.
    androidResources { noCompress += "safetensors" }

    buildFeatures { compose = true }
}

dependencies {
    implementation("app.glimpse:glimpse-sdk:0.1.0")
    implementation(platform("androidx.compose:compose-bom:2026.06.00"))
    implementation("androidx.compose.material3:material3")
    implementation("androidx.activity:activity-compose:1.12.0")
    implementation("androidx.lifecycle:lifecycle-viewmodel-compose:2.10.0")
}
