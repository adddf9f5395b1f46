package app.glimpse.power

/** What the battery does and whether something is plugged in, as far as the two values agree. */
internal class Charger(val state: BatteryState, val plugged: Boolean?, val source: String) {
    /** The battery gives what the phone draws: nothing is plugged in, and nothing says that it charges. */
    val feeds: Boolean
        get() = state == BatteryState.DISCHARGING && plugged == false

    override fun equals(other: Any?): Boolean =
        other is Charger && state == other.state && plugged == other.plugged

    override fun hashCode(): Int = 31 * state.hashCode() + plugged.hashCode()

    companion object {
        fun of(raw: RawBattery): Charger {
            val plugged = raw.plugged?.takeIf { it >= 0 }?.let { it != 0 }
            val said =
                when (raw.status) {
                    BatteryStatus.CHARGING -> BatteryState.CHARGING
                    BatteryStatus.DISCHARGING -> BatteryState.DISCHARGING
                    BatteryStatus.NOT_CHARGING -> BatteryState.IDLE
                    BatteryStatus.FULL -> BatteryState.FULL
                    else -> BatteryState.UNKNOWN
                }
            return when {
                plugged != false -> Charger(said, plugged, "battery status ${raw.status}")
                said == BatteryState.CHARGING ->
                    Charger(BatteryState.UNKNOWN, null, "the status says charging, but nothing is plugged in")
                // Right after the charger is gone the status may still say full.
                said == BatteryState.FULL ->
                    Charger(BatteryState.UNKNOWN, null, "the status says full, but nothing is plugged in")
                else -> Charger(BatteryState.DISCHARGING, false, "nothing is plugged in")
            }
        }
    }
}
