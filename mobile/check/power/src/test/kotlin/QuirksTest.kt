package app.glimpse.power

import kotlin.random.Random
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource

/** Every reading is checked against the fake phone's truth, also those that are not looked at here. */
class QuirksTest {
    private fun settled(quirks: Quirks, seconds: Int = 30): Pair<FakePhone, PhonePower> {
        val phone = FakePhone(quirks)
        val power = PhonePower(phone)
        power.run(phone, seconds)
        return phone to power
    }

    private fun known(quirks: Quirks, unit: String) {
        val (phone, power) = settled(quirks)
        val reading = power.run(phone, 5)
        assertTrue(reading.current.value!! < 0, "$reading")
        assertEquals("CURRENT_NOW, in $unit", reading.current.source)
        assertTrue(reading.power.value!! > 0)
        assertTrue(reading.power.ageMs in 1_000..3_000)
    }

    private fun unknown(quirks: Quirks, reason: String, seconds: Int = 120) {
        val phone = FakePhone(quirks)
        val power = PhonePower(phone)
        repeat(seconds) {
            val reading = power.run(phone, 1)
            assertNull(reading.current.value)
            assertNull(reading.power.value)
        }
        val reading = power.read()
        assertTrue(reason in reading.current.source, reading.current.source)
        assertEquals(quirks.constantCurrent?.toString(), reading.raw["CURRENT_NOW"])
    }

    @Test
    fun `as documented`() = known(Quirks(), "µA")

    @Test
    fun `mA in place of µA`() = known(Quirks(milliamperes = true), "mA")

    @Test
    fun `inverted sign, in both units`() {
        known(Quirks(sign = SignOf.INVERTED), "µA")
        known(Quirks(sign = SignOf.INVERTED, milliamperes = true), "mA")
    }

    @Test
    fun `no sign, in both units`() {
        known(Quirks(sign = SignOf.NONE), "µA")
        known(Quirks(sign = SignOf.NONE, milliamperes = true), "mA")
    }

    @ParameterizedTest
    @ValueSource(ints = [Int.MIN_VALUE, Int.MAX_VALUE])
    fun `sentinels are not supported`(sentinel: Int) = unknown(Quirks(constantCurrent = sentinel), "not supported")

    @ParameterizedTest
    @ValueSource(ints = [0, -1, 1])
    fun `zeros and ones stand for nothing`(value: Int) = unknown(Quirks(constantCurrent = value), "stands for nothing")

    @ParameterizedTest
    @ValueSource(ints = [500, -500, 350_000, -350_000, 15_000])
    fun `a value that stays is none`(value: Int) = unknown(Quirks(constantCurrent = value), "stays at $value since")

    @Test
    fun `a value that gets stuck is not told on`() {
        val gauge = CurrentMeter("CURRENT_NOW")
        val charger = Charger(BatteryState.DISCHARGING, false, "")
        for (second in 0L..200L) {
            val raw = if (second < 60) -400_000 - second.toInt() * 137 else -408_083
            gauge.add(second * 1000, raw, charger, 3_900.0, null)
            val value = gauge.read(second * 1000).quantity.value
            if (second in 10L..110L) assertEquals(-404.0, value!!, 5.0) else if (second > 121) assertNull(value)
        }
    }

    @Test
    fun `sentinels now and then are passed over`() {
        for (hiccup in listOf(Int.MIN_VALUE, 0, -1)) {
            val (phone, power) = settled(Quirks(hiccup = hiccup), 120)
            val known = (1..60).count { power.run(phone, 1).current.value != null }
            assertTrue(known > 10, "$known of 60 with $hiccup")
        }
    }

    @Test
    fun `the mean stands in for what is not told`() {
        val phone = FakePhone(Quirks(averageToo = true))
        val silent = object : PowerServices by phone {
            override fun battery() = phone.battery().copy(currentNow = Int.MIN_VALUE)
        }
        val power = PhonePower(silent)
        repeat(300) {
            phone.advance(1_000)
            power.read()
        }
        val reading = power.read()
        assertEquals("CURRENT_AVERAGE, in µA", reading.current.source)
        assertTrue(reading.power.value!! in 500.0..5_000.0)
        assertTrue(reading.findings.any { it.startsWith("CURRENT_AVERAGE is in µA") }, "${reading.findings}")
        phone.chargerWatts = 18.0
        repeat(100) {
            phone.advance(1_000)
            assertNull(power.read().current.value)
        }
    }

    @Test
    fun `charging is positive whatever the vendor's sign is`() {
        for (sign in listOf(SignOf.DOCUMENTED, SignOf.INVERTED)) {
            for (milliamperes in listOf(false, true)) {
                val (phone, power) = settled(Quirks(sign = sign, milliamperes = milliamperes))
                phone.chargerWatts = 18.0
                val first = power.run(phone, 2)
                assertNull(first.power.value)
                val reading = power.run(phone, 10)
                assertTrue(reading.current.value!! > 0, "${reading.current}")
                assertNull(reading.power.value)
                assertEquals("the battery is not what feeds the phone: charging", reading.power.source)
                assertEquals(true, reading.plugged)
            }
        }
    }

