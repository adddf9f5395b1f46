package androidx.camera.core.resolutionselector;

import androidx.annotation.NonNull;

public final class ResolutionSelector {
    public static final int PREFER_CAPTURE_RATE_OVER_HIGHER_RESOLUTION = 0;
    public static final int PREFER_HIGHER_RESOLUTION_OVER_CAPTURE_RATE = 1;

    ResolutionSelector() {}

    public static final class Builder {
        public Builder() {}

        public @NonNull Builder setAspectRatioStrategy(@NonNull AspectRatioStrategy aspectRatioStrategy) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setResolutionStrategy(@NonNull ResolutionStrategy resolutionStrategy) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setResolutionFilter(@NonNull ResolutionFilter resolutionFilter) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setAllowedResolutionMode(int mode) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull ResolutionSelector build() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }
}
