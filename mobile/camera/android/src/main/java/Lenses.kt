package app.glimpse.camera

import android.hardware.camera2.CameraCharacteristics
import androidx.annotation.OptIn
import androidx.camera.camera2.interop.Camera2CameraInfo
import androidx.camera.camera2.interop.ExperimentalCamera2Interop
import androidx.camera.core.CameraInfo
import androidx.camera.core.CameraSelector

/** By which the system knows a camera. */
@OptIn(markerClass = [ExperimentalCamera2Interop::class])
internal fun idOf(info: CameraInfo): String = Camera2CameraInfo.from(info).cameraId

/** The ranges of frames a second that a camera exposes for. */
@OptIn(markerClass = [ExperimentalCamera2Interop::class])
internal fun ratesOf(info: CameraInfo): List<Rates> {
    val ranges = Camera2CameraInfo.from(info)
        .getCameraCharacteristic(CameraCharacteristics.CONTROL_AE_AVAILABLE_TARGET_FPS_RANGES)
    return ranges.orEmpty().map { Rates(it.lower, it.upper) }
}

internal fun selectorOf(id: String): CameraSelector =
    CameraSelector.Builder().addCameraFilter { infos -> infos.filter { idOf(it) == id } }.build()

internal fun isFront(info: CameraInfo) = info.lensFacing == CameraSelector.LENS_FACING_FRONT

/** The cameras, those that look away from the person first. */
internal fun answerOf(infos: List<CameraInfo>): CamerasAnswer =
    CamerasAnswer(infos.map(::answerOf).sortedBy { ORDER.indexOf(it.facing) })

private val ORDER = listOf("back", "front", "external")

private fun answerOf(info: CameraInfo): CameraAnswer {
    val zoom = info.zoomState.value
    val facing = when (info.lensFacing) {
        CameraSelector.LENS_FACING_BACK -> "back"
        CameraSelector.LENS_FACING_FRONT -> "front"
        else -> "external"
    }
    return CameraAnswer(
        id = idOf(info),
        facing = facing,
        name = "",
        torch = info.hasFlashUnit(),
        minZoom = zoom?.minZoomRatio ?: 1f,
        maxZoom = zoom?.maxZoomRatio ?: 1f,
    )
}
