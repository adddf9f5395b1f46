package androidx.core.view;

import androidx.annotation.NonNull;
import androidx.core.graphics.Insets;

public class WindowInsetsCompat {
    public static final @NonNull WindowInsetsCompat CONSUMED = new WindowInsetsCompat();

    WindowInsetsCompat() {}

    public @NonNull Insets getInsets(int typeMask) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public static final class Type {
        private Type() {}

        public static int systemBars() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public static int displayCutout() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public static int ime() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }
}
