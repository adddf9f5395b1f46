import app.glimpse.sdk.GlimpseException
import app.glimpse.sdk.expectedLines
import app.glimpse.sdk.linesOf
import app.glimpse.sdk.root
import app.glimpse.sdk.sample
import app.glimpse.sdk.within
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream
import kotlin.math.abs
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

// In the unnamed package, as is what it tests: no other can import from that.

/** What the documents and the playground's lessons show does what they say. */
class DocumentsTest {
    private val example = root.resolve("mobile/sdk/kotlin/src/test/kotlin/readme/Receipt.kt").readText()

    @Test
    fun `the example of the front page is the one that is tested`() {
        for (page in listOf("README.md", "docs/sdk.md")) {
            assertTrue("```kotlin\n$example```" in root.resolve(page).readText(), page)
        }
    }

    /** It runs in the folder of the samples. */
    @Test
    fun `the example of the front page reads the receipt`() {
        val (console, printed) = System.out to ByteArrayOutputStream()
        System.setOut(PrintStream(printed, true, Charsets.UTF_8))
        try {
            runBlocking { main() }
        } finally {
            System.setOut(console)
        }
        assertEquals(expectedLines("receipt"), linesOf(printed.toString(Charsets.UTF_8)))
    }

    @Test
    fun `the lessons' code works`() = within(120) {
        val receipt = lines(sample("receipt.jpg"))
        assertTrue(receipt.any { (_, text) -> text == "TOTAL EUR" } && receipt.all { (score, _) -> score in 0.5f..1f })
        val said = words(sample("photos/cat.jpg"))
        assertTrue(said.isNotEmpty())
        for ((word, weights) in said) assertTrue(weights.size == 49 && abs(weights.sum() - 1) < 1e-3, word)
        // Whether it fits is the machine's affair; that it answers is ours.
        fits(sample("photos/cat.jpg"))
    }

    @Test
    fun `the lessons' code refuses what is no picture`() {
        val damaged = File.createTempFile("glimpse", ".jpg").apply {
            deleteOnExit()
            writeBytes(sample("receipt.jpg").readBytes().copyOf(2000))
        }
        val refused = { work: suspend () -> Unit ->
            assertThrows(GlimpseException.ImageDamaged::class.java) { runBlocking { work() } }
        }
        refused { lines(damaged) }
        refused { words(damaged) }
        refused { fits(damaged) }
    }
}
