package app.glimpse.example

import app.glimpse.sdk.Glimpse
import app.glimpse.sdk.Image
import app.glimpse.sdk.expectedLines
import app.glimpse.sdk.linesOf
import app.glimpse.sdk.sample
import app.glimpse.sdk.within
import kotlinx.coroutines.flow.last
import kotlinx.coroutines.flow.toList
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class LookTest {
    @Test
    fun `a look begins, grows and ends with caption and text`() = within(60) {
        Glimpse.open().use { glimpse ->
            val looks = looking(glimpse, Image.of(sample("sign.jpg"))).toList()
            assertEquals(Look(isLooking = true), looks.first())
            assertTrue(looks.dropLast(1).all { it.isLooking && it.text == null })
            with(looks.last()) {
                assertTrue(!isLooking && caption.endsWith(".") && failure == null, "$this")
                assertEquals(expectedLines("sign"), linesOf(text.orEmpty()))
            }
        }
    }

    @Test
    fun `a look at what is no picture says why`() = within(60) {
        Glimpse.open().use { glimpse ->
            val look = looking(glimpse, Image.of(byteArrayOf(1, 2, 3))).last()
            assertEquals("image_format", look.failure?.substringBefore(':'))
            assertTrue(!look.isLooking)
        }
    }
}
