package app.glimpse.vision

import android.webkit.WebView
import androidx.appcompat.app.AppCompatActivity

/** Stands for the class that Tauri writes into the app when it is built. */
abstract class TauriActivity : AppCompatActivity() {
    open fun onWebViewCreate(webView: WebView) {}

    /** Of the web view. */
    val version: String
        get() = throw UnsupportedOperationException("a declaration, to compile against")
}
