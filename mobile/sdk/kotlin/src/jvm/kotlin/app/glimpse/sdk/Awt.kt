package app.glimpse.sdk

import java.awt.image.BufferedImage

/** The pixels of [image], as it is when a call needs them. */
public fun Image.Companion.of(image: BufferedImage, limits: Limits = Limits()): Image = Image {
    val (width, height) = image.width to image.height
    val pixels = ByteArray(width * height * 4)
    val row = IntArray(width)
    for (y in 0 until height) {
        image.getRGB(0, y, width, 1, row, 0, width)
        row.forEachIndexed { x, argb ->
            val at = (y * width + x) * 4
            pixels[at] = (argb shr 16).toByte()
            pixels[at + 1] = (argb shr 8).toByte()
            pixels[at + 2] = argb.toByte()
            pixels[at + 3] = (argb ushr 24).toByte()
        }
    }
    val layout = PixelLayout(PixelFormat.RGBA, width, height)
    Picture.fromPixels(pixels, layout, limits)
}

/** Reads the text on [image]. */
public suspend fun Glimpse.read(image: BufferedImage, options: ReadOptions = ReadOptions()): Reading =
    read(Image.of(image), options)

/** Describes [image]. */
public suspend fun Glimpse.describe(
    image: BufferedImage,
    options: DescribeOptions = DescribeOptions(),
): Description = describe(Image.of(image), options)

/** Finds the objects on [image]. */
public suspend fun Glimpse.find(image: BufferedImage, options: FindOptions = FindOptions()): Found =
    find(Image.of(image), options)
