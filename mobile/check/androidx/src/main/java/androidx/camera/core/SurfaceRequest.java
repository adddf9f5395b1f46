package androidx.camera.core;

import android.util.Size;
import androidx.annotation.NonNull;

public final class SurfaceRequest {
    SurfaceRequest() {}

    public @NonNull Size getResolution() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
