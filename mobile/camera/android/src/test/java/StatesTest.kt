package app.glimpse.camera

import androidx.camera.core.CameraState
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class StatesTest {
    private val told = mutableListOf<Change>()
    private val teller = StateTeller { told += it }

    private fun names() = told.map { listOfNotNull(it.state, it.reason).joinToString(" ") }

    @Test
    fun `errors of CameraX are told apart`() {
        val reasons = mapOf(
            CameraState.ERROR_CAMERA_IN_USE to "interrupted in-use",
            CameraState.ERROR_MAX_CAMERAS_IN_USE to "interrupted in-use",
            CameraState.ERROR_CAMERA_DISABLED to "stopped disabled",
            CameraState.ERROR_DO_NOT_DISTURB_MODE_ENABLED to "stopped disabled",
            CameraState.ERROR_CAMERA_REMOVED to "stopped disconnected",
            CameraState.ERROR_STREAM_CONFIG to "stopped failed",
            CameraState.ERROR_CAMERA_FATAL_ERROR to "stopped failed",
            99 to "stopped failed",
        )
        for ((code, name) in reasons) {
            val change = changeOf(code, "words")!!
            assertEquals(name, "${change.state} ${change.reason}", "$code")
            assertEquals("words", change.message)
        }
        assertNull(changeOf(CameraState.ERROR_OTHER_RECOVERABLE_ERROR, "words"))
        assertEquals("CameraX error 6", changeOf(CameraState.ERROR_CAMERA_FATAL_ERROR, null)!!.message)
    }

    @Test
    fun `frames say once that it runs`() {
        repeat(3) { teller.frame() }
        assertEquals(listOf("running"), names())
    }

    @Test
    fun `off the screen it is interrupted, whatever frames are on their way`() {
        teller.frame()
        teller.hide()
        repeat(2) { teller.frame() }
        teller.hide()
        teller.show()
        assertEquals(listOf("running", "interrupted background"), names())
        teller.frame()
        assertEquals(listOf("running", "interrupted background", "running"), names())
    }

    @Test
    fun `another app takes the camera and gives it back`() {
        teller.frame()
        repeat(2) { teller.error(CameraState.ERROR_CAMERA_IN_USE, "taken $it") }
        teller.error(CameraState.ERROR_OTHER_RECOVERABLE_ERROR, null)
        teller.frame()
        assertEquals(listOf("running", "interrupted in-use", "running"), names())
        assertFalse(teller.isOver)
    }

    @Test
    fun `nothing follows the end`() {
        teller.frame()
        teller.error(CameraState.ERROR_CAMERA_REMOVED, null)
        teller.frame()
        teller.hide()
        teller.stop("failed", "again")
        assertEquals(listOf("running", "stopped disconnected"), names())
        assertTrue(teller.isOver)
    }

    @Test
    fun `threads tell it once`() {
        val threads = List(8) { Thread { repeat(1000) { teller.frame() } } }
        threads.forEach(Thread::start)
        threads.forEach(Thread::join)
        assertEquals(listOf("running"), names())
    }
}
