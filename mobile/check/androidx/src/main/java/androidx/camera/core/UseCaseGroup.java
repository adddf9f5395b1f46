package androidx.camera.core;

import androidx.annotation.NonNull;

public final class UseCaseGroup {
    UseCaseGroup() {}

    public static final class Builder {
        public Builder() {}

        public @NonNull Builder addUseCase(@NonNull UseCase useCase) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setViewPort(@NonNull ViewPort viewPort) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull UseCaseGroup build() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }
}
