package app.glimpse.camera

import androidx.camera.core.CameraState

/** What an open camera does, as Rust is told: see the README of the plugin. */
data class Change(val state: String, val reason: String?, val message: String?) {
    companion object {
        val RUNNING = Change("running", null, null)
        val BACKGROUND = Change("interrupted", "background", null)

        fun stopped(reason: String, message: String? = null) = Change("stopped", reason, message)
    }
}

/**
 * What an error of CameraX means, by its code; nothing where CameraX tries again by itself and frames are all
 * that is missed.
 */
fun changeOf(code: Int, message: String?): Change? = when (code) {
    CameraState.ERROR_CAMERA_IN_USE, CameraState.ERROR_MAX_CAMERAS_IN_USE ->
        Change("interrupted", "in-use", message)
    CameraState.ERROR_OTHER_RECOVERABLE_ERROR -> null
    CameraState.ERROR_CAMERA_DISABLED, CameraState.ERROR_DO_NOT_DISTURB_MODE_ENABLED ->
        Change.stopped("disabled", message)
    CameraState.ERROR_CAMERA_REMOVED -> Change.stopped("disconnected", message)
    else -> Change.stopped("failed", message ?: "CameraX error $code")
}

/**
 * Tells [tell] of changes, each once: frames that come say that it runs, and nothing follows the end. Called
 * from any thread.
 */
class StateTeller(private val tell: (Change) -> Unit) {
    private val lock = Any()
    private var last: Change? = null

    /** The app is not on the screen: frames that are still on their way say nothing. */
    private var hidden = false

    /** Whether it is over. */
    val isOver: Boolean get() = synchronized(lock) { last?.state == "stopped" }

    /** A frame came. */
    fun frame() = turn { if (hidden) null else Change.RUNNING }

    /** The app left the screen. */
    fun hide() = turn {
        hidden = true
        Change.BACKGROUND
    }

    /** The app is back; the next frame says the rest. */
    fun show() = synchronized(lock) { hidden = false }

    /** CameraX has an error. */
    fun error(code: Int, message: String?) = turn { changeOf(code, message) }

    /** It is over, for this reason. */
    fun stop(reason: String, message: String? = null) = turn { Change.stopped(reason, message) }

    private fun turn(next: () -> Change?) {
        val change = synchronized(lock) {
            val change = next()
            if (change == null || last?.state == "stopped") return
            val same = last?.state == change.state && last?.reason == change.reason
            last = change
            if (same) return
            change
        }
        tell(change)
    }
}
