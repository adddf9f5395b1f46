package app.glimpse.sdk

import java.nio.ByteBuffer
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.takeWhile
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class LiveTest {
    private val cat = pixels("photos/cat.jpg")

    private fun Live.push(number: Int) = push(cat.buffer, cat.layout, number * 33_000_000L)

    @Test
    fun `frames become observations`() = within(90) {
        Glimpse.open().use { glimpse ->
            glimpse.live(LiveOptions(read = false)).use { live ->
                val pushing = launch {
                    var number = 0
                    while (true) {
                        live.push(number)
                        number += 1
                        delay(33)
                    }
                }
                val seen = live.observations.first { it.objects.isNotEmpty() && it.caption != null }
                assertEquals("cat", seen.objects.first().label)
                assertEquals(451 to 300, seen.width to seen.height)
                val started = live.events.first()
                assertTrue(started is LiveEvent.Started, "$started")
                pushing.cancelAndJoin()
                live.finish()
                val ended = live.ended()
                assertEquals(EndReason.END_OF_SOURCE, ended.reason)
                with(ended.telemetry.frames) {
                    assertEquals(captured, analysed + dropped + skipped + damaged + waiting)
                    assertTrue(analysed > 0 && waiting == 0L)
                }
                // After the end, what collects ends as well.
                assertTrue(live.observations.toList().size <= 1)
                assertTrue(live.events.toList().last() is LiveEvent.Ended)
                assertThrows(GlimpseException.Closed::class.java) { live.push(0) }
            }
        }
    }

    @Test
    fun `a slow collector gets the latest`() = within(90) {
        Glimpse.open().use { glimpse ->
            glimpse.live(LiveOptions(read = false, caption = false, tags = false)).use { live ->
                val pushing = launch {
                    repeat(60) {
                        live.push(it)
                        delay(10)
                    }
                    live.finish()
                }
                val frames = live.observations.onEach { delay(150) }.toList().map { it.frame }
                pushing.join()
                assertEquals(frames.sorted().distinct(), frames)
                assertTrue(frames.size < 30, "$frames")
                assertEquals(frames.last(), live.observations.toList().last().frame)
            }
        }
    }

    @Test
    fun `options change while it runs, and damaged frames are refused`() = within(90) {
        Glimpse.open().use { glimpse ->
            val live = glimpse.live(LiveOptions(read = false, caption = false))
            live.pause(true)
            live.pause(false)
            live.setOptions(LiveOptions(find = false, read = false, caption = false, policy = Policy.COOL))
            assertThrows(GlimpseException.ImageDamaged::class.java) {
                live.push(ByteBuffer.allocateDirect(8), cat.layout, 0)
            }
            repeat(3) {
                live.push(it)
                delay(200)
            }
            val seen = live.observations.first()
            assertTrue(seen.objects.isEmpty() && seen.tags.isNotEmpty(), "$seen")
            assertEquals(3L, live.telemetry().frames.captured)
            live.close()
            assertEquals(EndReason.STOPPED, live.ended().reason)
            assertThrows(GlimpseException.Closed::class.java) { live.push(0) }
        }
    }

    @Test
    fun `frames of a phone's camera become observations`() = within(90) {
        val frame = planes("photos/cat.jpg")
        Glimpse.open().use { glimpse ->
            glimpse.live(LiveOptions(read = false, caption = false)).use { live ->
                fun push(frame: Planes, number: Int) =
                    live.push(frame.y, frame.u, frame.v, frame.layout, number * 33_000_000L)
                assertEquals(1L, push(frame, 0))
                assertEquals(2L, push(planes("photos/cat.jpg", direct = false), 1))
                val pushing = launch {
                    repeat(30) {
                        push(frame, 2 + it)
                        delay(33)
                    }
                }
                val seen = live.observations.first { it.objects.isNotEmpty() }
                assertEquals("cat", seen.objects.first().label)
                assertEquals(451 to 300, seen.width to seen.height)
                pushing.cancelAndJoin()
            }
        }
    }

    @Test
    fun `closing the engine leaves a stream its own`() = within(60) {
        val glimpse = Glimpse.open()
        val live = glimpse.live(LiveOptions(read = false, caption = false))
        glimpse.close()
        live.push(0)
        assertEquals(1L, live.observations.takeWhile { it.frame <= 1 }.first().frame)
        live.close()
        live.ended()
    }
}
