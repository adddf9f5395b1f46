package app.glimpse.power

/** Asks the phone, remembers what its values did, and says what they mean. Not for several threads at once. */
internal class PhonePower(private val services: PowerServices) {
    private val now = CurrentMeter("CURRENT_NOW")

    /** A mean over up to minutes: what was before a change of the charger is long in it. */
    private val average = CurrentMeter("CURRENT_AVERAGE", settleMs = 120_000)
    private val counter = ChargeCounter()
    private val thermometer = BatteryThermometer()
    private val headroom = HeadroomPoll()
    private var thresholds: Told<Map<Int, Float>>? = null
    private var heard: Pair<Long, Int>? = null
    private var sequence = 0L

    /** The system told its thermal status unasked. */
    fun hear(status: Int) {
        heard = services.nowMs() to status
    }

    fun read(): Reading {
        val raw = services.battery()
        val charger = Charger.of(raw)
        val level = level(raw)
        val voltage = voltage(raw)
        val charge = counter.read(raw, level)
        now.add(raw.atMs, raw.currentNow, charger, voltage.value, charge.value)
        average.add(raw.atMs, raw.currentAverage, charger, voltage.value, charge.value)
        val nowMs = services.nowMs()
        val flow = flow(nowMs)
        val status = services.thermalStatus()
        val nowHeard = heard?.takeIf { status.value == null }
        val code = status.value ?: nowHeard?.second
        val room = headroom.read(nowMs, code) { services.headroom() }
        val limits = thresholds ?: services.thresholds().also { thresholds = it }
        val saving = services.saving()
        return Reading(
            sequence = sequence++,
            state = charger.state,
            stateSource = charger.source,
            plugged = charger.plugged,
            level = level,
            voltage = voltage,
            current = flow.quantity,
            power = power(flow, charger),
            charge = charge,
            energy = energy(raw, level),
            temperature = thermometer.read(raw),
            heat = code?.let { Heat.of(it) },
            heatSource = heatSource(code, status),
            heatAgeMs = nowHeard?.let { nowMs - it.first } ?: 0,
            headroom = room,
            thresholds = thresholds(limits),
            saving = saving.value,
            raw = told(raw, code, limits, saving),
            findings = findings(flow),
        )
    }

    private fun flow(nowMs: Long): CurrentMeter.Flow {
        val present = now.read(nowMs)
        if (present.quantity.value != null) return present
        val mean = average.read(nowMs)
        return if (mean.quantity.value != null) mean else present
    }

    private fun findings(flow: CurrentMeter.Flow): List<String> =
        now.findings() + if (flow.quantity.source.startsWith("CURRENT_AVERAGE")) average.findings() else emptyList()

    private fun power(flow: CurrentMeter.Flow, charger: Charger): Quantity {
        val milliamperes = flow.quantity.value
        val millivolts = flow.millivolts
        return when {
            !charger.feeds && charger.state == BatteryState.UNKNOWN -> Quantity.unknown("mW", charger.source)
            !charger.feeds -> Quantity.unknown("mW", "the battery is not what feeds the phone: ${charger.state.code}")
            milliamperes == null -> Quantity.unknown("mW", flow.quantity.source)
            !flow.feeding -> Quantity.unknown("mW", "the charger has changed")
            millivolts == null -> Quantity.unknown("mW", "the voltage is unknown")
            else -> {
                val milliwatts = -milliamperes * millivolts / 1e3
                if (milliwatts in LEAST_MW..MOST_MW) {
                    Quantity.known(milliwatts, "mW", "battery: ${flow.quantity.source} × voltage", flow.quantity.ageMs)
                } else {
                    Quantity.unknown("mW", "no phone draws it: $milliwatts mW")
                }
            }
        }
    }

    private fun heatSource(code: Int?, status: Told<Int>): String =
        when {
            code == null -> status.reason
            Heat.of(code) == null -> "the thermal status $code is none"
            else -> "PowerManager: thermal status $code"
        }

    private fun thresholds(told: Told<Map<Int, Float>>): List<Threshold> =
        told.value.orEmpty().entries
            .filter { it.value.isFinite() && it.value in 0f..3f && it.key > ThermalStatus.NONE }
            .mapNotNull { (status, at) -> Heat.of(status)?.let { Threshold(it, at.toDouble()) } }
            .groupBy { it.heat }
            .map { (_, same) -> same.minBy { it.headroom } }
            .sortedBy { it.headroom }

    private fun told(
        raw: RawBattery,
        status: Int?,
        limits: Told<Map<Int, Float>>,
        saving: Told<Boolean>,
    ): Map<String, String> {
        val values: List<Pair<String, Any?>> = listOf(
            "CURRENT_NOW" to raw.currentNow,
            "CURRENT_AVERAGE" to raw.currentAverage,
            "CHARGE_COUNTER" to raw.chargeCounter,
            "ENERGY_COUNTER" to raw.energyCounter,
            "CAPACITY" to raw.capacity,
            "EXTRA_LEVEL" to raw.level,
            "EXTRA_SCALE" to raw.scale,
            "EXTRA_VOLTAGE" to raw.voltage,
            "EXTRA_TEMPERATURE" to raw.temperature,
            "EXTRA_STATUS" to raw.status,
            "EXTRA_PLUGGED" to raw.plugged,
            "thermalStatus" to status,
            "thermalHeadroom" to headroom.told,
            "thermalHeadroomThresholds" to (limits.value?.toSortedMap() ?: limits.reason),
            "powerSaveMode" to (saving.value ?: saving.reason),
        )
        return values.associate { (name, value) -> name to (value?.toString() ?: "not given") }
    }

    private companion object {
        /** What a phone with an app at work draws from its battery. */
        const val LEAST_MW = 30.0
        const val MOST_MW = 40_000.0
    }
}
