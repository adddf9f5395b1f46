package app.glimpse.frames

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import java.nio.ByteBuffer
import java.util.concurrent.atomic.AtomicLong
import java.util.concurrent.locks.LockSupport
import kotlin.concurrent.thread

/** Seconds of the long run, which `GLIMPSE_FRAMES_SECONDS` changes. */
private val SECONDS = System.getenv("GLIMPSE_FRAMES_SECONDS")?.toInt() ?: 60
private const val FRAME_NANOS = 1_000_000_000L / 30

/** Memory may grow so much in a second once it is warm: a frame's memory is thirty times as much. */
private const val MOST_KIB_A_SECOND = 100.0

class FramesTest {
    @BeforeEach
    fun load() {
        Harness.assets()
    }

    private fun start() = Harness.start(Harness.assets())

    private fun stop(): Counts {
        val values = LongArray(13)
        Harness.stop(values)
        return Counts(values)
    }

    private fun sumsAgree(counts: Counts) = counts.run {
        assertEquals(captured, delivered + replaced + refused + waiting, toString())
        assertEquals(liveCaptured, analysed + dropped + skipped + damaged + liveWaiting, toString())
        assertEquals(0, waiting, toString())
        assertEquals(0, liveWaiting, toString())
    }

    @Test
    fun aCameraRunsForAMinute() {
        val images = List(4) { CameraImage(640, 480, 64).apply { draw(it * 7) } }
        val before = Held.now()
        val handle = start()
        val frames = SECONDS * 30
        val warm = frames / 4
        val memory = mutableListOf<Pair<Double, Double>>()
        var settled: Held? = null
        val began = System.nanoTime()
        for (number in 0 until frames) {
            val due = began + number * FRAME_NANOS
            while (System.nanoTime() < due) LockSupport.parkNanos(due - System.nanoTime())
            images[number % images.size].draw(number)
            assertEquals(FrameSink.TAKEN, images[number % images.size].push(handle, due))
            if (number == warm) settled = Held.now()
            if (number >= warm && number % 15 == 0) {
                memory += (System.nanoTime() - began) / 1e9 to Held.now().kibibytes.toDouble()
            }
        }
        val seconds = (System.nanoTime() - began) / 1e9
        val running = Held.now()
        assertEquals(FrameSink.TAKEN, FrameSink.close(handle))
        Thread.sleep(500)
        val counts = stop()
        val slope = slope(memory)
        println("%d frames in %.1f s; %s".format(frames, seconds, counts))
        println("before: $before; warm: $settled; at the end: $running; %.1f KiB a second".format(slope))
        sumsAgree(counts)
        assertEquals(frames.toLong(), counts.captured)
        assertEquals(0, counts.refused)
        assertTrue(counts.analysed > frames / 20, counts.toString())
        assertTrue(counts.observations > 0, counts.toString())
        // The JVM itself may start a thread or open an archive late; what leaks does so by the frame.
        assertTrue(running.threads <= settled!!.threads + 1, "$settled, then $running")
        assertTrue(running.files <= settled.files + 1, "$settled, then $running")
        // A short run says nothing of memory.
        if (SECONDS >= 20) assertTrue(slope < MOST_KIB_A_SECOND, "$slope KiB a second: $memory")
        assertEquals(FrameSink.CLOSED, images[0].push(handle, 0))
        Thread.sleep(200)
        val after = Held.now()
        assertTrue(after.threads <= before.threads + 1, "$before, then $after")
    }

    @Test
    fun threadsPushAtOnceAndAfterTheEnd() {
        val handle = start()
        val taken = AtomicLong()
        val refused = AtomicLong()
        val threads = List(4) { t ->
            thread {
                val image = CameraImage(320, 240, t).apply { draw(t) }
                for (i in 0 until 150) {
                    when (val code = image.push(handle, System.nanoTime(), 90 * t)) {
                        FrameSink.TAKEN, FrameSink.OVERTAKEN -> taken.incrementAndGet()
                        FrameSink.CLOSED -> refused.incrementAndGet()
                        else -> throw AssertionError("code $code")
                    }
                    Thread.sleep(2)
                }
            }
        }
        Thread.sleep(150)
        FrameSink.close(handle)
        threads.forEach(Thread::join)
        Thread.sleep(300)
        val counts = stop()
        println(counts)
        sumsAgree(counts)
        assertEquals(600, taken.get() + refused.get())
        assertEquals(600, counts.captured)
        assertEquals(refused.get(), counts.refused)
        assertTrue(taken.get() > 0 && refused.get() > 0, counts.toString())
    }

