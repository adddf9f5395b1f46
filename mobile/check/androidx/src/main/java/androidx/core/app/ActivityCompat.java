package androidx.core.app;

import android.app.Activity;
import androidx.annotation.IntRange;
import androidx.annotation.NonNull;
import androidx.core.content.ContextCompat;

public class ActivityCompat extends ContextCompat {
    protected ActivityCompat() {}

    public static boolean shouldShowRequestPermissionRationale(
            @NonNull Activity activity, @NonNull String permission) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public static void requestPermissions(
            @NonNull Activity activity, @NonNull String[] permissions, @IntRange(from = 0) int requestCode) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
