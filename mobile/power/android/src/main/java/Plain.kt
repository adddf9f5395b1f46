package app.glimpse.power

/** The values that need no history, or hardly any. Units other than documented are told apart by size. */

internal fun level(raw: RawBattery): Quantity {
    val level = raw.level
    val scale = raw.scale
    if (level != null && scale != null && scale > 0 && level in 0..scale) {
        return Quantity.known(level * 100.0 / scale, "%", "EXTRA_LEVEL of EXTRA_SCALE")
    }
    return when (val capacity = raw.capacity) {
        null -> Quantity.unknown("%", "Android gives no level")
        in 0..100 -> Quantity.known(capacity.toDouble(), "%", "BATTERY_PROPERTY_CAPACITY")
        else -> Quantity.unknown("%", "neither the level $level of $scale nor the capacity $capacity is a share")
    }
}

/**
 * mV of the pack, of one to four cells.
 *
 * Documented as mV; as µV it is a thousand times as much, which leaves no doubt. Whole volts are too coarse.
 */
internal fun voltage(raw: RawBattery): Quantity =
    when (val told = raw.voltage) {
        null -> Quantity.unknown("mV", "Android gives no voltage")
        in 2_500..20_000 -> Quantity.known(told.toDouble(), "mV", "EXTRA_VOLTAGE, in mV")
        in 2_500_000..20_000_000 -> Quantity.known(told / 1e3, "mV", "EXTRA_VOLTAGE, in µV")
        in 2..20 -> Quantity.unknown("mV", "EXTRA_VOLTAGE is told in whole volts: $told")
        else -> Quantity.unknown("mV", "EXTRA_VOLTAGE is no battery's: $told")
    }

/**
 * °C of the battery. Documented as tenths; whole degrees, as some have them, look like a cold battery in tenths. What
 * only tenths can mean is waited for.
 */
internal class BatteryThermometer {
    private var tenths = false

    fun read(raw: RawBattery): Quantity {
        val told = raw.temperature ?: return Quantity.unknown("°C", "Android gives no temperature")
        if (told in LEAST_TENTHS..MOST_TENTHS) tenths = true
        return when {
            told !in -400..MOST_TENTHS -> Quantity.unknown("°C", "EXTRA_TEMPERATURE is no battery's: $told")
            // Without a sensor it is 0.
            told == 0 -> Quantity.unknown("°C", "EXTRA_TEMPERATURE is 0")
            tenths -> Quantity.known(told / 10.0, "°C", "EXTRA_TEMPERATURE, in tenths")
            else -> Quantity.unknown("°C", "EXTRA_TEMPERATURE may be in tenths or in whole degrees: $told")
        }
    }

    private companion object {
        /** 12 °C, or a battery that burns. */
        const val LEAST_TENTHS = 121
        const val MOST_TENTHS = 1_200
    }
}

/** mWh left. Documented as nWh; taken where the full battery that follows from it is of 0.5 to 250 Wh. */
internal fun energy(raw: RawBattery, level: Quantity): Quantity {
    val told = raw.energyCounter ?: return Quantity.unknown("mWh", "Android gives no energy counter")
    if (told <= 1L || told == Long.MAX_VALUE) return Quantity.unknown("mWh", "this phone has no energy counter: $told")
    val percent = level.value?.takeIf { it >= LEAST_PERCENT }
        ?: return Quantity.unknown("mWh", "too low or unknown a level to check the energy counter by")
    val full = told / 1e9 * 100.0 / percent
    if (full !in 0.5..250.0) return Quantity.unknown("mWh", "the energy counter is no phone's in nWh: $told")
    return Quantity.known(told / 1e6, "mWh", "ENERGY_COUNTER, in nWh")
}

/** Below, one % more or less changes what the full battery would be too much. */
internal const val LEAST_PERCENT = 5.0
