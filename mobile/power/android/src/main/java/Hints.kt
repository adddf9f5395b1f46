package app.glimpse.power

import android.content.Context
import android.os.Build
import android.os.PerformanceHintManager
import androidx.annotation.RequiresApi

/** A command that cannot be done, with its code of the plugin's README. */
internal class Refused(val code: String, message: String) : Exception(message)

/** Tells Android how long the work of some threads took and should take, so that it picks their clocks. */
internal class Hints(private val context: Context) {
    private var session: Session? = null

    /** What is asked of a session, so that tests can do without the system's. */
    interface Session : AutoCloseable {
        fun target(nanos: Long)

        fun report(nanos: Long)
    }

    /** Opens a session in place of the one before: the rate in nanoseconds at which reports are wanted. */
    fun open(threads: IntArray, targetNanos: Long): Long {
        positive("targetNanos", targetNanos)
        if (threads.isEmpty() || threads.any { it <= 0 }) throw Refused("bad-argument", "threadIds are not of threads")
        close()
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) {
            throw Refused("unsupported", "performance hints came with Android 12")
        }
        val (opened, rate) = open31(threads, targetNanos)
        session = opened
        return rate
    }

    fun target(nanos: Long) = opened().target(positive("targetNanos", nanos))

    fun report(nanos: Long) = opened().report(positive("actualNanos", nanos))

    fun close() {
        session?.close()
        session = null
    }

    private fun opened() = session ?: throw Refused("not-open", "performance hints are not open")

    private fun positive(name: String, value: Long): Long =
        if (value in 1..LONGEST) value else throw Refused("bad-argument", "$name is not of 1 to $LONGEST: $value")

    @RequiresApi(Build.VERSION_CODES.S)
    private fun open31(threads: IntArray, targetNanos: Long): Pair<Session, Long> {
        val hints = context.getSystemService(PerformanceHintManager::class.java)
            ?: throw Refused("unsupported", "this phone has no performance hints")
        val rate = asked { hints.preferredUpdateRateNanos }.value ?: -1
        if (rate <= 0) throw Refused("unsupported", "this phone takes no performance hints")
        val answer = asked { hints.createHintSession(threads, targetNanos) }
        val opened = answer.value ?: throw Refused("unsupported", "Android opens no session: ${answer.reason}")
        return AndroidSession(opened) to rate
    }

    @RequiresApi(Build.VERSION_CODES.S)
    private class AndroidSession(private val session: PerformanceHintManager.Session) : Session {
        override fun target(nanos: Long) = done(asked { session.updateTargetWorkDuration(nanos) })

        override fun report(nanos: Long) = done(asked { session.reportActualWorkDuration(nanos) })

        override fun close() {
            asked { session.close() }
        }

        private fun done(answer: Told<Unit>) {
            if (answer.value == null) throw Refused("failed", answer.reason)
        }
    }

    private companion object {
        /** Ten seconds. */
        const val LONGEST = 10_000_000_000L
    }
}
