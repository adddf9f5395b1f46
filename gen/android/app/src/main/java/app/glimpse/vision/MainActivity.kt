package app.glimpse.vision

import android.os.Bundle
import android.view.View
import android.webkit.WebView
import androidx.activity.enableEdgeToEdge
import androidx.core.splashscreen.SplashScreen.Companion.installSplashScreen

class MainActivity : TauriActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        installSplashScreen()
        enableEdgeToEdge()
        super.onCreate(savedInstanceState)
    }

    override fun onWebViewCreate(webView: WebView) {
        // Else the page keeps clear of bars by itself: env(safe-area-inset-*).
        if (!tellsOfBars(version)) keepClear(findViewById<View>(android.R.id.content) ?: return)
    }
}
