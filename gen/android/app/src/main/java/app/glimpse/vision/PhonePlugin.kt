package app.glimpse.vision

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Intent
import android.content.res.AssetManager
import android.net.Uri
import android.provider.OpenableColumns
import androidx.activity.result.ActivityResult
import app.tauri.annotation.ActivityCallback
import app.tauri.annotation.Command
import app.tauri.annotation.InvokeArg
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.Plugin
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException
import java.util.concurrent.Executors

@InvokeArg
class FolderArgs {
    lateinit var folder: String
}

@InvokeArg
class CopyArgs {
    lateinit var name: String
    lateinit var path: String
}

@InvokeArg
class ContentArgs {
    lateinit var uri: String
}

@InvokeArg
class SaveArgs {
    lateinit var path: String
    lateinit var name: String
}

class SavedAnswer(val saved: Boolean)

class BuildAnswer(val build: String)

class FilesAnswer(val files: List<String>)

class TakenAnswer(val path: String)

/**
 * What the app needs of Android besides camera and power: files inside of its package, and pictures that other
 * apps hand over. Rust alone calls it (`src-tauri/src/android.rs`); the page cannot.
 */
@TauriPlugin
class PhonePlugin(private val activity: Activity) : Plugin(activity) {
    private val inbox = Inbox(File(activity.cacheDir, "inbox"))

    /** Reading files and other apps' pictures takes its time; the main thread has none. */
    private val work = Executors.newSingleThreadExecutor { Thread(it, "glimpse-files") }

    /** Names this installation: another after each update, also of a build for development. */
    @Command
    fun build(invoke: Invoke) = answer(invoke) {
        val about = activity.packageManager.getPackageInfo(activity.packageName, 0)
        invoke.resolveObject(BuildAnswer("${about.versionName}.${about.lastUpdateTime}"))
    }

    /** The files below a folder of the package. */
    @Command
    fun listAssets(invoke: Invoke) = answer(invoke) {
        val folder = invoke.parseArgs(FolderArgs::class.java).folder
        invoke.resolveObject(FilesAnswer(below(activity.assets, folder)))
    }

    /** Writes a file of the package to a path of this app. */
    @Command
    fun copyAsset(invoke: Invoke) = answer(invoke) {
        val args = invoke.parseArgs(CopyArgs::class.java)
        activity.assets.open(args.name, AssetManager.ACCESS_STREAMING).use {
            copyBounded(it, File(args.path), Long.MAX_VALUE)
        }
        invoke.resolve()
    }

    /** Copies the picture behind another app's address into the cache. */
    @Command
    fun takeContent(invoke: Invoke) = answer(invoke) {
        val uri = Uri.parse(invoke.parseArgs(ContentArgs::class.java).uri)
        if (!isForeign(uri.scheme, uri.authority, activity.packageName)) {
            throw IOException("$uri is not another app's")
        }
        val resolver = activity.contentResolver
        val stream = resolver.openInputStream(uri) ?: throw FileNotFoundException("$uri is gone")
        val file = stream.use {
            val file = inbox.next(nameOf(uri))
            copyBounded(it, file, MOST_PICTURE_BYTES)
            file
        }
        invoke.resolveObject(TakenAnswer(file.path))
    }

    /** Asks where to keep a file of the app, and copies it there. */
    @Command
    fun saveFile(invoke: Invoke) {
        val name = safeName(invoke.parseArgs(SaveArgs::class.java).name)
        // The type says nothing, so that the system leaves the name's ending as it is.
        val where = Intent(Intent.ACTION_CREATE_DOCUMENT)
            .addCategory(Intent.CATEGORY_OPENABLE)
            .setType("application/octet-stream")
            .putExtra(Intent.EXTRA_TITLE, name)
        try {
            startActivityForResult(invoke, where, "saved")
        } catch (error: ActivityNotFoundException) {
            invoke.reject(error.message ?: "no app asks where to keep files")
        }
    }

    @ActivityCallback
    fun saved(invoke: Invoke, result: ActivityResult) = answer(invoke) {
        val to = result.data?.data
        if (result.resultCode == Activity.RESULT_OK && to != null) {
            val out = activity.contentResolver.openOutputStream(to, "wt") ?: throw FileNotFoundException("$to")
            out.use { File(invoke.parseArgs(SaveArgs::class.java).path).inputStream().use { from -> from.copyTo(it) } }
            invoke.resolveObject(SavedAnswer(true))
        } else {
            invoke.resolveObject(SavedAnswer(false))
        }
    }

    /** What the other app calls it, if it says. */
    private fun nameOf(uri: Uri): String? =
        activity.contentResolver.query(uri, arrayOf(OpenableColumns.DISPLAY_NAME), null, null, null)?.use {
            if (it.moveToFirst()) it.getString(0) else null
        }

    private fun answer(invoke: Invoke, task: () -> Unit) = work.execute {
        try {
            task()
        } catch (error: IOException) {
            invoke.reject(error.message ?: "$error")
        } catch (error: RuntimeException) {
            // Other apps' providers throw what they like, SecurityException first.
            invoke.reject(error.message ?: "$error")
        }
    }
}

/** The files below [folder], by their whole paths. A folder is what has something in it. */
private fun below(assets: AssetManager, folder: String): List<String> {
    val names = assets.list(folder).orEmpty()
    return names.flatMap { name ->
        val path = "$folder/$name"
        val inside = below(assets, path)
        inside.ifEmpty { listOf(path) }
    }
}
