package app.tauri

/** What Gradle generates of a library's build type. */
internal object BuildConfig {
    const val DEBUG = false
}
