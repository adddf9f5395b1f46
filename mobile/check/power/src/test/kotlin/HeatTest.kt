package app.glimpse.power

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class HeatTest {
    private fun poll(poll: HeadroomPoll, atMs: Long, answer: Float?, status: Int? = 0) =
        poll.read(atMs, status) { answer?.let { Told.of(it) } ?: Told.nothing("Android 11 and newer tell it") }

    @Test
    fun `Android is asked at most once a second`() {
        val phone = FakePhone()
        val power = PhonePower(phone)
        repeat(100) {
            phone.advance(250)
            repeat(3) { power.read() }
        }
        assertTrue(phone.asked in 20..26, "${phone.asked}")
    }

    @Test
    fun `NaN at first is not yet, and for long is never`() {
        val poll = HeadroomPoll()
        assertNull(poll(poll, 0, Float.NaN).value)
        assertEquals(0.5, poll(poll, 1_000, 0.5f).value)
        // One NaN in between does not make it unknown until it is too old.
        assertEquals(1_000, poll(poll, 2_000, Float.NaN).ageMs)
        assertEquals("Android does not know the headroom yet", poll(poll, 7_000, Float.NaN).source)
        val never = HeadroomPoll()
        var asked = 0
        for (second in 0L..109) never.read(second * 1_000, 0) { Told.of(Float.NaN).also { asked++ } }
        assertEquals("this phone tells no headroom", poll(never, 110_000, Float.NaN).source)
        assertTrue(asked in 18..20, "$asked")
        assertEquals(0.25, poll(never, 130_000, 0.25f).value)
    }

    @Test
    fun `values that are none, and where there is none`() {
        for (none in listOf(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0.1f, 3.5f, Float.MAX_VALUE)) {
            val poll = HeadroomPoll()
            poll(poll, 0, 0.5f)
            val quantity = poll(poll, 1_000, none)
            assertNull(quantity.value, "$none")
            assertTrue(quantity.source.startsWith("the headroom is none"))
            assertEquals(none, poll.told)
        }
        assertEquals("Android 11 and newer tell it", poll(HeadroomPoll(), 0, null).source)
        for (some in listOf(0f, 0.3f, 1f, 1.4f)) assertEquals(some.toDouble(), poll(HeadroomPoll(), 0, some).value)
    }

    @Test
    fun `a headroom that contradicts the status is unknown`() {
        assertNull(poll(HeadroomPoll(), 0, 0.0f, ThermalStatus.LIGHT).value)
        assertNull(poll(HeadroomPoll(), 0, 0.4f, ThermalStatus.SEVERE).value)
        assertEquals(0.95f.toDouble(), poll(HeadroomPoll(), 0, 0.95f, ThermalStatus.SEVERE).value)
        assertEquals(0.4f.toDouble(), poll(HeadroomPoll(), 0, 0.4f, ThermalStatus.LIGHT).value)
        assertEquals(0.4f.toDouble(), poll(HeadroomPoll(), 0, 0.4f, null).value)
    }

    @Test
    fun `states of heat`() {
        val told = (-1..7).map { Heat.of(it)?.code }
        val critical = "critical"
        assertEquals(listOf(null, "nominal", "fair", "fair", "serious", critical, critical, critical, null), told)
        val phone = FakePhone()
        val power = PhonePower(phone)
        phone.thermal = Told.of(17)
        assertNull(power.read().heat)
        phone.thermal = Told.nothing("Android 10 and newer tell it")
        assertEquals("Android 10 and newer tell it", power.read().heatSource)
        phone.thermal = Told.of(3)
        assertEquals(Heat.SERIOUS, power.read().heat)
        // What the listener heard stands in where asking fails.
        power.hear(4)
        phone.thermal = Told.nothing("Android fails")
        phone.advance(500)
        val reading = power.read()
        assertEquals(Heat.CRITICAL to 500L, reading.heat to reading.heatAgeMs)
    }

    @Test
    fun `thresholds are those of the states, as far as they are numbers`() {
        val phone = FakePhone()
        val numbers = mapOf(2 to 0.9f, 1 to 0.8f, 3 to 1.0f, 4 to 1.2f)
        phone.limits = Told.of(numbers + mapOf(5 to Float.NaN, 6 to 9f, 0 to 0.1f, 9 to 1f))
        val thresholds = PhonePower(phone).read().thresholds.map { it.heat.code to it.headroom.toFloat() }
        assertEquals(listOf("fair" to 0.8f, "serious" to 1.0f, "critical" to 1.2f), thresholds)
    }
}
