package androidx.camera.core;

import androidx.annotation.NonNull;
import androidx.annotation.Nullable;

public abstract class CameraState {
    public static final int ERROR_MAX_CAMERAS_IN_USE = 1;
    public static final int ERROR_CAMERA_IN_USE = 2;
    public static final int ERROR_OTHER_RECOVERABLE_ERROR = 3;
    public static final int ERROR_STREAM_CONFIG = 4;
    public static final int ERROR_CAMERA_DISABLED = 5;
    public static final int ERROR_CAMERA_FATAL_ERROR = 6;
    public static final int ERROR_DO_NOT_DISTURB_MODE_ENABLED = 7;
    public static final int ERROR_CAMERA_REMOVED = 8;

    public abstract @NonNull Type getType();

    public abstract @Nullable StateError getError();

    public enum Type {
        PENDING_OPEN,
        OPENING,
        OPEN,
        CLOSING,
        CLOSED
    }

    public enum ErrorType {
        RECOVERABLE,
        CRITICAL
    }

    public abstract static class StateError {
        public abstract int getCode();

        public abstract @Nullable Throwable getCause();

        public @NonNull ErrorType getType() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }
}
