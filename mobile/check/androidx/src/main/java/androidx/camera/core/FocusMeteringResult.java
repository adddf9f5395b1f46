package androidx.camera.core;

public final class FocusMeteringResult {
    FocusMeteringResult() {}

    public boolean isFocusSuccessful() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
