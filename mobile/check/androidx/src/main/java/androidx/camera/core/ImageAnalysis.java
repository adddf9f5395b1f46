package androidx.camera.core;

import android.graphics.Matrix;
import android.util.Size;
import androidx.annotation.NonNull;
import androidx.annotation.Nullable;
import androidx.camera.core.resolutionselector.ResolutionSelector;
import java.util.concurrent.Executor;

public final class ImageAnalysis extends UseCase {
    public static final int STRATEGY_KEEP_ONLY_LATEST = 0;
    public static final int STRATEGY_BLOCK_PRODUCER = 1;
    public static final int OUTPUT_IMAGE_FORMAT_YUV_420_888 = 1;
    public static final int OUTPUT_IMAGE_FORMAT_RGBA_8888 = 2;
    public static final int COORDINATE_SYSTEM_ORIGINAL = 0;

    ImageAnalysis() {}

    public void clearAnalyzer() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public int getTargetRotation() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public void setTargetRotation(int rotation) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public void setAnalyzer(@NonNull Executor executor, @NonNull Analyzer analyzer) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public @Nullable ResolutionInfo getResolutionInfo() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public interface Analyzer {
        void analyze(@NonNull ImageProxy image);

        default @Nullable Size getDefaultTargetResolution() {
            return null;
        }

        default int getTargetCoordinateSystem() {
            return COORDINATE_SYSTEM_ORIGINAL;
        }

        default void updateTransform(@Nullable Matrix matrix) {}
    }

    public static final class Builder implements ExtendableBuilder<ImageAnalysis> {
        public Builder() {}

        public @NonNull Builder setBackpressureStrategy(int strategy) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setImageQueueDepth(int depth) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setOutputImageFormat(int outputImageFormat) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setOutputImageRotationEnabled(boolean outputImageRotationEnabled) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setTargetRotation(int rotation) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        public @NonNull Builder setResolutionSelector(@NonNull ResolutionSelector resolutionSelector) {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }

        @Override
        public @NonNull ImageAnalysis build() {
            throw new UnsupportedOperationException("a declaration, to compile against");
        }
    }
}
