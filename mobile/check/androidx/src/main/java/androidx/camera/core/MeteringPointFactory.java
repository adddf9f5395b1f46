package androidx.camera.core;

import androidx.annotation.NonNull;

public abstract class MeteringPointFactory {
    MeteringPointFactory() {}

    public static float getDefaultPointSize() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public final @NonNull MeteringPoint createPoint(float x, float y) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public final @NonNull MeteringPoint createPoint(float x, float y, float size) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
