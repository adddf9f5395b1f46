package app.glimpse.power

import android.app.Activity
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.os.Handler
import android.os.HandlerThread
import androidx.appcompat.app.AppCompatActivity
import app.tauri.annotation.Command
import app.tauri.annotation.InvokeArg
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Channel
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSObject
import app.tauri.plugin.Plugin
import java.io.IOException

@InvokeArg
internal class WatchArgs {
    var intervalMs: Long = 1_000
    var channel: Channel? = null
}

@InvokeArg
internal class OpenHintsArgs {
    var targetNanos: Long = 0
    var threadIds: IntArray = intArrayOf()
}

@InvokeArg
internal class TargetArgs {
    var targetNanos: Long = 0
}

@InvokeArg
internal class ReportArgs {
    var actualNanos: Long = 0
}

/** The commands of the plugin's README. All work is done on a thread of its own. */
@TauriPlugin
class PowerPlugin(activity: Activity) : Plugin(activity) {
    private val context = activity.applicationContext
    private val handler = Handler(HandlerThread("glimpse-power").apply { start() }.looper)
    private val services = AndroidServices(context)
    private val power = PhonePower(services)
    private val hints = Hints(context)
    private var watch: Watch? = null

    @Command
    fun read(invoke: Invoke) = work(invoke) { power.read().toJson() }

    @Command
    fun watch(invoke: Invoke) = work(invoke) {
        val args = arguments(invoke, WatchArgs::class.java)
        val channel = args.channel ?: throw Refused("bad-argument", "there is no channel")
        if (args.intervalMs !in 250..5_000) throw Refused("bad-argument", "intervalMs is not of 250 to 5000")
        watch?.stop()
        watch = Watch(channel, args.intervalMs).also { it.start() }
        null
    }

    @Command
    fun unwatch(invoke: Invoke) = work(invoke) {
        watch?.stop()
        watch = null
        null
    }

    @Command
    fun openHints(invoke: Invoke) = work(invoke) {
        val args = arguments(invoke, OpenHintsArgs::class.java)
        val rate = hints.open(args.threadIds, args.targetNanos)
        JSObject().apply { put("preferredRateNanos", rate) }
    }

    @Command
    fun setHintTarget(invoke: Invoke) = work(invoke) {
        hints.target(arguments(invoke, TargetArgs::class.java).targetNanos)
        null
    }

    @Command
    fun reportWork(invoke: Invoke) = work(invoke) {
        hints.report(arguments(invoke, ReportArgs::class.java).actualNanos)
        null
    }

    @Command
    fun closeHints(invoke: Invoke) = work(invoke) {
        hints.close()
        null
    }

    override fun onStop(activity: AppCompatActivity) {
        handler.post { watch?.pause() }
    }

    override fun onResume(activity: AppCompatActivity) {
        handler.post { watch?.start() }
    }

    /** Answers with what [work] gives, null for nothing. */
    private fun work(invoke: Invoke, work: () -> JSObject?) {
        handler.post {
            try {
                work()?.let { invoke.resolve(it) } ?: invoke.resolve()
            } catch (error: Refused) {
                invoke.reject(error.message, error.code)
            } catch (error: RuntimeException) {
                invoke.reject(error.toString(), "failed")
            }
        }
    }

    /** Arguments of other types than documented are refused; Tauri's reader of channels throws an Error for them. */
    private fun <T> arguments(invoke: Invoke, type: Class<T>): T =
        try {
            invoke.parseArgs(type)
        } catch (error: IOException) {
            throw Refused("bad-argument", error.toString())
        } catch (error: Error) {
            throw Refused("bad-argument", error.toString())
        }

    /** Readings to one channel. All of it on the handler's thread. */
    private inner class Watch(private val channel: Channel, private val intervalMs: Long) {
        private var listening: AutoCloseable? = null
        private val tick = object : Runnable {
            override fun run() {
                send()
                handler.postDelayed(this, intervalMs)
            }
        }
        private val changed = object : BroadcastReceiver() {
            override fun onReceive(context: Context, intent: Intent) = send()
        }

        /** Does nothing where it runs. */
        fun start() {
            if (listening != null) return
            listening = services.listen({ handler.post(it) }) { status ->
                power.hear(status)
                if (listening != null) send()
            }
            val filter = IntentFilter(Intent.ACTION_POWER_CONNECTED)
            filter.addAction(Intent.ACTION_POWER_DISCONNECTED)
            asked { context.registerReceiver(changed, filter, null, handler) ?: Intent() }
            tick.run()
        }

        fun pause() {
            handler.removeCallbacks(tick)
            if (listening == null) return
            listening?.close()
            listening = null
            asked { context.unregisterReceiver(changed) }
        }

        fun stop() = pause()

        private fun send() {
            channel.send(power.read().toJson())
        }
    }
}
