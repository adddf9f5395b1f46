package app.glimpse.vision

import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.io.InputStream

/** Most bytes of a picture that another app hands over: as many as the service opens. */
const val MOST_PICTURE_BYTES = 64L shl 20

/** Longest name that is kept, in characters; file systems allow 255 bytes. */
private const val LONGEST_NAME = 60

/** It is more than is taken. */
class TooLarge(limit: Long) : IOException("more than $limit bytes")

/**
 * Copies [from] to [to], `limit` bytes at most. Nothing is left of what is larger or breaks off.
 *
 * Returns how many bytes that were.
 */
@Throws(IOException::class)
fun copyBounded(from: InputStream, to: File, limit: Long): Long {
    var whole = false
    try {
        FileOutputStream(to).use { out ->
            val buffer = ByteArray(1 shl 16)
            var copied = 0L
            while (true) {
                val n = from.read(buffer)
                if (n < 0) break
                copied += n
                if (copied > limit) throw TooLarge(limit)
                out.write(buffer, 0, n)
            }
            out.fd.sync()
            whole = true
            return copied
        }
    } finally {
        if (!whole) to.delete()
    }
}

/**
 * A file name out of what another app calls its picture: no folders, nothing that leads elsewhere, letters and
 * digits of any script. `picture` where nothing is left.
 */
fun safeName(displayed: String?): String {
    val last = displayed.orEmpty().substringAfterLast('/').substringAfterLast('\\')
    val kept = last.map { if (it.isLetterOrDigit() || it in " ._-()") it else '_' }.joinToString("")
    val trimmed = kept.trim().trimStart('.').trim()
    if (trimmed.length <= LONGEST_NAME) return trimmed.ifEmpty { "picture" }
    val ending = trimmed.substringAfterLast('.', "").take(8)
    val stem = trimmed.take(LONGEST_NAME - ending.length - 1).trimEnd()
    return if (ending.isEmpty()) stem else "$stem.$ending"
}

/** The folder of what other apps handed over, in the app's cache. Each has a folder of its own. */
class Inbox(private val folder: File, private val keep: Int = 8) {
    /** A file of this name that does not exist yet; the oldest of what came before make room. */
    @Throws(IOException::class)
    fun next(displayed: String?): File {
        if (!folder.isDirectory && !folder.mkdirs()) throw IOException("$folder cannot be made")
        val old = folder.listFiles().orEmpty().sortedBy { it.lastModified() }
        old.dropLast(keep - 1).forEach { it.deleteRecursively() }
        val own = File.createTempFile("from", "", folder)
        if (!own.delete() || !own.mkdir()) throw IOException("$own cannot be made")
        return File(own, safeName(displayed))
    }
}

/** Whether a content address is another app's: this app's own providers would hand out its own files. */
fun isForeign(scheme: String?, authority: String?, applicationId: String): Boolean =
    scheme == "content" && !authority.isNullOrEmpty() &&
        authority.substringAfterLast('@').let { it != applicationId && !it.startsWith("$applicationId.") }
