package app.glimpse.power

import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.os.BatteryManager
import android.os.Build
import android.os.PowerManager
import android.os.SystemClock
import androidx.annotation.RequiresApi
import java.util.concurrent.Executor

/** Asks Android. What a version of it lacks, refuses or fails at is told as a reason. */
internal class AndroidServices(private val context: Context) : PowerServices {
    private val battery = context.getSystemService(Context.BATTERY_SERVICE) as? BatteryManager
    private val power = context.getSystemService(Context.POWER_SERVICE) as? PowerManager

    override fun nowMs(): Long = SystemClock.elapsedRealtime()

    override fun battery(): RawBattery {
        val filter = IntentFilter(Intent.ACTION_BATTERY_CHANGED)
        val changed = asked<Intent> { context.registerReceiver(null, filter) }.value
        fun extra(name: String) = changed?.takeIf { it.hasExtra(name) }?.getIntExtra(name, Int.MIN_VALUE)
        fun property(id: Int) = asked { battery?.getIntProperty(id) }.value
        return RawBattery(
            atMs = nowMs(),
            currentNow = property(BatteryManager.BATTERY_PROPERTY_CURRENT_NOW),
            currentAverage = property(BatteryManager.BATTERY_PROPERTY_CURRENT_AVERAGE),
            chargeCounter = property(BatteryManager.BATTERY_PROPERTY_CHARGE_COUNTER),
            energyCounter = asked { battery?.getLongProperty(BatteryManager.BATTERY_PROPERTY_ENERGY_COUNTER) }.value,
            capacity = property(BatteryManager.BATTERY_PROPERTY_CAPACITY),
            level = extra(BatteryManager.EXTRA_LEVEL),
            scale = extra(BatteryManager.EXTRA_SCALE),
            voltage = extra(BatteryManager.EXTRA_VOLTAGE),
            temperature = extra(BatteryManager.EXTRA_TEMPERATURE),
            status = extra(BatteryManager.EXTRA_STATUS),
            plugged = extra(BatteryManager.EXTRA_PLUGGED),
        )
    }

    override fun thermalStatus(): Told<Int> =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) asked { power?.currentThermalStatus } else newer("10")

    override fun headroom(): Told<Float> =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) asked { power?.getThermalHeadroom(0) } else newer("11")

    override fun thresholds(): Told<Map<Int, Float>> =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.VANILLA_ICE_CREAM) {
            asked { power?.thermalHeadroomThresholds }
        } else {
            newer("15")
        }

    override fun saving(): Told<Boolean> = asked { power?.isPowerSaveMode }

    /** Calls [heard] on [executor] when the thermal status changes, until what is returned is closed. */
    fun listen(executor: Executor, heard: (Int) -> Unit): AutoCloseable =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) StatusListener(power, executor, heard) else AutoCloseable {}

    @RequiresApi(Build.VERSION_CODES.Q)
    private class StatusListener(private val power: PowerManager?, executor: Executor, heard: (Int) -> Unit) :
        AutoCloseable {
        private val listener = PowerManager.OnThermalStatusChangedListener { heard(it) }
        private val listening = asked { power?.addThermalStatusListener(executor, listener) }.value != null

        override fun close() {
            if (listening) asked { power?.removeThermalStatusListener(listener) }
        }
    }

    private companion object {
        fun newer(version: String): Told<Nothing> = Told.nothing("Android $version and newer tell it")
    }
}

/** What [ask] gives. Services of the system throw what their vendors let them throw: none of it ends the app. */
internal fun <T : Any> asked(ask: () -> T?): Told<T> =
    try {
        ask()?.let { Told.of(it) } ?: Told.nothing("Android gives no answer")
    } catch (error: RuntimeException) {
        Told.nothing("Android fails: $error")
    } catch (error: LinkageError) {
        Told.nothing("this Android lacks it: $error")
    }
