package app.glimpse.sdk

import java.io.File
import java.util.concurrent.Executors
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class EnduranceTest {
    /** Resident bytes of this process. */
    private fun resident(): Long {
        System.gc()
        return File("/proc/self/statm").readText().split(' ')[1].toLong() * 4096
    }

    private fun descriptors() = File("/proc/self/fd").list().orEmpty().size

    private fun threads() = File("/proc/self/task").list().orEmpty().size

    @Test
    fun `a thousand calls leave nothing behind`() = within(240) {
        // Small, so that the calls are many: a word of the sign.
        val small = pixels("photos/cat.jpg").let { whole ->
            whole.buffer.limit(whole.layout.rowStride * 64)
            Image.of(whole.buffer, whole.layout.copy(width = 96, height = 64))
        }
        Glimpse.open(OpenOptions(threads = 2)).use { glimpse ->
            suspend fun calls(count: Int) = repeat(count) {
                when (it % 4) {
                    0 -> glimpse.read(small)
                    1 -> glimpse.find(small)
                    2 -> glimpse.tags(small)
                    else -> runCatching { glimpse.read(Image.of(ByteArray(20_000) { 1 })) }
                }
            }
            calls(100)
            val (memory, files, tasks) = Triple(resident(), descriptors(), threads())
            calls(450)
            val half = resident()
            calls(450)
            val (grown, later) = resident() - memory to resident() - half
            // A leak of one picture of 96 × 64 a call would be 18 MB.
            assertTrue(grown < 16 shl 20 && later < 8 shl 20, "$grown bytes more, $later of them in the second half")
            assertTrue(descriptors() <= files + 2, "${descriptors()} of $files")
            assertTrue(threads() <= tasks + 8, "${threads()} of $tasks")
        }
    }

    @Test
    fun `engines and streams that are closed leave nothing behind`() = within(120) {
        val round = suspend {
            Glimpse.open(OpenOptions(threads = 1)).use { glimpse ->
                glimpse.live(LiveOptions(read = false, caption = false, tags = false)).use { live ->
                    live.finish()
                    live.ended()
                }
            }
        }
        repeat(3) { round() }
        val tasks = threads()
        repeat(10) { round() }
        assertTrue(threads() <= tasks + 4, "${threads()} of $tasks")
    }

    @Test
    fun `two threads at once get what one gets`() = within(120) {
        Glimpse.open().use { glimpse ->
            val sign = sample("sign.jpg")
            val alone = glimpse.read(sign).text to glimpse.find(sample("photos/cat.jpg")).objects
            Executors.newFixedThreadPool(2).asCoroutineDispatcher().use { two ->
                val both = List(2) {
                    async(two) {
                        List(8) { glimpse.read(sign).text to glimpse.find(sample("photos/cat.jpg")).objects }
                    }
                }.awaitAll().flatten()
                assertEquals(List(16) { alone }, both)
            }
        }
    }
}
