package androidx.camera.core;

import android.net.Uri;
import androidx.annotation.NonNull;
import androidx.annotation.Nullable;
import androidx.camera.core.resolutionselector.ResolutionSelector;
import java.io.File;
import java.io.OutputStream;
import java.util.concurrent.Executor;

public final class ImageCapture extends UseCase {
    public static final int ERROR_UNKNOWN = 0;
    public static final int ERROR_FILE_IO = 1;
    public static final int ERROR_CAPTURE_FAILED = 2;
    public static final int ERROR_CAMERA_CLOSED = 3;
    public static final int ERROR_INVALID_CAMERA = 4;
    public static final int CAPTURE_MODE_MAXIMIZE_QUALITY = 0;
    public static final int CAPTURE_MODE_MINIMIZE_LATENCY = 1;
    public static final int FLASH_MODE_AUTO = 0;
    public static final int FLASH_MODE_ON = 1;
    public static final int FLASH_MODE_OFF = 2;

    ImageCapture() {}

    public int getTargetRotation() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public void setTargetRotation(int rotation) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public int getFlashMode() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public void setFlashMode(int flashMode) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public @Nullable ResolutionInfo getResolutionInfo() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public void takePicture(@NonNull Executor executor, @NonNull OnImageCapturedCallback callback) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public void takePicture(
            @NonNull OutputFileOptions outputFileOptions,
            @NonNull Executor executor,
            @NonNull OnImageSavedCallback imageSavedCallback) {
                throw new UnsupportedOperationException("a declaration, to compile against");
            }

    public interface OnImageSavedCallback {
        default void onCaptureStarted() {}

        void onImageSaved(@NonNull OutputFileResults outputFileResults);

        void onError(@NonNull ImageCaptureException exception);
    }

    public abstract static class OnImageCapturedCallback {
        public void onCaptureSuccess(@NonNull ImageProxy image) {}

        public void onError(@NonNull ImageCaptureException exception) {}
    }

    public static class OutputFileResults {
        OutputFileResults() {}

        public @Nullable Uri getSavedUri() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }

    public static final class Metadata {
        public boolean isReversedHorizontal() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public void setReversedHorizontal(boolean isReversedHorizontal) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }

    public static final class OutputFileOptions {
        OutputFileOptions() {}

        public static final class Builder {
            public Builder(@NonNull File file) {}

            public Builder(@NonNull OutputStream outputStream) {}

            public @NonNull Builder setMetadata(@NonNull Metadata metadata) {
                throw new UnsupportedOperationException("a declaration, to compile against");
            }

            public @NonNull OutputFileOptions build() {
                throw new UnsupportedOperationException("a declaration, to compile against");
            }
        }
    }

    public static final class Builder implements ExtendableBuilder<ImageCapture> {
        public Builder() {}

        public @NonNull Builder setCaptureMode(int captureMode) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setFlashMode(int flashMode) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setJpegQuality(int jpegQuality) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setTargetRotation(int rotation) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setResolutionSelector(@NonNull ResolutionSelector resolutionSelector) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        @Override
        public @NonNull ImageCapture build() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }
}
