package androidx.camera.camera2.interop;

import android.hardware.camera2.CameraCharacteristics;
import androidx.annotation.NonNull;
import androidx.annotation.Nullable;
import androidx.camera.core.CameraInfo;

@ExperimentalCamera2Interop
public final class Camera2CameraInfo {
    Camera2CameraInfo() {}

    public static @NonNull Camera2CameraInfo from(@NonNull CameraInfo cameraInfo) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public @NonNull String getCameraId() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public @Nullable <T> T getCameraCharacteristic(@NonNull CameraCharacteristics.Key<T> key) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
