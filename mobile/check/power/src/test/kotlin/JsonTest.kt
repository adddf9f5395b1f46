package app.glimpse.power

import java.io.File
import org.json.JSONObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** The same files are read by the tests in Rust. `GLIMPSE_UPDATE=1` writes them again. */
class JsonTest {
    private val folder = File("../../power/testdata")

    private fun compare(name: String, reading: Reading) {
        val file = File(folder, name)
        val text = JSONObject(reading.toJson().toString()).toString(2) + "\n"
        if (System.getenv("GLIMPSE_UPDATE") == "1") file.writeText(text)
        val (told, kept) = JSONObject(text) to JSONObject(file.readText())
        assertEquals(kept.keys().asSequence().toSet(), told.keys().asSequence().toSet())
        for (key in kept.keys()) assertEquals(kept[key].toString(), told[key].toString(), key)
    }

    @Test
    fun `a phone that tells all of it`() {
        val phone = FakePhone(Quirks(milliamperes = true, sign = SignOf.INVERTED))
        phone.limits = Told.of(mapOf(1 to 0.75f, 3 to 1.0f))
        val power = PhonePower(phone)
        compare("android-discharging.json", power.run(phone, 30))
        phone.chargerWatts = 18.0
        compare("android-charging.json", power.run(phone, 30))
    }

    @Test
    fun `a phone that tells nothing`() {
        val silent = object : PowerServices {
            override fun nowMs() = 5L

            override fun battery() = RawBattery(5, currentNow = Int.MIN_VALUE, energyCounter = Long.MIN_VALUE)

            override fun thermalStatus() = Told.nothing("Android 10 and newer tell it")

            override fun headroom() = Told.of(Float.NaN)

            override fun thresholds() = Told.nothing("Android 15 and newer tell it")

            override fun saving() = Told.nothing("Android gives no answer")
        }
        compare("android-silent.json", PhonePower(silent).read())
    }
}
