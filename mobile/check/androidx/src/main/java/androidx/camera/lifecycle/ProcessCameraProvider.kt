package androidx.camera.lifecycle

import android.content.Context
import androidx.annotation.MainThread
import androidx.camera.core.Camera
import androidx.camera.core.CameraInfo
import androidx.camera.core.CameraSelector
import androidx.camera.core.UseCase
import androidx.camera.core.UseCaseGroup
import androidx.lifecycle.LifecycleOwner
import com.google.common.util.concurrent.ListenableFuture

@Suppress("UNUSED_PARAMETER")
public class ProcessCameraProvider private constructor() {
    public val availableCameraInfos: List<CameraInfo>
        get() = throw UnsupportedOperationException("a declaration, to compile against")

    @MainThread
    public fun bindToLifecycle(
        lifecycleOwner: LifecycleOwner,
        cameraSelector: CameraSelector,
        vararg useCases: UseCase?,
    ): Camera = throw UnsupportedOperationException("a declaration, to compile against")

    @MainThread
    public fun bindToLifecycle(
        lifecycleOwner: LifecycleOwner,
        cameraSelector: CameraSelector,
        useCaseGroup: UseCaseGroup,
    ): Camera = throw UnsupportedOperationException("a declaration, to compile against")

    public fun isBound(useCase: UseCase): Boolean =
        throw UnsupportedOperationException("a declaration, to compile against")

    @MainThread
    public fun unbind(vararg useCases: UseCase?) {
        throw UnsupportedOperationException("a declaration, to compile against")
    }

    @MainThread
    public fun unbindAll() {
        throw UnsupportedOperationException("a declaration, to compile against")
    }

    public fun hasCamera(cameraSelector: CameraSelector): Boolean =
        throw UnsupportedOperationException("a declaration, to compile against")

    public fun getCameraInfo(cameraSelector: CameraSelector): CameraInfo =
        throw UnsupportedOperationException("a declaration, to compile against")

    public companion object {
        @JvmStatic
        public fun getInstance(context: Context): ListenableFuture<ProcessCameraProvider> =
            throw UnsupportedOperationException("a declaration, to compile against")
    }
}
