package app.glimpse.vision

import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class BarsTest {
    @Test
    fun `old web views are kept clear of bars, and those whose version is unknown`() {
        for (version in listOf("136.0.7103.60", "144.0.1", "136")) assertTrue(tellsOfBars(version), version)
        for (version in listOf("135.0.7049.111", "58.0.3029.125", "", "WebView", "-1.0", "136x")) {
            assertFalse(tellsOfBars(version), version)
        }
    }
}
