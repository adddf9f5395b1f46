package app.glimpse.sdk

import kotlin.coroutines.cancellation.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.isActive

/** Calls that block, as coroutines: their cancelling, and the end of all of them. */
internal class Calls(private val threads: CoroutineDispatcher) : AutoCloseable {
    private val running = mutableSetOf<CancelToken>()
    private var isClosed = false

    /** Runs [work] on one of the threads. Cancelling the coroutine cancels the token, and waits for [work]. */
    suspend fun <T> run(work: (CancelToken) -> T): T {
        val token = begin()
        try {
            return coroutineScope {
                val result = async(threads) {
                    val given = cancellable { work(token) }
                    // Nobody will close what nobody is given.
                    if (!isActive) (given as? AutoCloseable)?.close()
                    given
                }
                try {
                    result.await()
                } catch (cancelled: CancellationException) {
                    token.cancel()
                    throw cancelled
                }
            }
        } finally {
            end(token)
        }
    }

    /** Throws where these are closed, else gives what [work] gives. */
    fun <T> ifOpen(work: () -> T): T = synchronized(running) {
        if (isClosed) throw closed()
        work()
    }

    /** Cancels what runs; what begins later throws. */
    override fun close() = synchronized(running) {
        isClosed = true
        running.forEach(CancelToken::cancel)
    }

    private fun begin(): CancelToken = ifOpen { CancelToken().also(running::add) }

    private fun end(token: CancelToken) {
        synchronized(running) { running.remove(token) }
        token.close()
    }

    /** Only its coroutine or [close] cancels a token. */
    private inline fun <T> cancellable(work: () -> T): T = try {
        work()
    } catch (cancelled: GlimpseException.Cancelled) {
        if (synchronized(running) { isClosed }) throw closed()
        throw CancellationException(cancelled.message, cancelled)
    } catch (destroyed: IllegalStateException) {
        // What the generated classes throw for an object that was freed between the check and the call.
        if (synchronized(running) { isClosed }) throw closed()
        throw destroyed
    }

    private fun closed() = GlimpseException.Closed("it was closed")
}
