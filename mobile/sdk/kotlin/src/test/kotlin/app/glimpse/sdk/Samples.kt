package app.glimpse.sdk

import java.io.File
import java.nio.ByteBuffer
import javax.imageio.ImageIO
import kotlin.math.roundToInt
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** The repository. */
val root = File(System.getProperty("glimpse.root")).canonicalFile

fun sample(name: String): File = root.resolve("assets/samples/$name")

/** The lines that [text] has, paragraphs aside; a sample's expected text has no more. */
fun linesOf(text: String): List<String> = text.lines().filter(String::isNotEmpty)

fun expectedLines(name: String): List<String> = linesOf(sample("$name.expected.txt").readText())

/** A test that ends. */
fun within(seconds: Int, work: suspend CoroutineScope.() -> Unit): Unit = runBlocking {
    withTimeout(seconds * 1000L, work)
}

/** Pixels of a sample in a direct buffer, with gaps between the rows. */
class Pixels(val buffer: ByteBuffer, val layout: PixelLayout)

fun pixels(name: String, format: PixelFormat = PixelFormat.RGBA, gap: Int = 12): Pixels {
    val image = ImageIO.read(sample(name))
    val stride = image.width * 4 + gap
    val buffer = ByteBuffer.allocateDirect(stride * image.height)
    for (y in 0 until image.height) {
        buffer.position(y * stride)
        for (x in 0 until image.width) {
            val argb = image.getRGB(x, y)
            val (red, green, blue) = listOf(argb shr 16, argb shr 8, argb).map(Int::toByte)
            when (format) {
                PixelFormat.RGBA, PixelFormat.RGBA_PREMULTIPLIED -> buffer.put(red).put(green).put(blue)
                else -> buffer.put(blue).put(green).put(red)
            }.put(-1)
        }
    }
    buffer.rewind()
    val layout = PixelLayout(format, image.width, image.height, stride)
    return Pixels(buffer, layout)
}

/** A sample as a phone's camera gives it: NV21 in full range, with gaps between the rows. */
class Planes(val y: ByteBuffer, val u: ByteBuffer, val v: ByteBuffer, val layout: YuvLayout)

fun planes(name: String, direct: Boolean = true): Planes {
    val image = ImageIO.read(sample(name))
    val (width, height) = image.width to image.height
    val stride = (width + 1) / 2 * 2 + 14
    val allocate = if (direct) ByteBuffer::allocateDirect else ByteBuffer::allocate
    val y = allocate(stride * height)
    val v = allocate(stride * ((height + 1) / 2))
    fun byte(value: Double) = value.roundToInt().coerceIn(0, 255).toByte()
    for (row in 0 until height) {
        for (column in 0 until width) {
            val argb = image.getRGB(column, row)
            val (red, green, blue) = listOf(argb shr 16, argb shr 8, argb).map { (it and 255).toDouble() }
            val luma = 0.299 * red + 0.587 * green + 0.114 * blue
            y.put(row * stride + column, byte(luma))
            if (row % 2 == 0 && column % 2 == 0) {
                v.put(row / 2 * stride + column, byte(128 + (red - luma) / 1.402))
                v.put(row / 2 * stride + column + 1, byte(128 + (blue - luma) / 1.772))
            }
        }
    }
    val u = v.duplicate().apply { position(1) }
    return Planes(y, u, v, YuvLayout(width, height, stride, stride, stride, 2, fullRange = true))
}
