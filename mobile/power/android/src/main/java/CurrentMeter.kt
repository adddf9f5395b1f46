package app.glimpse.power

import kotlin.math.abs
import kotlin.math.sign

/** A unit that a current is told in. */
internal enum class CurrentUnit(val perMilliampere: Double, val label: String) {
    MICROAMPERE(1e3, "µA"),
    MILLIAMPERE(1.0, "mA"),
}

/**
 * Which current a raw value means, by what is seen of it over time.
 *
 * Unit: while the battery surely feeds the phone, a value above 20,000 is no mA (20 A), and one below 10,000 is no µA
 * (10 mA is less than any phone with an app at work draws). Between them, and on a charger, it is told by the charge
 * counter: what it lost or gained in a minute or more, against the sum of the values.
 *
 * Sign: nothing flows into a battery with nothing plugged in, so what is seen then is the sign of what flows out. The
 * other sign is of what flows in. Whether there is another one is known once it is seen, or once a charge counter
 * rises; where there is none, the direction is unknown on a charger.
 *
 * Only values that changed count, so that one that stands still says nothing. A value is used where the charger was the
 * same for [settleMs] before and [CONFIRM_MS] after it: status and current are not updated together. Where the counter
 * and the unit found do not fit twice in a row, the current is unknown.
 */
internal class CurrentMeter(private val name: String, private val settleMs: Long = 3_000) {
    private val unit = Found<CurrentUnit>(VOTES)
    private val out = Found<Double>(VOTES)
    private val into = Found<Double>(VOTES)
    private val slope = ChargeSlope()

    private var charger: Charger? = null
    private var sinceMs = 0L
    private val pending = ArrayDeque<Sample>()
    private var confirmed: Sample? = null
    private var lastVoted: Int? = null
    private var lastRaw: Int? = null
    private var changedMs = 0L
    private var unchanged = 0
    private var addedMs = 0L
    private var misfits = 0
    private var reason = "has not been told yet"

    private class Sample(val atMs: Long, val raw: Int, val millivolts: Double?, val charger: Charger)

    /** A confirmed current; [millivolts] are those of the same moment. */
    class Flow(val quantity: Quantity, val millivolts: Double?, val feeding: Boolean)

    /** Takes in what was read: [told] of this meter's value, [milliampereHours] of the charge counter. */
    fun add(atMs: Long, told: Int?, charger: Charger, millivolts: Double?, milliampereHours: Double?) {
        if (this.charger != charger || atMs - addedMs !in 0..LONGEST_GAP_MS) {
            this.charger = charger
            sinceMs = atMs
            forget()
        }
        addedMs = atMs
        val raw = usable(told)
        if (raw == null) {
            forget()
            return
        }
        unchanged = if (raw == lastRaw) unchanged + 1 else 0
        if (raw != lastRaw) changedMs = atMs
        lastRaw = raw
        // What a gauge told before the change it may go on telling until it measures again, sentinels or not.
        if (atMs - sinceMs >= settleMs && changedMs > sinceMs) {
            pending.addLast(Sample(atMs, raw, millivolts, charger))
            if (pending.size > MOST_PENDING) pending.removeFirst()
        }
        if (atMs - sinceMs >= maxOf(settleMs, COUNTER_SETTLE_MS)) {
            slope.add(atMs, raw, milliampereHours)?.let { weigh(it, charger) }
        }
        while (pending.isNotEmpty() && atMs - pending.first().atMs >= CONFIRM_MS) {
            pending.removeFirst().let {
                confirmed = it
                judge(it)
            }
        }
    }

    private fun forget() {
        pending.clear()
        confirmed = null
        slope.restart()
    }

    /** The newest current that can be told. */
    fun read(nowMs: Long): Flow {
        val sample = confirmed
        val unit = unit.value
        val problem =
            when {
                reason.isNotEmpty() -> "$name $reason"
                isStuck(nowMs) -> "$name stays at $lastRaw since ${(nowMs - changedMs) / 1000} s"
                sample == null -> "the charger has changed, or was not seen for long enough"
                unit == null -> "it is not yet sure whether $name is in µA or in mA"
                misfits >= 2 -> "$name in ${unit.label} does not fit what the charge counter says"
                else -> implausible(sample, unit)
            }
        if (problem != null || sample == null || unit == null) {
            return Flow(Quantity.unknown("mA", problem ?: "unknown"), null, false)
        }
        val direction = direction(sample)
            ?: return Flow(Quantity.unknown("mA", "which way $name flows is not sure: ${signs()}"), null, false)
        val milliamperes = abs(sample.raw.toDouble()) / unit.perMilliampere * direction
        val source = "$name, in ${unit.label}"
        val quantity = Quantity.known(milliamperes, "mA", source, nowMs - sample.atMs)
        return Flow(quantity, sample.millivolts, sample.charger.feeds)
    }

