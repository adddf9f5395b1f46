package androidx.camera.core;

import androidx.annotation.NonNull;
import java.util.concurrent.TimeUnit;

public final class FocusMeteringAction {
    public static final int FLAG_AF = 1;
    public static final int FLAG_AE = 1 << 1;
    public static final int FLAG_AWB = 1 << 2;

    FocusMeteringAction() {}

    public static class Builder {
        public Builder(@NonNull MeteringPoint point) {}

        public Builder(@NonNull MeteringPoint point, int meteringMode) {}

        public @NonNull Builder addPoint(@NonNull MeteringPoint point) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder addPoint(@NonNull MeteringPoint point, int meteringMode) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setAutoCancelDuration(long duration, @NonNull TimeUnit timeUnit) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder disableAutoCancel() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull FocusMeteringAction build() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }
}
