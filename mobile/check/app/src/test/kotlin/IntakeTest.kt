package app.glimpse.vision

import java.io.ByteArrayInputStream
import java.io.File
import java.io.IOException
import java.io.InputStream
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class IntakeTest {
    @TempDir
    lateinit var cache: File

    @Test
    fun `a picture is copied whole up to the limit`() {
        val bytes = ByteArray(200_000) { it.toByte() }
        val to = File(cache, "whole")
        assertEquals(200_000, copyBounded(ByteArrayInputStream(bytes), to, 200_000))
        assertArrayEquals(bytes, to.readBytes())
        assertEquals(0, copyBounded(ByteArrayInputStream(ByteArray(0)), to, 10))
    }

    @Test
    fun `nothing is left of what is too large or breaks off`() {
        val to = File(cache, "part")
        assertThrows(TooLarge::class.java) { copyBounded(ByteArrayInputStream(ByteArray(11)), to, 10) }
        assertFalse(to.exists())
        val broken = object : InputStream() {
            private var left = 100_000
            override fun read() = if (left-- > 0) 1 else throw IOException("the network is gone")
        }
        assertThrows(IOException::class.java) { copyBounded(broken, to, 1 shl 20) }
        assertFalse(to.exists())
    }

    @Test
    fun `a stream without end stops at the limit`() {
        val endless = object : InputStream() {
            override fun read() = 7
        }
        assertThrows(TooLarge::class.java) { copyBounded(endless, File(cache, "endless"), 1 shl 20) }
        assertTrue(cache.list()!!.isEmpty())
    }

    @Test
    fun `names lead nowhere else`() {
        val names = mapOf(
            "photo.jpg" to "photo.jpg",
            "Rechnung März (2).png" to "Rechnung März (2).png",
            "領収書.jpg" to "領収書.jpg",
            "../../../databases/library.db" to "library.db",
            "..\\..\\boot.ini" to "boot.ini",
            "/etc/passwd" to "passwd",
            ".." to "picture",
            "." to "picture",
            ".hidden.jpg" to "hidden.jpg",
            "" to "picture",
            "a\u0000b\nc:d*.png" to "a_b_c_d_.png",
            "  spaced  " to "spaced",
        )
        for ((displayed, name) in names) assertEquals(name, safeName(displayed), displayed)
        assertEquals("picture", safeName(null))
        val long = safeName("x".repeat(500) + ".jpeg")
        assertTrue(long.length <= 60 && long.endsWith("x.jpeg"), long)
        assertEquals(60 - 1, safeName("y".repeat(500)).length)
    }

    @Test
    fun `whatever a name, the file lies in the inbox`() {
        val inbox = Inbox(File(cache, "inbox"))
        for (name in listOf("../../up", "/abs", "a/b/c", "..", null, "CON")) {
            val file = inbox.next(name)
            val folder = file.canonicalFile.parentFile.parentFile
            assertEquals(File(cache, "inbox").canonicalFile, folder, "$name")
            assertFalse(file.exists())
        }
    }

    @Test
    fun `the oldest make room`() {
        val folder = File(cache, "inbox")
        val inbox = Inbox(folder, keep = 3)
        repeat(5) { n ->
            val file = inbox.next("same.jpg")
            file.writeText("$n")
            file.parentFile.setLastModified(1_700_000_000_000 + n * 1000L)
        }
        val kept = folder.listFiles()!!.map { File(it, "same.jpg").readText() }.sorted()
        assertEquals(listOf("2", "3", "4"), kept)
    }

    @Test
    fun `only other apps' addresses are read`() {
        val own = "app.glimpse.vision"
        assertTrue(isForeign("content", "com.google.android.apps.photos.contentprovider", own))
        assertTrue(isForeign("content", "10@media", own), "of another user of the device")
        assertTrue(isForeign("content", "app.glimpse.visionary", own))
        assertFalse(isForeign("content", "app.glimpse.vision.fileprovider", own))
        assertFalse(isForeign("content", "0@app.glimpse.vision.fileprovider", own))
        assertFalse(isForeign("content", own, own))
        assertFalse(isForeign("content", "", own))
        assertFalse(isForeign("content", null, own))
        assertFalse(isForeign("file", "media", own))
        assertFalse(isForeign("android.resource", own, own))
        assertFalse(isForeign(null, "media", own))
    }
}
