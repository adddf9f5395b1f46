package app.glimpse.power

/** A value of the system's, or why there is none. */
internal class Told<out T : Any> private constructor(val value: T?, val reason: String) {
    companion object {
        fun <T : Any> of(value: T): Told<T> = Told(value, "")

        fun nothing(reason: String): Told<Nothing> = Told(null, reason)
    }
}

/**
 * What Android says of the battery, as it says it: nothing is converted or left out.
 *
 * Null is what Android did not give at all. What vendors give in place of a value is kept.
 */
internal data class RawBattery(
    /** When, in milliseconds of a clock that does not jump. */
    val atMs: Long,
    /** BATTERY_PROPERTY_CURRENT_NOW, documented as µA; into the battery is positive. */
    val currentNow: Int? = null,
    /** BATTERY_PROPERTY_CURRENT_AVERAGE, likewise. */
    val currentAverage: Int? = null,
    /** BATTERY_PROPERTY_CHARGE_COUNTER, documented as µAh. */
    val chargeCounter: Int? = null,
    /** BATTERY_PROPERTY_ENERGY_COUNTER, documented as nWh. */
    val energyCounter: Long? = null,
    /** BATTERY_PROPERTY_CAPACITY, documented as %. */
    val capacity: Int? = null,
    /** EXTRA_LEVEL of ACTION_BATTERY_CHANGED, of EXTRA_SCALE. */
    val level: Int? = null,
    val scale: Int? = null,
    /** EXTRA_VOLTAGE, documented as mV. */
    val voltage: Int? = null,
    /** EXTRA_TEMPERATURE, documented as tenths of a °C. */
    val temperature: Int? = null,
    /** EXTRA_STATUS: one of [BatteryStatus]. */
    val status: Int? = null,
    /** EXTRA_PLUGGED: 0 where nothing is plugged in, else what is. */
    val plugged: Int? = null,
)

/** BatteryManager.BATTERY_STATUS_*. */
internal object BatteryStatus {
    const val CHARGING = 2
    const val DISCHARGING = 3
    const val NOT_CHARGING = 4
    const val FULL = 5
}

/** PowerManager.THERMAL_STATUS_*. */
internal object ThermalStatus {
    const val NONE = 0
    const val LIGHT = 1
    const val MODERATE = 2
    const val SEVERE = 3
    const val CRITICAL = 4
    const val EMERGENCY = 5
    const val SHUTDOWN = 6
}

/** What is asked of the phone. */
internal interface PowerServices {
    /** Milliseconds of a clock that goes on while the phone sleeps. */
    fun nowMs(): Long

    fun battery(): RawBattery

    /** One of [ThermalStatus]. */
    fun thermalStatus(): Told<Int>

    /** As PowerManager.getThermalHeadroom: 1 is where throttling is severe; NaN where asked too often. */
    fun headroom(): Told<Float>

    /** As PowerManager.getThermalHeadroomThresholds: [ThermalStatus] to headroom. */
    fun thresholds(): Told<Map<Int, Float>>

    /** Whether the power saver is on. */
    fun saving(): Told<Boolean>
}
