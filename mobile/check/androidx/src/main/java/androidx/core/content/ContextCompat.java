package androidx.core.content;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import androidx.annotation.NonNull;
import androidx.annotation.Nullable;
import java.util.concurrent.Executor;

public class ContextCompat {
    public static final int RECEIVER_EXPORTED = 0x2;
    public static final int RECEIVER_NOT_EXPORTED = 0x4;

    protected ContextCompat() {}

    public static int checkSelfPermission(@NonNull Context context, @NonNull String permission) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public static @NonNull Executor getMainExecutor(@NonNull Context context) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public static @Nullable Intent registerReceiver(
            @NonNull Context context, @Nullable BroadcastReceiver receiver, @NonNull IntentFilter filter, int flags) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
