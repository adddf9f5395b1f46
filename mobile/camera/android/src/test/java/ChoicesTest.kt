package app.glimpse.camera

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class ChoicesTest {
    private val usual = listOf(
        Extent(4000, 3000), Extent(1920, 1080), Extent(1600, 1200), Extent(1440, 1080), Extent(1280, 960),
        Extent(1280, 720), Extent(960, 720), Extent(640, 480), Extent(320, 240), Extent(176, 144),
    )

    @Test
    fun `the wanted size is taken where it is offered`() {
        for (size in usual) assertEquals(size, byNearness(size, usual).first())
        assertEquals(Extent(1280, 720), byNearness(Extent(720, 1280), usual).first(), "whichever side is long")
    }

    @Test
    fun `else the nearest of the same shape`() {
        assertEquals(Extent(1920, 1080), byNearness(Extent(1600, 900), usual).first())
        assertEquals(Extent(640, 480), byNearness(Extent(600, 450), usual).first())
        // 1088 lines are 1080 to codecs: the same shape.
        assertEquals(Extent(1920, 1088), byNearness(Extent(1920, 1080), listOf(Extent(640, 360), Extent(1920, 1088))).first())
    }

    @Test
    fun `else the nearest shape`() {
        val square = listOf(Extent(720, 720), Extent(960, 720), Extent(176, 144))
        assertEquals(Extent(960, 720), byNearness(Extent(1280, 720), square).first())
    }

    @Test
    fun `everything sound is listed and nothing else`() {
        val sizes = byNearness(Extent(1280, 720), usual + Extent(0, 720) + Extent(-1, 5))
        assertEquals(usual.toSet(), sizes.toSet())
        assertTrue(byNearness(Extent(1280, 720), emptyList()).isEmpty())
    }

    @Test
    fun `exposure may take long in the dark`() {
        val offered = listOf(Rates(15, 15), Rates(7, 30), Rates(15, 30), Rates(30, 30), Rates(24, 24), Rates(30, 60))
        assertEquals(Rates(7, 30), frameRates(30, offered))
        assertEquals(Rates(24, 24), frameRates(24, offered))
        assertEquals(Rates(30, 60), frameRates(120, offered))
        assertEquals(Rates(15, 15), frameRates(1, offered))
        assertEquals(Rates(15, 30), frameRates(27, listOf(Rates(24, 24), Rates(15, 30))), "of two as near the faster")
    }

    @Test
    fun `rates may not matter, not be offered, or be nonsense`() {
        assertNull(frameRates(0, listOf(Rates(30, 30))))
        assertNull(frameRates(30, emptyList()))
        assertNull(frameRates(30, listOf(Rates(0, 30), Rates(30, 15), Rates(-5, -1))))
        // Some old devices tell thousandths: nothing near is offered, and the least is taken.
        assertEquals(Rates(15000, 30000), frameRates(30, listOf(Rates(15000, 30000))))
    }

    @Test
    fun `a zoom is brought within what there is`() {
        assertEquals(2f, zoomWithin(2f, 1f, 8f))
        assertEquals(8f, zoomWithin(99f, 1f, 8f))
        assertEquals(0.5f, zoomWithin(0.1f, 0.5f, 8f))
        assertEquals(1f, zoomWithin(3f, 1f, 0f), "nonsense")
    }
}
