package app.glimpse.sdk

import java.nio.ByteBuffer
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.transformWhile
import kotlinx.coroutines.withContext

/**
 * Looks at frames while they come: objects are followed, text is read, scenes are described.
 *
 * Frames are pushed by whoever has the camera. The newest wins: what the engine does not get round to is
 * dropped and counted, see [telemetry].
 */
public class Live private constructor(private val threads: CoroutineDispatcher) : AutoCloseable {
    private lateinit var stream: LiveStream
    private val told = MutableSharedFlow<LiveEvent>(KEPT, onBufferOverflow = BufferOverflow.DROP_OLDEST)
    private val newest = MutableStateFlow(Newest(null, isLast = false))

    /**
     * What is known of the scene, frame by frame, until the end. Latest wins: a collector that takes its time
     * gets the newest observation next. Begins with the newest that there is.
     */
    public val observations: Flow<Observation> = flow {
        var last: Observation? = null
        emitAll(newest.transformWhile { (observation, isLast) ->
            if (observation != null && observation !== last) emit(observation)
            last = observation
            !isLast
        })
    }

    /**
     * What happens besides: the start, moments, how the frames come, measurements, and [LiveEvent.Ended] last.
     * A new collector gets the last [KEPT] first, and one that is slower than that misses the oldest.
     */
    public val events: Flow<LiveEvent> = told.transformWhile { event ->
        emit(event)
        event !is LiveEvent.Ended
    }

    /**
     * Pushes the frame between position and limit of [buffer], whose pixels lie as [layout] says, taken at
     * [timestampNanos] on a clock that only goes ahead. A direct buffer is converted where it lies, in one
     * pass on the caller's thread, and free again when this returns. Never waits for the engine.
     *
     * @return the frame's number, from 1.
     * @throws GlimpseException.Closed after the end.
     */
    public fun push(buffer: ByteBuffer, layout: PixelLayout, timestampNanos: Long): Long = alive {
        buffer.withBytes(
            direct = { address, length -> stream.pushAddress(address, length, layout, timestampNanos) },
            copied = { stream.push(it, layout, timestampNanos) },
        )
    }

    /**
     * Pushes a camera's frame: NV12, NV21, I420 or Android's `YUV_420_888`, whose planes lie between position and limit
     * of [y], [u] and [v], as [layout] says. Otherwise as the other `push`.
     *
     * @return the frame's number, from 1.
     * @throws GlimpseException.Closed after the end.
     */
    public fun push(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: YuvLayout, timestampNanos: Long): Long = alive {
        withPlanes(
            y, u, v,
            direct = { stream.pushYuvAddress(it, layout, timestampNanos) },
            copied = { (luma, blue, red) -> stream.pushYuv(luma, blue, red, layout, timestampNanos) },
        )
    }

    /** Does from the next frame on what [options] say. */
    public suspend fun setOptions(options: LiveOptions): Unit = blocking { stream.setOptions(options) }

    /** Leaves frames out, or no more. */
    public suspend fun pause(paused: Boolean): Unit = blocking { stream.pause(paused) }

    /** What it cost so far. */
    public suspend fun telemetry(): Telemetry = blocking { stream.telemetry() }

    /** No more frames will come: it ends once the last is looked at. Returns at once. */
    public fun finish(): Unit = alive { stream.finish() }

    /** Waits for the end. */
    public suspend fun ended(): LiveEvent.Ended = events.first { it is LiveEvent.Ended } as LiveEvent.Ended

    /** Asks it to end and cancels what runs. Returns at once; [ended] waits. */
    override fun close() {
        stream.close()
    }

    private fun tell(event: LiveEvent) {
        if (event is LiveEvent.Observed) {
            newest.value = Newest(event.observation, isLast = false)
            return
        }
        told.tryEmit(event)
        if (event is LiveEvent.Ended) newest.value = Newest(newest.value.observation, isLast = true)
    }

    private suspend fun <T> blocking(work: () -> T): T = withContext(threads) { alive(work) }

    private inline fun <T> alive(work: () -> T): T = try {
        work()
    } catch (freed: IllegalStateException) {
        throw GlimpseException.Closed("it was closed").apply { initCause(freed) }
    }

    private data class Newest(val observation: Observation?, val isLast: Boolean)

    public companion object {
        /** Events that a new collector gets first. */
        public const val KEPT: Int = 64

        internal fun start(threads: CoroutineDispatcher, begin: (LiveListener) -> LiveStream): Live =
            Live(threads).also { live ->
                live.stream = begin(object : LiveListener {
                    override fun onEvent(event: LiveEvent) = live.tell(event)
                })
            }
    }
}