    @Test
    fun `a charger too weak leaves a current out of the battery, and no power`() {
        val (phone, power) = settled(Quirks(), 30)
        phone.chargerWatts = 18.0
        power.run(phone, 400)
        phone.chargerWatts = 0.1
        val reading = power.run(phone, 20)
        assertTrue(reading.current.value!! < 0, "${reading.current}")
        assertNull(reading.power.value)
    }

    @Test
    fun `only on a charger, the counter tells the unit, and no direction is told`() {
        for (sign in SignOf.entries) {
            for (milliamperes in listOf(false, true)) {
                val phone = FakePhone(Quirks(sign = sign, milliamperes = milliamperes))
                phone.chargerWatts = 18.0
                val power = PhonePower(phone)
                repeat(300) { assertNull(power.run(phone, 1).current.value) }
                val unit = if (milliamperes) "mA" else "µA"
                assertTrue("CURRENT_NOW is in $unit" in power.read().findings, "${power.read().findings}")
                // The first charger tells how what flows in looks: the charger gone, all is known.
                phone.chargerWatts = null
                assertTrue(power.run(phone, 20).current.value!! < 0)
                phone.chargerWatts = 18.0
                val reading = power.run(phone, 10)
                if (sign == SignOf.NONE) assertNull(reading.current.value) else assertTrue(reading.current.value!! > 0)
            }
        }
    }

    @Test
    fun `without a sign nothing is said of the direction on a charger, once that is known`() {
        val (phone, power) = settled(Quirks(sign = SignOf.NONE))
        phone.chargerWatts = 18.0
        repeat(400) { assertNull(power.run(phone, 1).current.value) }
        assertTrue("without a sign" in power.read().current.source)
    }

    @Test
    fun `what the counter contradicts is unknown`() {
        // Tenths of mA: they look like many mA.
        val phone = FakePhone()
        val tenths = object : PowerServices by phone {
            override fun battery() = phone.battery().let { it.copy(currentNow = (it.currentNow ?: 0) / 100) }
        }
        val power = PhonePower(tenths)
        repeat(900) {
            phone.advance(1_000)
            power.read()
        }
        repeat(60) {
            phone.advance(1_000)
            assertNull(power.read().current.value)
        }
        assertTrue("does not fit" in power.read().current.source, power.read().current.source)
    }

    @Test
    fun `missing, useless and stuck counters`() {
        for (counter in listOf(Int.MIN_VALUE, Int.MAX_VALUE, 0, -1, 1, 5_000)) {
            val (phone, power) = settled(Quirks(constantCounter = counter, counterStepMah = 1e9))
            val reading = power.run(phone, 10)
            assertTrue(reading.power.value!! > 0)
            if (counter != 5_000) assertNull(reading.charge.value, "${reading.charge}")
        }
        val counter = ChargeCounter()
        val raw = RawBattery(0, chargeCounter = 2_000_000)
        fun at(percent: Double) = counter.read(raw, Quantity.known(percent, "%", ""))
        assertEquals(2_000.0, at(50.0).value)
        assertEquals(2_000.0, at(48.0).value)
        assertNull(at(46.0).value)
    }

    @Test
    fun `the counter in mAh`() {
        val (phone, power) = settled(Quirks(counterInMah = true))
        assertEquals("CHARGE_COUNTER, in mAh", power.run(phone, 1).charge.source)
    }

    @Test
    fun `voltage in other units`() {
        assertEquals(4_012.0, voltage(RawBattery(0, voltage = 4_012)).value)
        assertEquals(4_012.0, voltage(RawBattery(0, voltage = 4_012_000)).value)
        for (none in listOf(null, 0, -1, 1, 4, 42, 900, 60_000, Int.MIN_VALUE, Int.MAX_VALUE)) {
            assertNull(voltage(RawBattery(0, voltage = none)).value, "$none")
        }
        val (phone, power) = settled(Quirks(voltageFactor = 0.001))
        val reading = power.run(phone, 1)
        assertTrue("whole volts" in reading.voltage.source)
        assertNotNull(reading.current.value)
        assertEquals("the voltage is unknown", reading.power.source)
        assertTrue(reading.raw["EXTRA_VOLTAGE"] in setOf("3", "4"))
    }

    @Test
    fun `temperature in tenths, or not sure`() {
        val thermometer = BatteryThermometer()
        fun read(told: Int?) = thermometer.read(RawBattery(0, temperature = told)).value
        for (none in listOf(null, 0, 31, 100, -300_000, Int.MIN_VALUE, 5_000)) assertNull(read(none), "$none")
        assertEquals(31.4, read(314))
        assertEquals(9.5, read(95))
        assertNull(read(0))
    }

