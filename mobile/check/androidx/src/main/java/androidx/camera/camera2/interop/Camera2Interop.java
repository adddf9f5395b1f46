package androidx.camera.camera2.interop;

import android.hardware.camera2.CameraCaptureSession;
import android.hardware.camera2.CaptureRequest;
import androidx.annotation.NonNull;
import androidx.camera.core.ExtendableBuilder;

@ExperimentalCamera2Interop
public final class Camera2Interop {
    private Camera2Interop() {}

    public static final class Extender<T> {
        public Extender(@NonNull ExtendableBuilder<T> baseBuilder) {}

        public @NonNull <ValueT> Extender<T> setCaptureRequestOption(
                @NonNull CaptureRequest.Key<ValueT> key, @NonNull ValueT value) {
                    throw new UnsupportedOperationException("a declaration, to compile against");
                }

        public @NonNull Extender<T> setSessionCaptureCallback(
                @NonNull CameraCaptureSession.CaptureCallback captureCallback) {
                    throw new UnsupportedOperationException("a declaration, to compile against");
                }
    }
}
