package app.glimpse.sdk

import java.io.File
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.withContext

/**
 * Reads, describes and searches pictures on the device.
 *
 * ```
 * Glimpse.open().use { glimpse -> println(glimpse.read(File("receipt.jpg")).text) }
 * ```
 *
 * Every call suspends and works on threads of the SDK's own, never on the caller's. Cancelling the coroutine
 * cancels the call, which ends between two steps of its networks; the coroutine waits for that, so that what
 * the call was given may be freed afterwards. Several calls may run at once; they share the models.
 *
 * What fails throws a [GlimpseException], whose class says why; see [code].
 */
public class Glimpse private constructor(private val engine: GlimpseEngine) : AutoCloseable {
    private val calls = Calls(threads)

    /** Threads that the engine computes with, at least 1. */
    public val engineThreads: Int get() = open { engine.threads() }

    /** Opens the packs of [parts] now, so that the first call does not wait for them. */
    public suspend fun load(vararg parts: Part): Unit = calls.run { parts.forEach(engine::load) }

    /** Decodes [image], to look at it several times. Close the result. */
    public suspend fun picture(image: Image): Picture = calls.run { image.open() }

    /** Reads the text on [picture]. */
    public suspend fun read(picture: Picture, options: ReadOptions = ReadOptions()): Reading =
        calls.run { engine.read(picture, options, it) }

    /** Reads the text on [image]. */
    public suspend fun read(image: Image, options: ReadOptions = ReadOptions()): Reading =
        calls.run { token -> image.open().use { engine.read(it, options, token) } }

    /** Reads the text on the picture in [file]: JPEG, PNG, WebP, GIF, BMP or TIFF. */
    public suspend fun read(file: File, options: ReadOptions = ReadOptions()): Reading =
        read(Image.of(file), options)

    /** Describes [picture]. */
    public suspend fun describe(picture: Picture, options: DescribeOptions = DescribeOptions()): Description =
        calls.run { engine.describe(picture, options, it) }

    /** Describes [image]. */
    public suspend fun describe(image: Image, options: DescribeOptions = DescribeOptions()): Description =
        calls.run { token -> image.open().use { engine.describe(it, options, token) } }

    /** Describes the picture in [file]. */
    public suspend fun describe(file: File, options: DescribeOptions = DescribeOptions()): Description =
        describe(Image.of(file), options)

    /**
     * Describes [image] while it is collected: the caption grows token by token, and the last element has the
     * description. What its collector is too slow for is left out; each element has all that was before.
     */
    public fun captions(image: Image, options: DescribeOptions = DescribeOptions()): Flow<CaptionProgress> =
        describing(options) { describe -> image.open().use(describe) }

    /** Describes [picture] while it is collected, likewise. It must not be closed meanwhile. */
    public fun captions(picture: Picture, options: DescribeOptions = DescribeOptions()): Flow<CaptionProgress> =
        describing(options) { describe -> describe(picture) }

    private fun describing(
        options: DescribeOptions,
        with: (describe: (Picture) -> Description) -> Description,
    ): Flow<CaptionProgress> = channelFlow {
        val tokens = mutableListOf<CaptionToken>()
        val listener = object : CaptionListener {
            override fun onToken(token: CaptionToken) {
                val sofar = synchronized(tokens) { tokens.apply { add(token) }.toList() }
                trySend(CaptionProgress(sofar.joinToString("") { it.text }, sofar, null))
            }
        }
        val description = calls.run { cancel -> with { engine.describe(it, options, cancel, listener) } }
        send(CaptionProgress(description.caption, description.tokens, description))
    }.buffer(Channel.CONFLATED)

    /** Finds the objects on [picture]. */
    public suspend fun find(picture: Picture, options: FindOptions = FindOptions()): Found =
        calls.run { engine.find(picture, options, it) }

    /** Finds the objects on [image]. */
    public suspend fun find(image: Image, options: FindOptions = FindOptions()): Found =
        calls.run { token -> image.open().use { engine.find(it, options, token) } }

    /** Finds the objects on the picture in [file]. */
    public suspend fun find(file: File, options: FindOptions = FindOptions()): Found =
        find(Image.of(file), options)

    /** Names what [picture] shows, and gives its embedding: see [similarity]. */
    public suspend fun tags(picture: Picture, options: TagOptions = TagOptions()): Tags =
        calls.run { engine.tags(picture, options, it) }

    /** Names what [image] shows, and gives its embedding. */
    public suspend fun tags(image: Image, options: TagOptions = TagOptions()): Tags =
        calls.run { token -> image.open().use { engine.tags(it, options, token) } }

    /** Names what the picture in [file] shows, and gives its embedding. */
    public suspend fun tags(file: File, options: TagOptions = TagOptions()): Tags = tags(Image.of(file), options)

    /** Where the text detector sees text on [picture]. Close the result. */
    public suspend fun textMap(picture: Picture): TextMap = calls.run { engine.textMap(picture, it) }

    /** Follows the line of [picture] inside of [quad] through the recognizer. */
    public suspend fun traceLine(picture: Picture, quad: Quad): LineTrace =
        calls.run { engine.traceLine(picture, quad, it) }

    /** Starts to look at frames, which are pushed into what this returns. Close that. */
    public suspend fun live(options: LiveOptions = LiveOptions()): Live =
        calls.run { Live.start(threads) { listener -> engine.live(options, listener) } }

    /** Cancels what runs, which then throws [GlimpseException.Closed], and lets go of the engine. */
    override fun close() {
        calls.close()
        engine.close()
    }

    private fun <T> open(work: () -> T): T = calls.ifOpen(work)

    public companion object {
        /** What calls block on. Threads are shared with [Dispatchers.IO]; only this many work here at once. */
        private val threads: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(8, "Glimpse")

        /**
         * Opens an engine. The packs of models lie in the folder that [OpenOptions.packs] names; else in that
         * of the variable `GLIMPSE_PACKS`, or in `assets` or `share/glimpse` beside the program or above it.
         * On Android, `Glimpse.open(context)` takes those of the application's assets.
         */
        public suspend fun open(options: OpenOptions = OpenOptions()): Glimpse =
            withContext(threads) { Glimpse(GlimpseEngine.open(options)) }
    }
}

/**
 * A caption on its way.
 *
 * @property text what there is of it; at the end, the sentence to show.
 * @property tokens its tokens so far.
 * @property description the whole description; only at the end.
 */
public data class CaptionProgress(
    val text: String,
    val tokens: List<CaptionToken>,
    val description: Description?,
)
