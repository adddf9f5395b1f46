package app.glimpse.sdk

import android.content.Context
import android.content.res.AssetFileDescriptor
import android.content.res.AssetManager
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** Folder of the assets that has `packs.toml` and the packs. */
private const val ASSETS = "glimpse"

/** One copies, and others find what was copied. */
private val copying = Any()

/**
 * Opens an engine with the packs in the application's assets, which this library brings along. They are
 * mapped inside of the package where they lie there uncompressed (`noCompress += "safetensors"`); else they
 * are copied once to the application's own files. [OpenOptions.packs] and [OpenOptions.files] are not looked at.
 */
public suspend fun Glimpse.Companion.open(context: Context, options: OpenOptions = OpenOptions()): Glimpse =
    withContext(Dispatchers.IO) {
        val list = packList(context.assets)
        val there = context.assets.list(ASSETS).orEmpty().toSet()
        val names = packNames(list).filter(there::contains)
        val opened = ArrayList<AssetFileDescriptor>(names.size)
        try {
            val mapped = names.all { name -> openUncompressed(context.assets, name)?.let(opened::add) ?: false }
            val place = if (mapped) {
                val parts = names.zip(opened) { name, asset ->
                    PackPart(name, asset.parcelFileDescriptor.fd, asset.startOffset, asset.length)
                }
                options.copy(packs = null, files = PackFiles(list, parts))
            } else {
                options.copy(packs = copied(context, list, names).path, files = null)
            }
            open(place)
        } finally {
            opened.forEach(AssetFileDescriptor::close)
        }
    }

private fun packList(assets: AssetManager): String = try {
    assets.open("$ASSETS/packs.toml").use { it.readBytes().decodeToString() }
} catch (missing: FileNotFoundException) {
    throw GlimpseException.PackMissing("there is no $ASSETS/packs.toml among the application's assets")
        .apply { initCause(missing) }
}

/** An asset that is compressed cannot be opened so. */
private fun openUncompressed(assets: AssetManager, name: String): AssetFileDescriptor? = try {
    assets.openFd("$ASSETS/$name")
} catch (_: FileNotFoundException) {
    null
}

/** A folder with copies of the packs. Those of another list are replaced; one that is half written never counts. */
private fun copied(context: Context, list: String, names: List<String>): File = synchronized(copying) {
    val folder = File(context.noBackupFilesDir, "glimpse")
    val toml = File(folder, "packs.toml")
    try {
        if (toml.isFile && toml.readText() == list) return@synchronized folder
        folder.deleteRecursively()
        folder.mkdirs()
        for (name in names) {
            context.assets.open("$ASSETS/$name").use { from -> File(folder, name).outputStream().use(from::copyTo) }
        }
        // Last: its presence says that the packs are whole.
        val written = File(folder, "packs.toml.new")
        written.writeText(list)
        if (!written.renameTo(toml)) throw IOException("cannot rename $written")
    } catch (missing: FileNotFoundException) {
        throw GlimpseException.PackMissing("a pack is not among the application's assets: ${missing.message}")
            .apply { initCause(missing) }
    } catch (failed: IOException) {
        throw GlimpseException.Io("the packs cannot be copied to $folder: ${failed.message}").apply { initCause(failed) }
    }
    folder
}
