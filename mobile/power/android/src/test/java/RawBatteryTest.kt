package app.glimpse.power

import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test

class RawBatteryTest {
    @Test
    fun `keeps what is not there as null`() {
        assertNull(RawBattery(null, 1).currentNow)
    }
}
