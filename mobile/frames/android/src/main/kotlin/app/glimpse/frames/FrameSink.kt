package app.glimpse.frames

import java.nio.ByteBuffer

/**
 * Where a camera's frames go: Rust, which converts, crops and turns them in one pass. Rust opens a sink and gives
 * its handle. The functions may be called from any thread, once the library that defines them is loaded; they throw
 * nothing, but say by a code what went wrong.
 */
object FrameSink {
    /** The frame was taken. */
    const val TAKEN = 0

    /** A newer frame came while this one was converted; it counts as replaced. */
    const val OVERTAKEN = 1
    const val UNKNOWN_HANDLE = -1

    /** The sink was closed, or nobody takes its frames any more. */
    const val CLOSED = -2
    const val NULL_BUFFER = -3
    const val NOT_DIRECT = -4

    /** A side is not 1 to 16,384 pixels, or there are more than 100 million of them. */
    const val SIZE = -5
    const val ROW_STRIDE = -6
    const val PIXEL_STRIDE = -7
    const val SHORT_BUFFER = -8
    const val CROP = -9
    const val ROTATION = -10
    const val TIMESTAMP = -11
    const val INTERNAL = -12

    /**
     * Pushes a frame of YUV_420_888. What is needed of the buffers, which must be direct, is copied before it
     * returns; their positions and limits count for nothing.
     *
     * @param cropRight the first column, and [cropBottom] the first row, outside of what is wanted
     * @param rotationDegrees 0, 90, 180 or 270: the turn clockwise after which the frame is upright
     * @return [TAKEN], [OVERTAKEN], or why it was refused
     */
    @JvmStatic
    external fun push(
        handle: Long,
        y: ByteBuffer?,
        u: ByteBuffer?,
        v: ByteBuffer?,
        yRowStride: Int,
        uvRowStride: Int,
        uvPixelStride: Int,
        width: Int,
        height: Int,
        cropLeft: Int,
        cropTop: Int,
        cropRight: Int,
        cropBottom: Int,
        rotationDegrees: Int,
        timestampNanos: Long,
    ): Int

    /** Counts frames that the system dropped before it handed them over. */
    @JvmStatic
    external fun countLost(handle: Long, frames: Long): Int

    /** Ends the sink, after the frame that waits. Closing again does nothing. */
    @JvmStatic
    external fun close(handle: Long): Int

    /**
     * Writes to the first six places of [counts] how many frames were captured, delivered, replaced, refused, wait,
     * and were lost: captured = delivered + replaced + refused + waiting.
     */
    @JvmStatic
    external fun counts(handle: Long, counts: LongArray?): Int
}
