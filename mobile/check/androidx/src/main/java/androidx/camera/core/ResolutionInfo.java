package androidx.camera.core;

import android.graphics.Rect;
import android.util.Size;
import androidx.annotation.NonNull;

public class ResolutionInfo {
    ResolutionInfo() {}

    public @NonNull Size getResolution() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public @NonNull Rect getCropRect() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public int getRotationDegrees() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
