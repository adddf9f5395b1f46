package app.glimpse.camera

import android.graphics.BitmapFactory
import android.hardware.camera2.CaptureRequest
import android.util.Range
import android.util.Size
import androidx.annotation.MainThread
import androidx.annotation.OptIn
import androidx.camera.camera2.interop.Camera2Interop
import androidx.camera.camera2.interop.ExperimentalCamera2Interop
import androidx.camera.core.Camera
import androidx.camera.core.CameraInfo
import androidx.camera.core.CameraState
import androidx.camera.core.FocusMeteringAction
import androidx.camera.core.ImageAnalysis
import androidx.camera.core.ImageCapture
import androidx.camera.core.ImageCaptureException
import androidx.camera.core.ImageProxy
import androidx.camera.core.SurfaceOrientedMeteringPointFactory
import androidx.camera.core.resolutionselector.ResolutionSelector
import androidx.camera.lifecycle.ProcessCameraProvider
import androidx.lifecycle.LifecycleOwner
import androidx.lifecycle.Observer
import app.glimpse.frames.FrameSink
import java.io.File
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/** How long a point stays the one that is focused and exposed for, in seconds. */
private const val FOCUS_SECONDS = 5L

/** Quality of a still's JPEG, of 100. */
private const val STILL_QUALITY = 95

/**
 * A camera that is open: its frames go to the sink [handle] on a thread of its own, the newest wins. CameraX
 * closes it while [owner] is off the screen. Made and used on the main thread.
 */
@MainThread
internal class OpenCamera(
    private val provider: ProcessCameraProvider,
    private val owner: LifecycleOwner,
    private val info: CameraInfo,
    private val args: OpenArgs,
    private val main: Executor,
    private val displayRotation: () -> Int,
    private val states: StateTeller,
) {
    val handle: Long get() = args.handle

    private val frames = Executors.newSingleThreadExecutor { Thread(it, "glimpse-camera") }
    private val rates = frameRates(args.fps, ratesOf(info))
    private val analysis = analysis(Extent(args.width, args.height), rates)
    private val capture = ImageCapture.Builder()
        .setCaptureMode(ImageCapture.CAPTURE_MODE_MAXIMIZE_QUALITY)
        .setJpegQuality(STILL_QUALITY)
        .build()
    private val watcher = Observer<CameraState> { state ->
        state.error?.let { states.error(it.code, it.cause?.message) }
    }

    /** How the last frame lay in its buffer. */
    @Volatile
    private var seen: Seen? = null
    private val camera: Camera

    private class Seen(val degrees: Int, val crop: Area, val width: Int, val height: Int)

    init {
        analysis.setAnalyzer(frames, ::pass)
        camera = try {
            provider.bindToLifecycle(owner, selectorOf(args.id), analysis, capture)
        } catch (error: IllegalArgumentException) {
            frames.shutdown()
            throw Refusal("failed", error.message ?: "the camera takes no such use")
        }
        camera.cameraInfo.cameraState.observe(owner, watcher)
    }

    fun answer(): OpenAnswer {
        val size = analysis.resolutionInfo?.resolution ?: Size(args.width, args.height)
        val zoom = camera.cameraInfo.zoomState.value
        return OpenAnswer(
            id = args.id,
            width = size.width,
            height = size.height,
            fps = rates?.most ?: 0,
            torch = camera.cameraInfo.hasFlashUnit(),
            minZoom = zoom?.minZoomRatio ?: 1f,
            maxZoom = zoom?.maxZoomRatio ?: 1f,
        )
    }

    fun close() {
        camera.cameraInfo.cameraState.removeObserver(watcher)
        analysis.clearAnalyzer()
        provider.unbind(analysis, capture)
        // A frame that is being passed on comes to its end.
        frames.shutdown()
    }

    /** Hands a frame to Rust, which copies what it needs before this returns. */
    private fun pass(image: ImageProxy) = image.use {
        val (y, u, v) = image.planes
        val degrees = uprightDegrees(info.sensorRotationDegrees, degreesOf(displayRotation()), isFront(info))
        val rect = image.cropRect
        val crop = within(Area(rect.left, rect.top, rect.right, rect.bottom), image.width, image.height)
        FrameSink.push(
            handle, y.buffer, u.buffer, v.buffer, y.rowStride, u.rowStride, u.pixelStride,
            image.width, image.height, crop.left, crop.top, crop.right, crop.bottom, degrees,
            image.imageInfo.timestamp,
        )
        seen = Seen(degrees, crop, image.width, image.height)
        states.frame()
    }

    fun setTorch(on: Boolean, done: (Refusal?) -> Unit) {
        if (!camera.cameraInfo.hasFlashUnit()) return done(Refusal("no-torch", "this camera has no light"))
        val setting = camera.cameraControl.enableTorch(on)
        setting.addListener({ done(refusalOf { setting.get() }) }, main)
    }

    fun setZoom(ratio: Float, done: (Result<Float>) -> Unit) {
        val zoom = camera.cameraInfo.zoomState.value
        val within = zoomWithin(ratio, zoom?.minZoomRatio ?: 1f, zoom?.maxZoomRatio ?: 1f)
        val setting = camera.cameraControl.setZoomRatio(within)
        setting.addListener({
            val refusal = refusalOf { setting.get() }
            done(if (refusal == null) Result.success(within) else Result.failure(refusal))
        }, main)
    }

    /** Focuses and exposes for a point of the upright picture; says whether the lens found focus. */
    fun focus(point: Part, done: (Boolean) -> Unit) {
        val seen = seen ?: return done(false)
        val place = bufferPoint(point, seen.degrees, seen.crop, seen.width, seen.height)
        val metering = SurfaceOrientedMeteringPointFactory(1f, 1f, analysis).createPoint(place.x, place.y)
        val flags = FocusMeteringAction.FLAG_AF or FocusMeteringAction.FLAG_AE
        val action = FocusMeteringAction.Builder(metering, flags)
            .setAutoCancelDuration(FOCUS_SECONDS, TimeUnit.SECONDS)
            .build()
        if (!camera.cameraInfo.isFocusMeteringSupported(action)) return done(false)
        val focusing = camera.cameraControl.startFocusAndMetering(action)
        // It fails where another point was tapped meanwhile.
        focusing.addListener({ done(runCatching { focusing.get().isFocusSuccessful }.getOrDefault(false)) }, main)
    }

    /** Writes a still at full resolution into [file]. */
    fun takeStill(file: File, done: (Result<StillAnswer>) -> Unit) {
        capture.targetRotation = displayRotation()
        val output = ImageCapture.OutputFileOptions.Builder(file).build()
        val saved = object : ImageCapture.OnImageSavedCallback {
            override fun onImageSaved(outputFileResults: ImageCapture.OutputFileResults) {
                val size = BitmapFactory.Options().apply { inJustDecodeBounds = true }
                BitmapFactory.decodeFile(file.path, size)
                val answer = StillAnswer(file.path, size.outWidth, size.outHeight)
                main.execute { done(Result.success(answer)) }
            }

            override fun onError(exception: ImageCaptureException) {
                file.delete()
                main.execute { done(Result.failure(stillRefusal(exception))) }
            }
        }
        capture.takePicture(output, frames, saved)
    }
}

