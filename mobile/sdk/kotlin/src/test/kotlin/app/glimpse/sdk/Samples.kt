package app.glimpse.sdk

import java.io.File
import java.nio.ByteBuffer
import javax.imageio.ImageIO
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
