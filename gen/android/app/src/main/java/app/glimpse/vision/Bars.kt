package app.glimpse.vision

import android.view.View
import androidx.core.view.ViewCompat
import androidx.core.view.WindowInsetsCompat

/** From this version on the web view tells the page where bars and cutouts are. */
private const val KNOWS_BARS = 136

/** Whether a web view of this version tells the page of bars; `138.0.7204.63` is how versions look. */
fun tellsOfBars(version: String): Boolean = (version.substringBefore('.').toIntOrNull() ?: 0) >= KNOWS_BARS

/** Keeps what [content] shows clear of bars, cutouts and the keyboard. */
internal fun keepClear(content: View) {
    ViewCompat.setOnApplyWindowInsetsListener(content) { view, insets ->
        val kinds = WindowInsetsCompat.Type.systemBars() or WindowInsetsCompat.Type.displayCutout() or
            WindowInsetsCompat.Type.ime()
        val bars = insets.getInsets(kinds)
        view.setPadding(bars.left, bars.top, bars.right, bars.bottom)
        WindowInsetsCompat.CONSUMED
    }
}
