package app.glimpse.power

/**
 * The headroom, asked for at most once a second: Android answers NaN to who asks more often. NaN also stands for "not
 * yet" at first, and for "never" on phones without it: those are asked every 10 s.
 */
internal class HeadroomPoll {
    private var askedMs: Long? = null
    private var nothing = 0
    private var last: Pair<Long, Double>? = null
    private var raw: Float? = null
    private var reason = "not asked for yet"

    /** What Android answered last, NaN and all; null where it was not asked. */
    val told: Float?
        get() = raw

    /** [ask] is called where it is time to; [status] is Android's thermal status now, if known. */
    fun read(nowMs: Long, status: Int?, ask: () -> Told<Float>): Quantity {
        val passed = askedMs?.let { nowMs - it }
        if (passed == null || passed !in 0 until if (nothing >= HOPELESS) SELDOM_MS else LEAST_MS) {
            askedMs = nowMs
            take(nowMs, ask())
        }
        val (atMs, headroom) = last ?: return Quantity.unknown("1", reason)
        if (nowMs - atMs !in 0..LONGEST_MS) return Quantity.unknown("1", reason.ifEmpty { "the last one is too old" })
        val least =
            when {
                status == null || status < ThermalStatus.LIGHT -> 0.0
                status < ThermalStatus.SEVERE -> Double.MIN_VALUE
                else -> SEVERE_LEAST
            }
        if (headroom < least) {
            return Quantity.unknown("1", "the headroom $headroom contradicts the thermal status $status")
        }
        return Quantity.known(headroom, "1", "PowerManager: thermal headroom", nowMs - atMs)
    }

    private fun take(nowMs: Long, answer: Told<Float>) {
        raw = answer.value
        val value = answer.value
        nothing = if (value == null || value.isNaN()) (nothing + 1).coerceAtMost(HOPELESS) else 0
        reason =
            when {
                value == null -> answer.reason
                value.isNaN() && nothing >= HOPELESS -> "this phone tells no headroom"
                value.isNaN() -> "Android does not know the headroom yet"
                value !in 0f..MOST -> "the headroom is none: $value"
                else -> ""
            }
        if (value != null && reason.isEmpty()) {
            last = nowMs to value.toDouble()
        } else if (value != null && !value.isNaN()) {
            last = null
        }
    }

    private companion object {
        const val LEAST_MS = 1_000L
        const val SELDOM_MS = 10_000L
        const val HOPELESS = 10
        const val LONGEST_MS = 5_000L

        /** Twice the way from cool to severe: 60 °C above. */
        const val MOST = 3f

        /** 9 °C below where throttling is severe, and yet severe. */
        const val SEVERE_LEAST = 0.7
    }
}