    @Test
    fun whatIsNotInOrderIsRefused() {
        val handle = start()
        val image = CameraImage(64, 48, 6).apply { draw(0) }
        fun push(
            y: ByteBuffer? = image.y, u: ByteBuffer? = image.u, v: ByteBuffer? = image.v,
            strides: List<Int> = listOf(70, 70, 2), size: List<Int> = listOf(64, 48),
            crop: List<Int> = listOf(0, 0, 64, 48), rotation: Int = 90, nanos: Long = 0,
        ) = FrameSink.push(
            handle, y, u, v, strides[0], strides[1], strides[2], size[0], size[1],
            crop[0], crop[1], crop[2], crop[3], rotation, nanos,
        )
        assertEquals(FrameSink.TAKEN, push())
        val codes = listOf(
            FrameSink.NULL_BUFFER to push(y = null),
            FrameSink.NULL_BUFFER to push(v = null),
            FrameSink.NOT_DIRECT to push(u = ByteBuffer.allocate(5000)),
            FrameSink.SHORT_BUFFER to push(y = ByteBuffer.allocateDirect(70 * 47 + 63)),
            FrameSink.SHORT_BUFFER to push(u = ByteBuffer.allocateDirect(0)),
            FrameSink.SHORT_BUFFER to push(v = image.v.slice(0, 100)),
            FrameSink.ROW_STRIDE to push(strides = listOf(63, 70, 2)),
            FrameSink.ROW_STRIDE to push(strides = listOf(70, -1, 2)),
            FrameSink.ROW_STRIDE to push(strides = listOf(Int.MAX_VALUE, 70, 2)),
            FrameSink.PIXEL_STRIDE to push(strides = listOf(70, 70, 0)),
            FrameSink.PIXEL_STRIDE to push(strides = listOf(70, 70, -2)),
            FrameSink.SIZE to push(size = listOf(0, 48)),
            FrameSink.SIZE to push(size = listOf(64, Int.MIN_VALUE)),
            FrameSink.SIZE to push(size = listOf(Int.MAX_VALUE, Int.MAX_VALUE)),
            FrameSink.CROP to push(crop = listOf(-1, 0, 64, 48)),
            FrameSink.CROP to push(crop = listOf(0, 0, 65, 48)),
            FrameSink.CROP to push(crop = listOf(5, 5, 5, 9)),
            FrameSink.ROTATION to push(rotation = 91),
            FrameSink.TIMESTAMP to push(nanos = -1),
        )
        codes.forEachIndexed { i, (expected, code) -> assertEquals(expected, code, "case $i") }
        val counts = LongArray(6)
        assertEquals(FrameSink.TAKEN, FrameSink.counts(handle, counts))
        assertEquals(codes.size.toLong(), counts[3])
        assertEquals(FrameSink.SHORT_BUFFER, FrameSink.counts(handle, LongArray(5)))
        assertEquals(FrameSink.NULL_BUFFER, FrameSink.counts(handle, null))
        assertEquals(FrameSink.UNKNOWN_HANDLE, FrameSink.counts(-1, counts))
        assertEquals(FrameSink.UNKNOWN_HANDLE, image.push(Long.MAX_VALUE, 0))
        assertEquals(FrameSink.TAKEN, FrameSink.countLost(handle, 3))
        Thread.sleep(300)
        val end = stop()
        assertEquals(3, end.lost)
        assertEquals(20, end.captured)
        sumsAgree(end)
        assertEquals(FrameSink.CLOSED, image.push(handle, 0))
        assertEquals(FrameSink.TAKEN, FrameSink.close(handle))
    }

    /** By least squares, in KiB a second. */
    private fun slope(points: List<Pair<Double, Double>>): Double {
        val x = points.map { it.first }.average()
        val y = points.map { it.second }.average()
        return points.sumOf { (it.first - x) * (it.second - y) } / points.sumOf { (it.first - x) * (it.first - x) }
    }
}
