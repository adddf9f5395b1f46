package app.glimpse.power

/**
 * mAh left, from a counter documented as µAh.
 *
 * Told apart from mAh by the full battery that follows from it and the level: 0.2 to 60 Ah in either unit leaves no
 * value that could be both.
 */
internal class ChargeCounter {
    private var last: Int? = null
    private var levelAtChange: Double? = null

    fun read(raw: RawBattery, level: Quantity): Quantity {
        val told = raw.chargeCounter ?: return unknown("Android gives no charge counter")
        if (told <= 1 || told == Int.MAX_VALUE) return unknown("this phone has no charge counter: $told")
        val percent = level.value?.takeIf { it >= LEAST_PERCENT }
            ?: return unknown("too low or unknown a level to check the charge counter by")
        if (told != last) {
            last = told
            levelAtChange = percent
        }
        if (kotlin.math.abs(percent - (levelAtChange ?: percent)) >= STUCK_PERCENT) {
            return unknown("the charge counter stays at $told while the level changes")
        }
        val full = told * 100.0 / percent
        return when (full) {
            in 2e5..6e7 -> Quantity.known(told / 1e3, "mAh", "CHARGE_COUNTER, in µAh")
            in 2e2..6e4 -> Quantity.known(told.toDouble(), "mAh", "CHARGE_COUNTER, in mAh")
            else -> unknown("the charge counter is no phone's: $told at $percent %")
        }
    }

    private fun unknown(reason: String) = Quantity.unknown("mAh", reason)

    private companion object {
        const val STUCK_PERCENT = 3.0
    }
}
