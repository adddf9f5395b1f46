package androidx.core.view;

import android.view.View;
import androidx.annotation.NonNull;
import androidx.annotation.Nullable;

public class ViewCompat {
    ViewCompat() {}

    public static void setOnApplyWindowInsetsListener(
            @NonNull View view, @Nullable OnApplyWindowInsetsListener listener) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
