package app.glimpse.camera

import android.Manifest
import android.app.Activity
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.hardware.display.DisplayManager
import android.net.Uri
import android.provider.Settings
import android.view.Display
import android.webkit.WebView
import androidx.appcompat.app.AppCompatActivity
import androidx.camera.lifecycle.ProcessCameraProvider
import androidx.core.content.ContextCompat
import androidx.lifecycle.Lifecycle
import app.tauri.PermissionState
import app.tauri.annotation.Command
import app.tauri.annotation.Permission
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Channel
import app.tauri.plugin.Invoke
import app.tauri.plugin.Plugin
import java.io.File
import java.io.IOException
import java.util.concurrent.ExecutionException

private const val CAMERA = "camera"

/** The commands: see the README of the plugin. What they do is [OpenCamera]'s. */
@TauriPlugin(permissions = [Permission(strings = [Manifest.permission.CAMERA], alias = CAMERA)])
class CameraPlugin(private val activity: Activity) : Plugin(activity) {
    private val owner = activity as AppCompatActivity
    private val main = ContextCompat.getMainExecutor(activity)
    private val stills = Stills(File(activity.cacheDir, "stills"))
    private var open: OpenCamera? = null
    private var states: StateTeller? = null

    override fun load(webView: WebView) {
        super.load(webView)
        Thread { stills.sweep() }.start()
    }

    override fun onStop(activity: AppCompatActivity) {
        states?.hide()
    }

    override fun onResume(activity: AppCompatActivity) {
        states?.show()
    }

    override fun onDestroy(activity: AppCompatActivity) {
        closeNow()
    }

    @Command
    fun openSettings(invoke: Invoke) = answer(invoke) {
        val page = Uri.fromParts("package", activity.packageName, null)
        activity.startActivity(Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, page))
        invoke.resolve()
    }

    @Command
    fun cameras(invoke: Invoke) = withProvider(invoke) { provider ->
        invoke.resolveObject(answerOf(provider.availableCameraInfos))
    }

    @Command
    fun open(invoke: Invoke) = answer(invoke) {
        val args = invoke.parseArgs(OpenArgs::class.java)
        if (args.handle <= 0 || args.width <= 0 || args.height <= 0 || args.fps < 0) {
            throw Refusal("bad-argument", "a handle and a size are positive")
        }
        checkPermission()
        withProvider(invoke) { provider -> bind(provider, args, invoke) }
    }

    private fun bind(provider: ProcessCameraProvider, args: OpenArgs, invoke: Invoke) {
        if (!owner.lifecycle.currentState.isAtLeast(Lifecycle.State.STARTED)) {
            throw Refusal("background", "the app is not on the screen")
        }
        val info = provider.availableCameraInfos.firstOrNull { idOf(it) == args.id }
            ?: throw Refusal("no-camera", "there is no camera ${args.id}")
        closeNow()
        val states = StateTeller { change -> tell(args.events, args.handle, change) }
        val camera = OpenCamera(provider, owner, info, args, main, ::displayRotation, states)
        this.open = camera
        this.states = states
        invoke.resolveObject(camera.answer())
    }

    /** Tells Rust; a camera that stopped is closed. */
    private fun tell(events: Channel, handle: Long, change: Change) {
        events.sendObject(change)
        if (change.state == "stopped") main.execute { closeIf(handle) }
    }

    @Command
    fun close(invoke: Invoke) = answer(invoke) {
        closeIf(invoke.parseArgs(CloseArgs::class.java).handle)
        invoke.resolve()
    }

    private fun closeIf(handle: Long) {
        if (open?.handle == handle) closeNow()
    }

    private fun closeNow() {
        open?.close()
        open = null
        states = null
    }

    @Command
    fun setTorch(invoke: Invoke) = answer(invoke) {
        val args = invoke.parseArgs(TorchArgs::class.java)
        opened().setTorch(args.on) { refusal ->
            if (refusal == null) invoke.resolve() else reject(invoke, refusal)
        }
    }

    @Command
    fun setZoom(invoke: Invoke) = answer(invoke) {
        val ratio = invoke.parseArgs(ZoomArgs::class.java).ratio
        if (!ratio.isFinite() || ratio <= 0) throw Refusal("bad-argument", "$ratio is no zoom")
        opened().setZoom(ratio) { set ->
            set.fold({ invoke.resolveObject(ZoomAnswer(it)) }, { reject(invoke, it) })
        }
    }

    @Command
    fun focus(invoke: Invoke) = answer(invoke) {
        val args = invoke.parseArgs(FocusArgs::class.java)
        if (args.x !in 0f..1f || args.y !in 0f..1f) throw Refusal("bad-argument", "no point of the picture")
        opened().focus(Part(args.x, args.y)) { focused -> invoke.resolveObject(FocusAnswer(focused)) }
    }

    @Command
    fun takeStill(invoke: Invoke) = answer(invoke) {
        val camera = opened()
        val file = try {
            stills.next()
        } catch (error: IOException) {
            throw Refusal("failed", error.message ?: "no file for a still")
        }
        camera.takeStill(file) { still ->
            still.fold({ invoke.resolveObject(it) }, { reject(invoke, it) })
        }
    }

    private fun opened() = open ?: throw Refusal("not-open", "no camera is open")

    private fun displayRotation(): Int {
        val displays = activity.getSystemService(Context.DISPLAY_SERVICE) as DisplayManager
        return displays.getDisplay(Display.DEFAULT_DISPLAY)?.rotation ?: 0
    }

    private fun checkPermission() {
        val granted = ContextCompat.checkSelfPermission(activity, Manifest.permission.CAMERA)
        if (granted == PackageManager.PERMISSION_GRANTED) return
        if (getPermissionState(CAMERA) == PermissionState.DENIED) {
            throw Refusal("permission-denied-for-good", "the system asks no more")
        }
        throw Refusal("permission-denied", "there is no permission to use the camera")
    }

    /** Runs [work] on the main thread with CameraX, which may have to look for cameras first. */
    private fun withProvider(invoke: Invoke, work: (ProcessCameraProvider) -> Unit) {
        val coming = ProcessCameraProvider.getInstance(activity)
        coming.addListener({
            answer(invoke) {
                val provider = try {
                    coming.get()
                } catch (error: ExecutionException) {
                    throw Refusal("failed", error.cause?.message ?: "CameraX does not begin")
                }
                work(provider)
            }
        }, main)
    }

    /** Runs [work]; what it throws rejects the command. */
    private fun answer(invoke: Invoke, work: () -> Unit) {
        try {
            work()
        } catch (refusal: Refusal) {
            reject(invoke, refusal)
        } catch (error: RuntimeException) {
            reject(invoke, error)
        }
    }

    private fun reject(invoke: Invoke, error: Throwable) {
        invoke.reject(error.message ?: "$error", (error as? Refusal)?.code ?: "failed")
    }
}
