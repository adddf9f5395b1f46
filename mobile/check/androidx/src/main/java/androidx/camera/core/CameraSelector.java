package androidx.camera.core;

import androidx.annotation.NonNull;
import java.util.List;

public final class CameraSelector {
    public static final int LENS_FACING_UNKNOWN = -1;
    public static final int LENS_FACING_FRONT = 0;
    public static final int LENS_FACING_BACK = 1;
    public static final int LENS_FACING_EXTERNAL = 2;
    public static final @NonNull CameraSelector DEFAULT_FRONT_CAMERA = new CameraSelector();
    public static final @NonNull CameraSelector DEFAULT_BACK_CAMERA = new CameraSelector();

    CameraSelector() {}

    public @NonNull List<CameraInfo> filter(@NonNull List<CameraInfo> cameraInfos) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public static final class Builder {
        public Builder() {}

        public @NonNull Builder requireLensFacing(int lensFacing) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder addCameraFilter(@NonNull CameraFilter cameraFilter) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull CameraSelector build() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }
}
