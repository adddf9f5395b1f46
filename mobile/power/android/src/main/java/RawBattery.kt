package app.glimpse.power

import android.os.BatteryManager

/**
 * What a phone says of its battery, as it says it: nothing is converted or left out.
 *
 * Values that the platform did not give are null; what vendors give in place of a value (sentinels, zeros) is kept.
 */
data class RawBattery(
    /** BATTERY_PROPERTY_CURRENT_NOW; documented as microampere. */
    val currentNow: Int?,
    /** BATTERY_PROPERTY_CHARGE_COUNTER; documented as microampere-hours. */
    val chargeCounter: Int?,
)

internal fun readProperties(battery: BatteryManager): RawBattery =
    RawBattery(
        battery.getIntProperty(BatteryManager.BATTERY_PROPERTY_CURRENT_NOW),
        battery.getIntProperty(BatteryManager.BATTERY_PROPERTY_CHARGE_COUNTER),
    )
