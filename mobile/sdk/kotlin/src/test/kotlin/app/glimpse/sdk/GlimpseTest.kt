package app.glimpse.sdk

import java.nio.ByteBuffer
import javax.imageio.ImageIO
import kotlin.math.abs
import kotlinx.coroutines.flow.toList
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GlimpseTest {
    private lateinit var glimpse: Glimpse

    init {
        within(30) { glimpse = Glimpse.open() }
    }

    @AfterAll
    fun close() = glimpse.close()

    @Test
    fun `text is read, with all that is known of it`() = within(60) {
        val reading = glimpse.read(sample("sign.jpg"))
        assertEquals(expectedLines("sign"), linesOf(reading.text))
        assertEquals(800 to 600, reading.width to reading.height)
        val line = reading.lines.first()
        assertEquals("HARBOUR LANE", line.text)
        assertEquals(listOf("HARBOUR", "LANE"), line.words.map(Word::text))
        assertEquals(line.text.length, line.charConfidences.size)
        assertTrue(line.confidence in 0.9f..1f, "$line")
        // The sign is tilted: its first line rises to the right.
        assertTrue(line.quad.topRight.y < line.quad.topLeft.y && line.quad.topRight.x > line.quad.topLeft.x)
        assertEquals(listOf(0, 1, 2, 3), reading.paragraphs.flatMap(Paragraph::lines))
        with(reading.timings) {
            assertTrue(infer > 0 && total >= infer && stages.map(StageTime::stage) == listOf("detect", "recognize"))
        }
        assertEquals(version(), reading.receipt.engine)
        assertEquals(glimpse.engineThreads, reading.receipt.threads)
        assertEquals(listOf("ocr-det-int8", "ocr-rec-int8"), reading.receipt.stages.map(StageReceipt::pack))
        assertTrue(reading.receipt.stages.all { it.backend == "cpu" && it.macs > 0 && it.shapes.isNotEmpty() })
    }

    @Test
    fun `a picture reads the same however it comes`() = within(120) {
        val file = sample("receipt.jpg")
        val text = expectedLines("receipt")
        assertEquals(text, linesOf(glimpse.read(file).text))
        val bytes = file.readBytes()
        assertEquals(text, linesOf(glimpse.read(Image.of(bytes)).text))
        val direct = ByteBuffer.allocateDirect(bytes.size + 5).position(5).put(bytes).position(5)
        assertEquals(text, linesOf(glimpse.read(Image.of(direct)).text))
        assertEquals(text, linesOf(glimpse.read(Image.of(ByteBuffer.wrap(bytes))).text))
        glimpse.picture(Image.of(file)).use { picture ->
            assertEquals("jpeg" to text, picture.format() to linesOf(glimpse.read(picture).text))
            assertTrue(picture.decodeMs() > 0)
        }
    }

    @Test
    fun `pixels are taken where they lie`() = within(120) {
        val text = expectedLines("sign")
        for (format in PixelFormat.entries - PixelFormat.RGB) {
            val pixels = pixels("sign.jpg", format)
            assertEquals(text, linesOf(glimpse.read(Image.of(pixels.buffer, pixels.layout)).text), "$format")
        }
        val pixels = pixels("sign.jpg", gap = 0)
        val heap = ByteBuffer.allocate(pixels.buffer.remaining()).put(pixels.buffer.duplicate()).flip()
        assertEquals(text, linesOf(glimpse.read(Image.of(heap, pixels.layout)).text))
        assertEquals(text, linesOf(glimpse.read(ImageIO.read(sample("sign.jpg"))).text))
        // Turned by a quarter, as phones lie.
        val turned = Image.of(pixels.buffer, pixels.layout.copy(rotationDegrees = 90))
        glimpse.picture(turned).use { assertEquals(600 to 800, it.width() to it.height()) }
    }

    @Test
    fun `frames of a phone's camera are taken where they lie`() = within(120) {
        val text = expectedLines("sign")
        for (direct in listOf(true, false)) {
            val frame = planes("sign.jpg", direct)
            val image = Image.of(frame.y, frame.u, frame.v, frame.layout)
            assertEquals(text, linesOf(glimpse.read(image).text), "direct: $direct")
        }
        val frame = planes("photos/cat.jpg")
        val upper = frame.layout.copy(crop = YuvCrop(0, 0, frame.layout.width, 200), rotationDegrees = 90)
        glimpse.picture(Image.of(frame.y, frame.u, frame.v, upper)).use {
            assertEquals(200 to frame.layout.width, it.width() to it.height())
        }
        val found = glimpse.find(Image.of(frame.y, frame.u, frame.v, frame.layout))
        assertEquals("cat", found.objects.first().label)
        val short = frame.y.duplicate().apply { limit(1000) }
        assertEquals(
            "image_damaged",
            runCatching { glimpse.tags(Image.of(short, frame.u, frame.v, frame.layout)) }
                .exceptionOrNull().let { (it as GlimpseException).code },
        )
    }

    @Test
    fun `options are heeded`() = within(60) {
        val sure = glimpse.read(sample("receipt.jpg"), ReadOptions(minConfidence = 0.995f)).lines.size
        assertTrue(sure < glimpse.read(sample("receipt.jpg")).lines.size)
        val german = glimpse.read(sample("chinese.png"), ReadOptions(languages = listOf("de")))
        assertFalse(german.text.any { Character.isIdeographic(it.code) }, german.text)
        assertEquals(2, glimpse.tags(sample("photos/cat.jpg"), TagOptions(top = 2)).tags.size)
        assertTrue(glimpse.find(sample("photos/cat.jpg"), FindOptions(minScore = 1f)).objects.isEmpty())
    }

    @Test
    fun `objects are found`() = within(60) {
        val found = glimpse.find(sample("photos/cat.jpg"))
        val cat = found.objects.first()
        assertEquals("cat", cat.label)
        assertTrue(cat.score > 0.5f && cat.bounds.width > 100 && cat.bounds.left + cat.bounds.width <= 451)
        assertEquals("find-int8", found.receipt.stages.single().pack)
    }

    @Test
    fun `a picture is described, word by word`() = within(60) {
        val photo = Image.of(sample("photos/cat.jpg"))
        val description = glimpse.describe(photo, DescribeOptions(attention = true, text = true))
        assertTrue("cat" in description.caption.lowercase(), description.caption)
        assertTrue(description.objects.any { it.label == "cat" } && description.colours.isNotEmpty())
        assertEquals("", description.text)
        for (token in description.tokens) {
            assertEquals(49, token.attention.size)
            assertTrue(abs(token.attention.sum() - 1) < 1e-3, "$token")
        }
        val progress = glimpse.captions(photo).toList()
        val last = progress.last()
        assertEquals(description.caption, last.description?.caption)
        assertEquals(last.text, description.caption)
        progress.dropLast(1).forEach {
            assertNull(it.description)
            assertEquals(it.text, it.tokens.joinToString("", transform = CaptionToken::text))
        }
        assertEquals(progress.map { it.tokens.size }, progress.map { it.tokens.size }.sorted())
    }

    @Test
    fun `pictures that look alike are alike`() = within(60) {
        val (cat, rocket) = listOf("cat", "rocket").map { glimpse.tags(sample("photos/$it.jpg")) }
        assertEquals(1280, cat.embedding.size)
        assertEquals(1f, cat.similarity(cat), 1e-3f)
        assertTrue(cat.similarity(rocket) < 0.9f)
    }

    @Test
    fun `reading can be looked into`() = within(60) {
        glimpse.picture(Image.of(sample("sign.jpg"))).use { picture ->
            glimpse.textMap(picture).use { map ->
                assertEquals(map.width() * map.height(), map.pixels().size)
                val boxes = map.boxes()
                assertEquals(4, boxes.size)
                val lines = boxes.map { glimpse.traceLine(picture, it.quad).text }
                assertEquals(expectedLines("sign").sorted(), lines.sorted())
                assertTrue(map.boxes(BoxRules(boxThreshold = 0.999f)).size < 4)
            }
        }
    }
}
