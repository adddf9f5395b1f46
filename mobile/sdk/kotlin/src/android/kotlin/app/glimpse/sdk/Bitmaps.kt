package app.glimpse.sdk

import android.graphics.Bitmap

/**
 * The pixels of [bitmap] as they are when a call needs them; it must not be recycled before the call returns.
 * `ARGB_8888` is converted where it lies, in one pass; other configurations, hardware bitmaps included, are
 * copied to it first. [rotationDegrees] is by how much it must be turned clockwise to be upright.
 */
public fun Image.Companion.of(bitmap: Bitmap, rotationDegrees: Int = 0, limits: Limits = Limits()): Image = Image {
    if (bitmap.isRecycled) throw GlimpseException.Closed("the bitmap was recycled")
    if (bitmap.config == Bitmap.Config.ARGB_8888) {
        locked(bitmap, rotationDegrees, limits)
    } else {
        val copy = bitmap.copy(Bitmap.Config.ARGB_8888, false)
            ?: throw GlimpseException.ImageUnsupported("a bitmap of ${bitmap.config} cannot be copied")
        try {
            locked(copy, rotationDegrees, limits)
        } finally {
            copy.recycle()
        }
    }
}

/** Reads the text on [bitmap]. */
public suspend fun Glimpse.read(bitmap: Bitmap, options: ReadOptions = ReadOptions()): Reading =
    read(Image.of(bitmap), options)

/** Describes [bitmap]. */
public suspend fun Glimpse.describe(bitmap: Bitmap, options: DescribeOptions = DescribeOptions()): Description =
    describe(Image.of(bitmap), options)

/** Finds the objects on [bitmap]. */
public suspend fun Glimpse.find(bitmap: Bitmap, options: FindOptions = FindOptions()): Found =
    find(Image.of(bitmap), options)

/** Names what [bitmap] shows, and gives its embedding. */
public suspend fun Glimpse.tags(bitmap: Bitmap, options: TagOptions = TagOptions()): Tags =
    tags(Image.of(bitmap), options)

private fun locked(bitmap: Bitmap, rotationDegrees: Int, limits: Limits): Picture {
    val address = BitmapPixels.lock(bitmap)
    if (address == 0L) throw GlimpseException.ImageUnsupported("the pixels of the bitmap cannot be locked")
    try {
        val stride = bitmap.rowBytes
        val length = stride.toLong() * (bitmap.height - 1) + 4L * bitmap.width
        val layout = PixelLayout(
            if (bitmap.isPremultiplied) PixelFormat.RGBA_PREMULTIPLIED else PixelFormat.RGBA,
            bitmap.width,
            bitmap.height,
            stride,
            Math.floorMod(rotationDegrees, 360),
        )
        return Picture.fromAddress(address.toULong(), length.toULong(), layout, limits)
    } finally {
        BitmapPixels.unlock(bitmap)
    }
}

/** The NDK's access to the pixels of bitmaps, in `libglimpse_sdk.so`. */
internal object BitmapPixels {
    init {
        System.loadLibrary("glimpse_sdk")
    }

    /** Where the pixels of [bitmap] lie until [unlock]; 0 where they cannot be had. */
    @JvmStatic
    external fun lock(bitmap: Bitmap): Long

    /** Lets go of what [lock] gave. */
    @JvmStatic
    external fun unlock(bitmap: Bitmap)
}
