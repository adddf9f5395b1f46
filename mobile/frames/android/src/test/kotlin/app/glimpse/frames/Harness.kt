package app.glimpse.frames

import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import java.util.stream.Stream

/** The library of mobile/frames/harness: live video behind a sink. */
object Harness {
    init {
        System.load(Path.of(System.getProperty("glimpse.library")).toRealPath().toString())
    }

    @JvmStatic
    external fun start(assets: String): Long

    @JvmStatic
    external fun stop(counts: LongArray)

    fun assets(): String = System.getProperty("glimpse.assets")
}

/** What [Harness.stop] says. */
class Counts(values: LongArray) {
    val captured = values[0]
    val delivered = values[1]
    val replaced = values[2]
    val refused = values[3]
    val waiting = values[4]
    val lost = values[5]
    val liveCaptured = values[6]
    val analysed = values[7]
    val dropped = values[8]
    val skipped = values[9]
    val damaged = values[10]
    val liveWaiting = values[11]
    val observations = values[12]

    override fun toString() =
        "sink: $captured captured = $delivered delivered + $replaced replaced + $refused refused + $waiting waiting, " +
            "$lost lost; live: $liveCaptured captured = $analysed analysed + $dropped dropped + $skipped skipped + " +
            "$damaged damaged + $liveWaiting waiting; $observations observations taken"
}

/** What this process holds. */
class Held(val threads: Long, val files: Long, val kibibytes: Long) {
    override fun toString() = "$threads threads, $files files, $kibibytes KiB"

    companion object {
        fun now(): Held {
            val status = Files.readAllLines(Path.of("/proc/self/status"))
            val resident = status.first { it.startsWith("VmRSS:") }.filter(Char::isDigit).toLong()
            return Held(count("/proc/self/task"), count("/proc/self/fd"), resident)
        }

        private fun count(folder: String) = Files.list(Path.of(folder)).use(Stream<Path>::count)
    }
}

/**
 * A frame as Android's cameras give it: chroma in turns, rows padded, and the last row of each plane ending with its
 * last sample.
 */
class CameraImage(val width: Int, val height: Int, padding: Int) {
    val yRowStride = width + padding
    val uvRowStride = width + padding
    val y: ByteBuffer = ByteBuffer.allocateDirect(yRowStride * (height - 1) + width)
    private val chroma = ByteBuffer.allocateDirect(uvRowStride * (height / 2 - 1) + width)
    val u: ByteBuffer = chroma.slice(0, chroma.capacity() - 1)
    val v: ByteBuffer = chroma.slice(1, chroma.capacity() - 1)

    /** Draws a bright square that wanders over a grey ramp. */
    fun draw(number: Int) {
        val row = ByteArray(width)
        val side = height / 4
        val left = number * 4 % (width - side)
        val top = number * 3 % (height - side)
        for (line in 0 until height) {
            for (x in 0 until width) row[x] = (60 + x * 80 / width).toByte()
            if (line in top until top + side) row.fill(230.toByte(), left, left + side)
            y.put(line * yRowStride, row)
        }
        for (i in 0 until chroma.capacity()) chroma.put(i, (if (i % 2 == 0) 120 else 140).toByte())
    }

    fun push(handle: Long, nanos: Long, rotation: Int = 90): Int = FrameSink.push(
        handle, y, u, v, yRowStride, uvRowStride, 2, width, height, 0, 0, width, height, rotation, nanos,
    )
}