private fun stillRefusal(exception: ImageCaptureException): Refusal {
    val code = when (exception.imageCaptureError) {
        ImageCapture.ERROR_CAMERA_CLOSED, ImageCapture.ERROR_INVALID_CAMERA -> "not-open"
        else -> "failed"
    }
    return Refusal(code, exception.message ?: "no picture was taken")
}

/** Why [work] did not succeed. */
private fun refusalOf(work: () -> Unit): Refusal? =
    runCatching(work).exceptionOrNull()?.let { Refusal("failed", it.cause?.message ?: it.message ?: "$it") }

@OptIn(markerClass = [ExperimentalCamera2Interop::class])
private fun analysis(wanted: Extent, rates: Rates?): ImageAnalysis {
    val selector = ResolutionSelector.Builder().setResolutionFilter { sizes, _ ->
        byNearness(wanted, sizes.map { Extent(it.width, it.height) }).map { Size(it.width, it.height) }
    }
    val builder = ImageAnalysis.Builder()
        .setBackpressureStrategy(ImageAnalysis.STRATEGY_KEEP_ONLY_LATEST)
        .setOutputImageFormat(ImageAnalysis.OUTPUT_IMAGE_FORMAT_YUV_420_888)
        .setResolutionSelector(selector.build())
    if (rates != null) {
        Camera2Interop.Extender(builder).setCaptureRequestOption(
            CaptureRequest.CONTROL_AE_TARGET_FPS_RANGE,
            Range(rates.least, rates.most),
        )
    }
    return builder.build()
}
