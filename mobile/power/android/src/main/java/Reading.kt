package app.glimpse.power

/** A value with its unit, and where it comes from or why it is unknown; an unknown one is null, never 0. */
internal class Quantity private constructor(
    val value: Double?,
    val unit: String,
    val source: String,
    val ageMs: Long,
) {
    companion object {
        fun known(value: Double, unit: String, source: String, ageMs: Long = 0): Quantity =
            if (value.isFinite()) {
                Quantity(value, unit, source, ageMs.coerceAtLeast(0))
            } else {
                unknown(unit, "$source is not a number")
            }

        fun unknown(unit: String, reason: String): Quantity = Quantity(null, unit, reason, 0)
    }

    override fun toString(): String = "$value $unit ($source, $ageMs ms ago)"
}

/** What the battery does. */
internal enum class BatteryState(val code: String) {
    DISCHARGING("discharging"),
    CHARGING("charging"),
    FULL("full"),
    IDLE("idle"),
    UNKNOWN("unknown"),
}

/** How far the system throttles, on the scale that iOS has. */
internal enum class Heat(val code: String) {
    NOMINAL("nominal"),
    FAIR("fair"),
    SERIOUS("serious"),
    CRITICAL("critical"),
    ;

    companion object {
        /**
         * By what Android documents of each status: light and moderate throttling are not, or hardly, noticed;
         * severe is; from critical on the system has done all it can.
         */
        fun of(status: Int): Heat? =
            when (status) {
                ThermalStatus.NONE -> NOMINAL
                ThermalStatus.LIGHT, ThermalStatus.MODERATE -> FAIR
                ThermalStatus.SEVERE -> SERIOUS
                ThermalStatus.CRITICAL, ThermalStatus.EMERGENCY, ThermalStatus.SHUTDOWN -> CRITICAL
                else -> null
            }
    }
}

/** Where a state of heat begins. */
internal class Threshold(val heat: Heat, val headroom: Double)

/** All of it at one moment: READING of the plugin's README. */
internal class Reading(
    val sequence: Long,
    val state: BatteryState,
    val stateSource: String,
    val plugged: Boolean?,
    val level: Quantity,
    val voltage: Quantity,
    val current: Quantity,
    val power: Quantity,
    val charge: Quantity,
    val energy: Quantity,
    val temperature: Quantity,
    val heat: Heat?,
    val heatSource: String,
    val heatAgeMs: Long,
    val headroom: Quantity,
    val thresholds: List<Threshold>,
    val saving: Boolean?,
    val raw: Map<String, String>,
    val findings: List<String>,
)
