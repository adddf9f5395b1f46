package app.glimpse.camera

import java.io.File
import java.io.IOException
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class StillsTest {
    @TempDir
    lateinit var cache: File

    @Test
    fun `each still has a file of its own, in a folder that is made for it`() {
        val stills = Stills(File(cache, "deep/stills"))
        val (one, other) = stills.next() to stills.next()
        assertNotEquals(one, other)
        assertTrue(one.isFile && one.name.endsWith(".jpg") && one.parentFile.name == "stills")
    }

    @Test
    fun `what is left over is swept, folders are not`() {
        val folder = File(cache, "stills")
        val stills = Stills(folder)
        assertEquals(0, stills.sweep(), "there is no folder yet")
        repeat(3) { stills.next() }
        File(folder, "kept").mkdir()
        assertEquals(3, stills.sweep())
        assertEquals(listOf("kept"), folder.list()!!.toList())
    }

    @Test
    fun `a folder that cannot be made is an error`() {
        File(cache, "stills").writeText("a file")
        assertThrows(IOException::class.java) { Stills(File(cache, "stills")).next() }
    }
}