    @Test
    fun `level and energy only where they can be`() {
        assertEquals(50.0, level(RawBattery(0, level = 50, scale = 100)).value)
        assertEquals(25.0, level(RawBattery(0, level = 50, scale = 200)).value)
        assertEquals(77.0, level(RawBattery(0, level = -1, scale = 100, capacity = 77)).value)
        assertNull(level(RawBattery(0)).value)
        assertNull(level(RawBattery(0, level = 120, scale = 100)).value)
        assertNull(level(RawBattery(0, level = 1, scale = 0)).value)
        assertNull(level(RawBattery(0, capacity = Int.MIN_VALUE)).value)
        val half = Quantity.known(50.0, "%", "")
        assertEquals(7_500.0, energy(RawBattery(0, energyCounter = 7_500_000_000), half).value)
        for (none in listOf(null, 0L, -1L, 1L, Long.MIN_VALUE, Long.MAX_VALUE, 7_500_000L)) {
            assertNull(energy(RawBattery(0, energyCounter = none), half).value, "$none")
        }
    }

    @Test
    fun `states that contradict each other are unknown`() {
        fun state(status: Int?, plugged: Int?) = Charger.of(RawBattery(0, status = status, plugged = plugged))
        assertTrue(state(BatteryStatus.DISCHARGING, 0).feeds)
        assertTrue(state(BatteryStatus.NOT_CHARGING, 0).feeds)
        assertTrue(state(null, 0).feeds)
        for ((status, plugged) in listOf(2 to 0, 5 to 0, 3 to 1, 3 to null, 3 to -1, null to null, 99 to 4)) {
            assertTrue(!state(status, plugged).feeds, "$status $plugged")
        }
        assertEquals(BatteryState.UNKNOWN, state(BatteryStatus.CHARGING, 0).state)
        assertEquals(BatteryState.IDLE, state(BatteryStatus.NOT_CHARGING, 2).state)
        assertEquals(BatteryState.FULL, state(BatteryStatus.FULL, 2).state)
    }

    @Test
    fun `a pause makes everything be looked at again`() {
        val (phone, power) = settled(Quirks())
        assertNotNull(power.run(phone, 1).power.value)
        phone.advance(600_000)
        assertNull(power.read().power.value)
        assertNotNull(power.run(phone, 10).power.value)
    }

    @Test
    fun `random phones with chargers that come and go tell the truth or nothing`() {
        var told = 0
        for (seed in 1..300) {
            val random = Random(seed)
            val quirks = randomQuirks(random)
            val phone = FakePhone(quirks, seed)
            val power = PhonePower(phone)
            if (random.nextBoolean()) phone.chargerWatts = 5.0 + random.nextDouble() * 20
            val every = listOf(250L, 1_000L, 2_000L).random(random)
            var unplugged = 0
            repeat(8) {
                val seconds = 5 + random.nextInt(120)
                val reading = power.run(phone, seconds, every)
                unplugged = if (phone.chargerWatts == null) seconds else 0
                val tells = quirks.constantCurrent == null && quirks.hiccup == null && quirks.voltageFactor != 0.001
                if (tells && unplugged > 15 + 8 * quirks.gaugeMs / 1000) {
                    assertNotNull(reading.power.value, "${reading.power}, $quirks: ${reading.findings}")
                    told++
                }
                phone.chargerWatts = if (random.nextBoolean()) null else random.nextDouble() * 25
            }
        }
        assertTrue(told > 200, "$told")
    }

    private companion object {
        val CONSTANTS = listOf(Int.MIN_VALUE, 0, -1, 312, -1_312, 345_678, -765_432)
    }

    private fun randomQuirks(random: Random) = Quirks(
        milliamperes = random.nextBoolean(),
        sign = SignOf.entries.random(random),
        constantCurrent = CONSTANTS.random(random).takeIf { random.nextInt(6) == 0 },
        hiccup = listOf(Int.MIN_VALUE, 0, -1).random(random).takeIf { random.nextInt(6) == 0 },
        constantCounter = listOf(Int.MIN_VALUE, 0, -1).random(random).takeIf { random.nextInt(3) == 0 },
        counterInMah = random.nextInt(4) == 0,
        counterStepMah = listOf(0.5, 1.0, 4.0).random(random),
        voltageFactor = listOf(1.0, 1.0, 1.0, 1_000.0, 0.001).random(random),
        temperatureFactor = listOf(10.0, 10.0, 1.0).random(random),
        gaugeMs = listOf(250L, 1_000L, 3_000L, 10_000L).random(random),
        lagMs = listOf(0L, 250L, 750L, 1_000L).random(random),
        status = BatteryStatus.NOT_CHARGING.takeIf { random.nextInt(5) == 0 },
    )
}
