package androidx.core.splashscreen

import android.app.Activity

public class SplashScreen private constructor() {
    public companion object {
        @JvmStatic
        public fun Activity.installSplashScreen(): SplashScreen =
            throw UnsupportedOperationException("a declaration, to compile against")
    }
}
