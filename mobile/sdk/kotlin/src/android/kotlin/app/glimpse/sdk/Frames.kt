package app.glimpse.sdk

import android.graphics.ImageFormat
import android.hardware.DataSpace
import android.os.Build
import java.nio.ByteBuffer
import android.media.Image as MediaImage

/**
 * A camera's frame as it is when a call needs it; it must not be closed before the call returns. Its crop is cut out,
 * turned and converted where it lies, in one pass. [rotationDegrees] is by how much it must be turned clockwise to be
 * upright: what CameraX calls `imageInfo.rotationDegrees`.
 */
public fun Image.Companion.of(frame: MediaImage, rotationDegrees: Int = 0, limits: Limits = Limits()): Image = Image {
    frame.withPlanes(rotationDegrees) { y, u, v, layout -> of(y, u, v, layout, limits).open() }
}

/**
 * Pushes a camera's frame, whose time stamp counts; the caller may close it when this returns. Otherwise as
 * [Live.push] of its planes.
 *
 * @throws GlimpseException.ImageUnsupported for another format than `YUV_420_888`.
 * @throws GlimpseException.Closed after the end.
 */
public fun Live.push(frame: MediaImage, rotationDegrees: Int = 0): Long =
    frame.withPlanes(rotationDegrees) { y, u, v, layout -> push(y, u, v, layout, frame.timestamp) }

private inline fun <T> MediaImage.withPlanes(
    rotationDegrees: Int,
    work: (ByteBuffer, ByteBuffer, ByteBuffer, YuvLayout) -> T,
): T {
    if (format != ImageFormat.YUV_420_888) {
        throw GlimpseException.ImageUnsupported("an image of format $format; ask the camera for YUV_420_888")
    }
    val (y, u, v) = planes
    // Of U and V they are documented to be the same.
    if (y.pixelStride != 1 || u.pixelStride != v.pixelStride) {
        throw GlimpseException.ImageUnsupported("samples lie ${y.pixelStride}, ${u.pixelStride}, ${v.pixelStride} apart")
    }
    val crop = cropRect
    val layout = YuvLayout(
        width,
        height,
        y.rowStride,
        u.rowStride,
        v.rowStride,
        u.pixelStride,
        YuvCrop(crop.left, crop.top, crop.right, crop.bottom),
        Math.floorMod(rotationDegrees, 360),
        if (isOf709) YuvMatrix.BT709 else YuvMatrix.BT601,
        isFullRange,
    )
    return work(y.buffer, u.buffer, v.buffer, layout)
}

/** Cameras give BT.601 in full range (JFIF) unless they say otherwise, which they can since API 33. */
private val MediaImage.isOf709: Boolean
    get() = Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU &&
        DataSpace.getStandard(dataSpace) == DataSpace.STANDARD_BT709

private val MediaImage.isFullRange: Boolean
    get() = Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU ||
        DataSpace.getRange(dataSpace) != DataSpace.RANGE_LIMITED
