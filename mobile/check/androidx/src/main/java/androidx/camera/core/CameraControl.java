package androidx.camera.core;

import androidx.annotation.NonNull;
import com.google.common.util.concurrent.ListenableFuture;

public interface CameraControl {
    @NonNull
    ListenableFuture<Void> enableTorch(boolean torch);

    @NonNull
    ListenableFuture<FocusMeteringResult> startFocusAndMetering(@NonNull FocusMeteringAction action);

    @NonNull
    ListenableFuture<Void> cancelFocusAndMetering();

    @NonNull
    ListenableFuture<Void> setZoomRatio(float ratio);

    @NonNull
    ListenableFuture<Void> setLinearZoom(float linearZoom);

    @NonNull
    ListenableFuture<Integer> setExposureCompensationIndex(int value);

    final class OperationCanceledException extends Exception {
        public OperationCanceledException(@NonNull String message) {
            super(message);
        }
    }
}
