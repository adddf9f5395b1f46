package androidx.camera.core;

import androidx.annotation.NonNull;
import androidx.annotation.Nullable;

public class ImageCaptureException extends Exception {
    public ImageCaptureException(int imageCaptureError, @NonNull String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public int getImageCaptureError() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
