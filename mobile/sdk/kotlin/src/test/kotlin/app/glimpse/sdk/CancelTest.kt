package app.glimpse.sdk

import java.util.concurrent.Executors
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class CancelTest {
    private val page = Image.of(sample("page.png"))

    @Test
    fun `cancelled before it begins, a call does not begin`() = within(60) {
        Glimpse.open().use { glimpse ->
            var opened = false
            val call = launch(start = CoroutineStart.LAZY) {
                glimpse.read(Image { opened = true; page.open() })
            }
            call.cancelAndJoin()
            assertEquals(false, opened)
            assertTrue(glimpse.read(page).text.isNotEmpty())
        }
    }

    @Test
    fun `cancelled while it runs, a call ends soon and the next one works`() = within(120) {
        Glimpse.open(OpenOptions(threads = 1)).use { glimpse ->
            glimpse.load(Part.READ)
            val started = TimeSource.Monotonic.markNow()
            val whole = glimpse.read(page).text
            val alone = started.elapsedNow()
            for (after in listOf(0, 1, 4, 10)) {
                val begun = Job()
                val call = async {
                    runCatching { glimpse.read(Image { page.open().also { begun.complete() } }) }
                        .onFailure { assertTrue(it is CancellationException, "$it") }
                }
                begun.join()
                delay((alone * after / 20).coerceAtMost(2.seconds))
                val asked = TimeSource.Monotonic.markNow()
                call.cancelAndJoin()
                // One step of a network, not the whole page.
                assertTrue(asked.elapsedNow() < alone / 2 + 250.milliseconds, "${asked.elapsedNow()} of $alone")
            }
            assertEquals(whole, glimpse.read(page).text)
        }
    }

    @Test
    fun `a caption that nobody collects any more ends`() = within(60) {
        Glimpse.open().use { glimpse ->
            val photo = Image.of(sample("photos/cat.jpg"))
            assertTrue(glimpse.captions(photo).first().text.isNotEmpty())
            assertTrue(glimpse.describe(photo).caption.isNotEmpty())
        }
    }

    @Test
    fun `closing ends what runs, and what comes later`() = within(60) {
        val glimpse = Glimpse.open(OpenOptions(threads = 1))
        glimpse.load(Part.READ)
        val begun = Job()
        val call = async { runCatching { glimpse.read(Image { page.open().also { begun.complete() } }) } }
        begun.join()
        glimpse.close()
        val failure = call.await().exceptionOrNull()
        assertTrue(failure is GlimpseException.Closed, "$failure")
        assertThrows(GlimpseException.Closed::class.java) { runBlocking { glimpse.read(page) } }
        assertThrows(GlimpseException.Closed::class.java) { glimpse.engineThreads }
        glimpse.close()
    }

    @Test
    fun `the caller's thread is free while a call runs`() {
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { single ->
            runBlocking(single) {
                Glimpse.open().use { glimpse ->
                    val ticks = coroutineScope {
                        var ticks = 0
                        val ticking = launch { while (true) { delay(1); ticks += 1 } }
                        glimpse.read(page)
                        ticking.cancelAndJoin()
                        ticks
                    }
                    assertTrue(ticks > 5, "$ticks")
                }
            }
        }
    }
}
