package app.glimpse.camera

import java.io.File
import java.io.IOException

/** The folder of stills in the app's cache. Each still has a file of its own, which Rust deletes. */
class Stills(private val folder: File) {
    /** A file that does not exist yet. */
    @Throws(IOException::class)
    fun next(): File {
        if (!folder.isDirectory && !folder.mkdirs()) throw IOException("$folder cannot be made")
        return File.createTempFile("still", ".jpg", folder)
    }

    /** Deletes what is left over from before; says how many files that were. */
    fun sweep(): Int = folder.listFiles().orEmpty().count { it.isFile && it.delete() }
}
