package androidx.camera.core;

import android.util.Range;
import androidx.annotation.NonNull;
import androidx.lifecycle.LiveData;
import java.util.Set;

public interface CameraInfo {
    int getSensorRotationDegrees();

    int getSensorRotationDegrees(int relativeRotation);

    boolean hasFlashUnit();

    @NonNull
    LiveData<Integer> getTorchState();

    @NonNull
    LiveData<ZoomState> getZoomState();

    @NonNull
    LiveData<CameraState> getCameraState();

    default int getLensFacing() {
        return CameraSelector.LENS_FACING_UNKNOWN;
    }

    default float getIntrinsicZoomRatio() {
        return 1.0f;
    }

    default boolean isFocusMeteringSupported(@NonNull FocusMeteringAction action) {
        return false;
    }

    @NonNull
    default CameraSelector getCameraSelector() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    @NonNull
    default Set<Range<Integer>> getSupportedFrameRateRanges() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