    /** What was found out, for people. */
    fun findings(): List<String> {
        if (unit.value == null && reason.isNotEmpty()) return listOf("$name $reason")
        val unit = unit.value?.let { "is in ${it.label}" } ?: "unit not yet sure (${unit.agreeing} of ${unit.of})"
        return listOf("$name $unit", "$name: ${signs()}")
    }

    private fun signs(): String {
        val (outward, inward) = out.value to into.value
        return when {
            outward == null && inward == null -> "signs not seen yet"
            outward == inward -> "told without a sign"
            else -> "${word(outward ?: -(inward ?: 0.0))} is out of the battery"
        }
    }

    private fun word(sign: Double) = if (sign < 0) "negative" else "positive"

    /** Sentinels, and the zeros and ones of phones that tell nothing, are no values. */
    private fun usable(told: Int?): Int? {
        reason =
            when (told) {
                null -> "is not told"
                Int.MIN_VALUE, Int.MAX_VALUE -> "is not supported by this phone: $told"
                0 -> "is 0, which stands for nothing"
                -1, 1 -> "is $told, which stands for nothing"
                else -> ""
            }
        return told?.takeIf { reason.isEmpty() }
    }

    private fun isStuck(nowMs: Long) = unchanged >= STUCK_TIMES && nowMs - changedMs >= STUCK_MS

    /** Votes by one value. */
    private fun judge(sample: Sample) {
        if (sample.raw == lastVoted) return
        lastVoted = sample.raw
        val size = abs(sample.raw.toLong())
        if (sample.charger.feeds) {
            out.vote(sample.raw.toDouble().sign)
            if (size > MOST_MILLIAMPERES) unit.vote(CurrentUnit.MICROAMPERE)
            if (size in LEAST_MILLIAMPERES until LEAST_MICROAMPERES) unit.vote(CurrentUnit.MILLIAMPERE)
        } else if (size > MOST_CHARGING) {
            unit.vote(CurrentUnit.MICROAMPERE)
        }
    }

    /** Votes by what the charge counter did, which is worth all of them. */
    private fun weigh(evidence: ChargeSlope.Evidence, charger: Charger) {
        val perMilliampere = evidence.meanRaw / abs(evidence.milliamperes)
        val fitting = CurrentUnit.entries.firstOrNull { perMilliampere / it.perMilliampere in 0.5..2.0 }
        fitting?.let { unit.vote(it, VOTES) }
        misfits = if (fitting != null && fitting == unit.value) 0 else misfits + 1
        if (evidence.milliamperes < 0) {
            out.vote(evidence.sign, VOTES)
        } else if (charger.plugged == true) {
            into.vote(evidence.sign, VOTES)
        }
    }

    /** 1 into the battery, -1 out of it, null where that is not sure. */
    private fun direction(sample: Sample): Double? {
        val sign = sample.raw.toDouble().sign
        val (outward, inward) = out.value to into.value
        return when {
            // The status may lag, but not against a sign that was seen.
            sample.charger.feeds -> if (outward == sign) -1.0 else null
            sample.charger.plugged != true -> null
            // On a charger the battery may give as well as take: with one sign for both it is not told which.
            outward == null || outward == inward -> null
            // Without a sign of its own for what flows in, the value would never have this one.
            sign != outward -> 1.0
            inward != null -> -1.0
            else -> null
        }
    }

    private fun implausible(sample: Sample, unit: CurrentUnit): String? {
        val milliamperes = abs(sample.raw.toDouble()) / unit.perMilliampere
        val range = if (sample.charger.feeds) 10.0..15_000.0 else 0.0..30_000.0
        return if (milliamperes in range) null else "$name is no phone's in ${unit.label}: ${sample.raw}"
    }

    private companion object {
        const val VOTES = 5
        const val CONFIRM_MS = 1_000L
        const val COUNTER_SETTLE_MS = 30_000L
        const val LONGEST_GAP_MS = 15_000L
        const val MOST_PENDING = 64
        const val STUCK_MS = 60_000L
        const val STUCK_TIMES = 10

        /** 20 A out of a battery, 50 A into it: none does. */
        const val MOST_MILLIAMPERES = 20_000L
        const val MOST_CHARGING = 50_000L

        /** 10 mA in µA; 20 mA. */
        const val LEAST_MICROAMPERES = 10_000L
        const val LEAST_MILLIAMPERES = 20L
    }
}
