package app.glimpse.power

import kotlin.math.abs
import kotlin.math.sign

/** What the charge counter lost or gained against the sum of a current's raw values, with the charger as it is. */
internal class ChargeSlope {
    /** [milliamperes] by the counter, positive into the battery; [sign] of the raw values, which all had the same. */
    class Evidence(val milliamperes: Double, val meanRaw: Double, val sign: Double)

    private var fromMs = 0L
    private var from: Double? = null
    private var last: Double? = null
    private var steps = 0
    private var lastMs = 0L
    private var lastRaw = 0.0
    private var sum = 0.0
    private var signs = mutableSetOf<Double>()

    fun restart() {
        from = null
        last = null
        steps = 0
        lastMs = 0
        begin()
    }

    /** Adds what was read; evidence comes at a step of the counter, once it is enough. */
    fun add(atMs: Long, raw: Int, milliampereHours: Double?): Evidence? {
        val gap = atMs - lastMs
        if (milliampereHours == null || lastMs > 0 && gap !in 0..LONGEST_GAP_MS) {
            restart()
            lastMs = atMs
            lastRaw = raw.toDouble()
            last = milliampereHours
            return null
        }
        if (lastMs > 0) sum += abs(lastRaw + raw) / 2.0 * gap
        signs.add(raw.toDouble().sign)
        lastMs = atMs
        lastRaw = raw.toDouble()
        val before = last
        last = milliampereHours
        if (before == null || before == milliampereHours) return null
        val start = from
        // Between two steps it is not known how far the counter is from the next: begin at one.
        if (start == null) {
            begin()
            from = milliampereHours
            fromMs = atMs
            return null
        }
        steps += 1
        val passed = atMs - fromMs
        val gained = milliampereHours - start
        if (passed < LEAST_MS || steps < LEAST_STEPS || abs(gained) < LEAST_MAH) return null
        val evidence = signs.singleOrNull()?.let { Evidence(gained * 3.6e6 / passed, sum / passed, it) }
        from = milliampereHours
        fromMs = atMs
        steps = 0
        begin()
        return evidence
    }

    private fun begin() {
        sum = 0.0
        signs.clear()
    }

    private companion object {
        const val LEAST_MS = 60_000L
        const val LONGEST_GAP_MS = 10_000L
        const val LEAST_STEPS = 3
        const val LEAST_MAH = 3.0
    }
}
