package androidx.camera.core;

import androidx.annotation.Nullable;

public class InitializationException extends Exception {
    public InitializationException(@Nullable String message) {
        super(message);
    }
}
