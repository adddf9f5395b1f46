package app.glimpse.sdk

import java.nio.ByteBuffer
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotSame
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTimeoutPreemptively
import org.junit.jupiter.api.Test

class PlanesTest {
    private fun buffer(): ByteBuffer = ByteBuffer.allocateDirect(16)

    private fun use(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer): Int = withPlanes(
        y, u, v,
        direct = { it.y.length.toInt() + it.u.length.toInt() + it.v.length.toInt() },
        copied = { -1 },
    )

    @Test
    fun `threads with the same buffers in any order do not wait for each other`() {
        val (a, b, c) = List(3) { buffer() }
        val orders = listOf(Triple(a, b, c), Triple(c, b, a), Triple(b, c, a), Triple(a, a, b))
        val bytes = AtomicInteger()
        assertTimeoutPreemptively(Duration.ofSeconds(60)) {
            orders.map { (y, u, v) ->
                thread(isDaemon = true) { repeat(20_000) { bytes.addAndGet(use(y, u, v)) } }
            }.forEach(Thread::join)
        }
        assertEquals(orders.size * 20_000 * 48, bytes.get())
    }

    @Test
    fun `buffers without an order have one thing that is held first`() {
        // Of so many, two have the same hash: there are 31 bits of it, or fewer.
        val byHash = HashMap<Int, Any>()
        var twins: Pair<Any, Any>? = null
        while (twins == null) {
            val thing = Any()
            val before = byHash.put(System.identityHashCode(thing), thing)
            twins = before?.let { it to thing }
        }
        val (a, b) = twins
        val other = buffer()
        assertNotSame(a, tieOf(a, b, other))
        assertSame(tieOf(a, b, other), tieOf(other, b, a))
        assertSame(a, tieOf(a, a, other))
    }
}
