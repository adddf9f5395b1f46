package app.glimpse.sdk

import java.io.ByteArrayOutputStream
import java.io.File
import java.io.RandomAccessFile
import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import java.util.zip.CRC32
import java.util.zip.DeflaterOutputStream
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class ErrorTest {
    private val receipt = sample("receipt.jpg").readBytes()

    /** The code of the error that [work] throws; its message in the second place. */
    private fun failure(work: suspend () -> Unit): Pair<String, String> = runBlocking {
        try {
            work()
            "none" to ""
        } catch (error: GlimpseException) {
            error.code to error.message.orEmpty()
        }
    }

    private fun code(work: suspend () -> Unit) = failure(work).first

    @Test
    fun `pictures that are none say why`(@TempDir folder: Path) = within(60) {
        Glimpse.open().use { glimpse ->
            val read: (ByteArray) -> String = { bytes -> code { glimpse.read(Image.of(bytes)) } }
            assertEquals("image_empty", read(ByteArray(0)))
            assertEquals("image_empty", code { glimpse.read(Image.of(ByteBuffer.allocateDirect(0))) })
            assertEquals("image_format", read("not a picture".toByteArray()))
            assertEquals("image_damaged", read(receipt.copyOf(2000)))
            assertEquals("image_too_large", read(hugePng()))
            assertEquals("not_found", code { glimpse.read(File("nowhere.jpg")) })
            assertEquals("is_a_directory", code { glimpse.read(folder.toFile()) })
            val limits = Limits(maxPixels = 1000)
            val (code, message) = failure { glimpse.read(Image.of(receipt, limits)) }
            assertEquals("image_too_large", code)
            assertTrue("1000" in message, message)
            // The engine is as good as before.
            assertEquals("none", code { glimpse.read(Image.of(receipt)) })
        }
    }

    @Test
    fun `pixels that do not fit are refused`() = within(60) {
        Glimpse.open().use { glimpse ->
            val buffer = ByteBuffer.allocateDirect(64)
            val layout = PixelLayout(PixelFormat.RGBA, 4, 4)
            val read: (PixelLayout) -> String = { code { glimpse.find(Image.of(buffer, it)) } }
            assertEquals("none", read(layout))
            assertEquals("image_damaged", read(layout.copy(height = 5)))
            assertEquals("image_damaged", read(layout.copy(rowStride = 17)))
            assertEquals("image_empty", read(layout.copy(width = 0)))
            assertEquals("invalid_option", read(layout.copy(rowStride = 15)))
            assertEquals("invalid_option", read(layout.copy(rotationDegrees = 45)))
            assertEquals("image_too_large", read(layout.copy(width = Int.MAX_VALUE, height = Int.MAX_VALUE)))
            buffer.position(4)
            assertEquals("image_damaged", read(layout))
            assertEquals("invalid_option", code { Picture.decodeAddress(0u, 5u).close() })
            assertEquals("invalid_option", code { Picture.decodeAddress(8u, ULong.MAX_VALUE).close() })
        }
    }

    @Test
    fun `options out of range are named`() = within(60) {
        Glimpse.open().use { glimpse ->
            val photo = Image.of(sample("photos/cat.jpg"))
            val (code, message) = failure { glimpse.read(photo, ReadOptions(languages = listOf("klingon"))) }
            assertEquals("invalid_option", code)
            assertTrue("klingon" in message, message)
            assertEquals("invalid_option", code { glimpse.find(photo, FindOptions(minScore = 2f)) })
            assertEquals("invalid_option", code { glimpse.describe(photo, DescribeOptions(beam = 0)) })
            assertEquals("invalid_option", code { glimpse.live(LiveOptions(minScore = -1f)) })
            assertEquals("invalid_option", code { Glimpse.open(OpenOptions(threads = 100_000)) })
        }
    }

    @Test
    fun `packs that are not there, or damaged, say so`(@TempDir folder: Path) = within(60) {
        assertEquals("pack_missing", code { Glimpse.open(OpenOptions(packs = folder.toString())) })
        val assets = root.resolve("assets")
        assets.resolve("packs.toml").copyTo(folder.resolve("packs.toml").toFile())
        Glimpse.open(OpenOptions(packs = folder.toString())).use { glimpse ->
            val (code, message) = failure { glimpse.read(Image.of(receipt)) }
            assertEquals("pack_missing", code)
            assertTrue("ocr-det-int8" in message, message)
            val bytes = assets.resolve("find-int8.safetensors").readBytes()
            bytes[bytes.size - 1000] = (bytes[bytes.size - 1000] + 1).toByte()
            Files.write(folder.resolve("find-int8.safetensors"), bytes)
            assertEquals("pack_damaged", code { glimpse.load(Part.FIND) })
        }
        folder.resolve("packs.toml").toFile().writeText("pack = 3")
        assertEquals("pack_damaged", code { Glimpse.open(OpenOptions(packs = folder.toString())) })
    }

    /** Packs inside of another file, as Android's assets lie in a package. */
    @Test
    fun `packs may lie in a file that is open`(@TempDir folder: Path) = within(60) {
        val list = root.resolve("assets/packs.toml").readText()
        val names = packNames(list)
        assertEquals(5, names.size)
        val whole = folder.resolve("package").toFile()
        val parts = RandomAccessFile(whole, "rw").use { file ->
            names.map { name ->
                val pack = root.resolve("assets/$name").readBytes()
                file.seek((file.length() + 100).let { it - it % 4 })
                val offset = file.filePointer
                file.write(pack)
                Triple(name, offset, pack.size)
            }
        }
        RandomAccessFile(whole, "r").use { file ->
            val descriptor = file.fd.number()
            val files = parts.map { (name, offset, size) ->
                PackPart(name, descriptor, offset, size.toLong())
            }
            val glimpse = Glimpse.open(OpenOptions(files = PackFiles(list, files)))
            file.close()
            glimpse.use { assertEquals(expectedLines("sign"), linesOf(it.read(sample("sign.jpg")).text)) }
        }
        val outside = PackFiles(list, listOf(PackPart(names[0], -1, 0, 5)))
        assertEquals("invalid_option", code { Glimpse.open(OpenOptions(files = outside)) })
        val closed = PackFiles(list, listOf(PackPart(names[0], 9999, 0, 5)))
        assertEquals("io", code { Glimpse.open(OpenOptions(files = closed)) })
    }

    /** The number that Java keeps to itself. */
    private fun java.io.FileDescriptor.number(): Int {
        val link = File("/proc/self/fd").listFiles().orEmpty().filter {
            runCatching { Files.readSymbolicLink(it.toPath()).fileName.toString() == "package" }.getOrDefault(false)
        }
        assertTrue(valid())
        return link.single().name.toInt()
    }

    /** A PNG that says that it has 30,000 × 30,000 pixels. */
    private fun hugePng(): ByteArray {
        val size = ByteBuffer.allocate(13).putInt(30_000).putInt(30_000).put(byteArrayOf(8, 2, 0, 0, 0)).array()
        val rows = ByteArrayOutputStream().also { out -> DeflaterOutputStream(out).use { it.write(ByteArray(90_001)) } }
        return byteArrayOf(-119, 80, 78, 71, 13, 10, 26, 10) + chunk("IHDR", size) +
            chunk("IDAT", rows.toByteArray()) + chunk("IEND", ByteArray(0))
    }

    private fun chunk(name: String, data: ByteArray): ByteArray {
        val body = name.toByteArray() + data
        val checksum = CRC32().apply { update(body) }.value.toInt()
        return ByteBuffer.allocate(body.size + 8).putInt(data.size).put(body).putInt(checksum).array()
    }
}
