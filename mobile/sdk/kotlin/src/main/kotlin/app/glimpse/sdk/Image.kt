package app.glimpse.sdk

import com.sun.jna.Native
import com.sun.jna.Pointer
import java.io.File
import java.nio.ByteBuffer

/**
 * Where a picture comes from. It is opened on a thread of the SDK's when a call needs it, and closed after the
 * call; to look several times at one, [Glimpse.picture] opens it once.
 */
public fun interface Image {
    /** Decodes or takes over the picture. Blocks. The caller closes the result. */
    public fun open(): Picture

    public companion object {
        /** The picture in [file]: JPEG, PNG, WebP, GIF, BMP or TIFF. */
        public fun of(file: File, limits: Limits = Limits()): Image = Image { Picture.open(file.path, limits) }

        /** The encoded picture in [bytes]. */
        public fun of(bytes: ByteArray, limits: Limits = Limits()): Image = Image { Picture.decode(bytes, limits) }

        /**
         * The encoded picture between position and limit of [buffer]. A direct buffer is not copied. It must
         * not change until the call returns.
         */
        public fun of(buffer: ByteBuffer, limits: Limits = Limits()): Image = Image {
            buffer.withBytes(
                direct = { address, length -> Picture.decodeAddress(address, length, limits) },
                copied = { Picture.decode(it, limits) },
            )
        }

        /**
         * The pixels between position and limit of [buffer], which lie there as [layout] says. Those of a
         * direct buffer are converted where they lie, in one pass. It must not change until the call returns.
         */
        public fun of(buffer: ByteBuffer, layout: PixelLayout, limits: Limits = Limits()): Image = Image {
            buffer.withBytes(
                direct = { address, length -> Picture.fromAddress(address, length, layout, limits) },
                copied = { Picture.fromPixels(it, layout, limits) },
            )
        }

        /**
         * A camera's frame: NV12, NV21, I420 or Android's `YUV_420_888`. Its planes lie between position and limit of
         * [y], [u] and [v], as [layout] says. Direct buffers are cropped, turned and converted where they lie, in one
         * pass. They must not change until the call returns.
         */
        public fun of(
            y: ByteBuffer,
            u: ByteBuffer,
            v: ByteBuffer,
            layout: YuvLayout,
            limits: Limits = Limits(),
        ): Image = Image {
            withPlanes(
                y, u, v,
                direct = { Picture.fromYuvAddress(it, layout, limits) },
                copied = { (luma, blue, red) -> Picture.fromYuv(luma, blue, red, layout, limits) },
            )
        }
    }
}

/** Gives where the planes lie or, where one has no address, copies of all. */
internal inline fun <T> withPlanes(
    y: ByteBuffer,
    u: ByteBuffer,
    v: ByteBuffer,
    direct: (YuvPlanes) -> T,
    copied: (List<ByteArray>) -> T,
): T {
    if (!y.isDirect || !u.isDirect || !v.isDirect) {
        return copied(listOf(y, u, v).map { plane -> ByteArray(plane.remaining()).also(plane.duplicate()::get) })
    }
    // Held so that they are not collected meanwhile; in one order, so that two threads with the same buffers do not wait
    // for each other.
    val (first, second, third) = listOf(y, u, v).sortedBy(System::identityHashCode)
    return synchronized(tieOf(first, second, third)) {
        synchronized(first) {
            synchronized(second) {
                synchronized(third) { direct(YuvPlanes(y.plane(), u.plane(), v.plane())) }
            }
        }
    }
}

private val TIES = Any()

/** What to hold first: where buffers have no order, one for all such; else the first. */
internal fun tieOf(first: Any, second: Any, third: Any): Any {
    val equal = { a: Any, b: Any -> a !== b && System.identityHashCode(a) == System.identityHashCode(b) }
    return if (equal(first, second) || equal(second, third)) TIES else first
}

internal fun ByteBuffer.plane(): YuvPlane {
    if (!hasRemaining()) return YuvPlane(0u, 0u)
    val start = Pointer.nativeValue(Native.getDirectBufferPointer(this)) + position()
    return YuvPlane(start.toULong(), remaining().toULong())
}

/** Gives address and length of what is between position and limit, or, where it has no address, a copy. */
internal inline fun <T> ByteBuffer.withBytes(direct: (ULong, ULong) -> T, copied: (ByteArray) -> T): T {
    if (!isDirect) return copied(ByteArray(remaining()).also(duplicate()::get))
    if (!hasRemaining()) return copied(ByteArray(0))
    // The address is that of the buffer's beginning, wherever its position is. Holding its monitor keeps the
    // buffer from being collected.
    return synchronized(this) {
        val start = Pointer.nativeValue(Native.getDirectBufferPointer(this)) + position()
        direct(start.toULong(), remaining().toULong())
    }
}
