package app.glimpse.power

import kotlin.math.abs
import kotlin.math.floor
import kotlin.math.roundToInt
import kotlin.math.sin
import kotlin.random.Random

/** What a vendor makes of a current. */
enum class SignOf { DOCUMENTED, INVERTED, NONE }

/** How a phone tells what it measures. */
data class Quirks(
    val milliamperes: Boolean = false,
    val sign: SignOf = SignOf.DOCUMENTED,
    /** In place of every current: a sentinel, or a value that stays. */
    val constantCurrent: Int? = null,
    /** In place of some: a sentinel now and then. */
    val hiccup: Int? = null,
    val averageToo: Boolean = false,
    /** In place of the counter. */
    val constantCounter: Int? = null,
    val counterInMah: Boolean = false,
    val counterStepMah: Double = 1.0,
    /** mV × this, whole. */
    val voltageFactor: Double = 1.0,
    val temperatureFactor: Double = 10.0,
    /** The gauge measures this often. */
    val gaugeMs: Long = 1_000,
    /** Status and plug are told this late. */
    val lagMs: Long = 0,
    /** NOT_CHARGING in place of DISCHARGING. */
    val status: Int? = null,
)

/** A phone that knows its truth, and tells it as [quirks] has it. Time is in steps, by [advance]. */
internal class FakePhone(private val quirks: Quirks = Quirks(), seed: Int = 1) : PowerServices {
    private val random = Random(seed)
    private val capacityMah = 3_000.0 + random.nextDouble() * 2_500
    private var chargeMah = capacityMah * (0.3 + random.nextDouble() * 0.5)
    private val phase = random.nextDouble() * 6
    private val baseMw = 900 + random.nextDouble() * 2_500

    /** Watts of the charger, null where there is none. */
    var chargerWatts: Double? = null
        set(value) {
            if ((value == null) != (field == null)) pluggedChanges.add(now to (value != null))
            field = value
        }
    private val pluggedChanges = mutableListOf(0L to false)
    private var now = 0L
    private var noise = 0.0

    /** Truth at each moment: mA into the battery, mW that the phone draws. */
    private val truth = mutableListOf<Moment>()
    private var measuredAt = Long.MIN_VALUE
    private var measured = Moment(0, 0.0, 0.0, 0.0, false)

    var thermal: Told<Int> = Told.of(0)
    var room: Told<Float> = Told.of(0.5f)
    var limits: Told<Map<Int, Float>> = Told.nothing("Android 15 and newer tell it")
    var saver: Told<Boolean> = Told.of(false)
    var asked = 0

    class Moment(
        val atMs: Long,
        val milliamperes: Double,
        val millivolts: Double,
        val milliwatts: Double,
        val plugged: Boolean,
    )

    init {
        record()
    }

    private fun millivolts() = 3_500 + 750 * (chargeMah / capacityMah)

    private fun record() {
        val load = baseMw + baseMw * 0.3 * sin(now / 7_000.0 + phase) + noise
        val net = (chargerWatts?.let { it * 1000 } ?: 0.0) - load
        truth.add(Moment(now, net / millivolts() * 1e3, millivolts(), load, chargerWatts != null))
        if (measuredAt == Long.MIN_VALUE || now - measuredAt >= quirks.gaugeMs) {
            measuredAt = now
            measured = truth.last()
        }
    }

    fun advance(ms: Long) {
        var left = ms
        while (left > 0) {
            val step = minOf(left, 250)
            left -= step
            now += step
            noise = noise * 0.7 + (random.nextDouble() - 0.5) * baseMw * 0.2
            chargeMah = (chargeMah + truth.last().milliamperes * step / 3.6e6).coerceIn(1.0, capacityMah)
            record()
        }
    }

    override fun nowMs(): Long = now

    /** Mean of the last minute. */
    private fun mean() = truth.takeLast(240).map { it.milliamperes }.average()

    private fun told(milliamperes: Double): Int {
        if (quirks.hiccup != null && random.nextInt(5) == 0) return quirks.hiccup
        quirks.constantCurrent?.let { return it }
        val signed =
            when (quirks.sign) {
                SignOf.DOCUMENTED -> milliamperes
                SignOf.INVERTED -> -milliamperes
                SignOf.NONE -> abs(milliamperes)
            }
        return (if (quirks.milliamperes) signed else signed * 1e3).roundToInt()
    }

    private fun counter(): Int {
        quirks.constantCounter?.let { return it }
        val stepped = floor(chargeMah / quirks.counterStepMah) * quirks.counterStepMah
        return (if (quirks.counterInMah) stepped else stepped * 1e3).roundToInt()
    }

    /** As the status tells it, late. */
    private fun toldPlugged() = pluggedChanges.last { it.first <= maxOf(now - quirks.lagMs, 0L) }.second

    override fun battery(): RawBattery {
        val plugged = toldPlugged()
        return RawBattery(
            atMs = now,
            currentNow = told(measured.milliamperes),
            currentAverage = if (quirks.averageToo) told(mean()) else Int.MIN_VALUE,
            chargeCounter = counter(),
            energyCounter = Long.MIN_VALUE,
            capacity = (chargeMah / capacityMah * 100).toInt(),
            level = (chargeMah / capacityMah * 100).toInt(),
            scale = 100,
            voltage = (millivolts() * quirks.voltageFactor).toInt(),
            temperature = (31.4 * quirks.temperatureFactor).toInt(),
            status = if (plugged) BatteryStatus.CHARGING else quirks.status ?: BatteryStatus.DISCHARGING,
            plugged = if (plugged) 1 else 0,
        )
    }

    override fun thermalStatus(): Told<Int> = thermal

    override fun headroom(): Told<Float> {
        asked++
        return room
    }

    override fun thresholds(): Told<Map<Int, Float>> = limits

    override fun saving(): Told<Boolean> = saver

    /** Moments in which the gauge may have measured what is told to be [ageMs] old. */
    private fun measuredAround(ageMs: Long): List<Moment> {
        val at = now - ageMs
        return truth.takeLastWhile { it.atMs >= at - quirks.gaugeMs - 250 }.filter { it.atMs <= at }
    }

    /** Fails where a known value of [reading] is not what was so. */
    fun check(reading: Reading) {
        val mah = chargeMah
        fun close(quantity: Quantity, truths: List<Double>, slack: Double) {
            val value = quantity.value ?: return
            val near = truths.minOf { abs(it - value) }
            check(near <= slack) { "$quantity is off by $near of ${truths.first()}..${truths.last()} with $quirks" }
        }
        close(reading.level, listOf(chargeMah / capacityMah * 100), 1.01)
        close(reading.voltage, listOf(millivolts()), 1.01)
        close(reading.temperature, listOf(31.4), 0.11)
        close(reading.charge, listOf(mah), quirks.counterStepMah + 0.01)
        val moments = measuredAround(reading.current.ageMs)
        close(reading.current, moments.map { it.milliamperes }, 0.6)
        val powers = measuredAround(reading.power.ageMs).filter { !it.plugged }
        if (reading.power.value != null) {
            check(powers.isNotEmpty()) { "${reading.power} while on a charger with $quirks" }
            close(reading.power, powers.map { it.milliwatts }, 4.0 + powers.first().milliwatts * 0.01)
        }
    }
}

/** Reads once a second for [seconds], checks each reading, and gives the last. */
internal fun PhonePower.run(phone: FakePhone, seconds: Int, everyMs: Long = 1_000): Reading {
    var reading = read()
    phone.check(reading)
    repeat((seconds * 1_000 / everyMs).toInt()) {
        phone.advance(everyMs)
        reading = read()
        phone.check(reading)
    }
    return reading
}
