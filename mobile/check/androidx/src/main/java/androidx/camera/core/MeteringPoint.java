package androidx.camera.core;

public class MeteringPoint {
    MeteringPoint() {}

    public float getSize() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
