package androidx.camera.core;

import androidx.annotation.NonNull;
import androidx.annotation.Nullable;
import androidx.camera.core.resolutionselector.ResolutionSelector;

public final class Preview extends UseCase {
    Preview() {}

    public void setSurfaceProvider(@Nullable SurfaceProvider surfaceProvider) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public int getTargetRotation() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public void setTargetRotation(int targetRotation) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public interface SurfaceProvider {
        void onSurfaceRequested(@NonNull SurfaceRequest request);
    }

    public static final class Builder implements ExtendableBuilder<Preview> {
        public Builder() {}

        public @NonNull Builder setTargetRotation(int rotation) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setResolutionSelector(@NonNull ResolutionSelector resolutionSelector) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        @Override
        public @NonNull Preview build() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }
}
