package app.glimpse.camera

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test

class GeometryTest {
    /** What Android's documentation and common devices have: sensors at 90 behind, 270 in front. */
    @Test
    fun `a buffer is turned by how the sensor lies and how the device is held`() {
        val back = listOf(0 to 90, 90 to 0, 180 to 270, 270 to 180)
        for ((display, degrees) in back) assertEquals(degrees, uprightDegrees(90, display, front = false))
        val front = listOf(0 to 270, 90 to 0, 180 to 90, 270 to 180)
        for ((display, degrees) in front) assertEquals(degrees, uprightDegrees(270, display, front = true))
        // A tablet whose sensor lies as its display does.
        assertEquals(0, uprightDegrees(0, 0, front = false))
        assertEquals(270, uprightDegrees(0, 90, front = false))
        assertEquals(90, uprightDegrees(0, 90, front = true))
    }

    @Test
    fun `only quarter turns are known`() {
        assertThrows(IllegalArgumentException::class.java) { uprightDegrees(45, 0, front = false) }
        assertThrows(IllegalArgumentException::class.java) { uprightDegrees(90, 10, front = true) }
        assertThrows(IllegalArgumentException::class.java) { degreesOf(4) }
        assertEquals(listOf(0, 90, 180, 270), (0..3).map(::degreesOf))
    }

    /** A picture, turned pixel by pixel: where each upright pixel comes from. */
    private fun turned(degrees: Int, crop: Area): Map<Pair<Int, Int>, Pair<Int, Int>> {
        val (w, h) = crop.width to crop.height
        val from = mutableMapOf<Pair<Int, Int>, Pair<Int, Int>>()
        for (y in 0 until h) for (x in 0 until w) {
            val upright = when (degrees) {
                0 -> x to y
                90 -> h - 1 - y to x
                180 -> w - 1 - x to h - 1 - y
                else -> y to w - 1 - x
            }
            from[upright] = crop.left + x to crop.top + y
        }
        return from
    }

    @Test
    fun `a point of the upright picture is found in the buffer`() {
        val (width, height) = 16 to 12
        val crops = listOf(Area(0, 0, 16, 12), Area(2, 1, 12, 9), Area(4, 0, 5, 12))
        for (crop in crops) for (degrees in listOf(0, 90, 180, 270)) {
            val (w, h) = if (degrees % 180 == 0) crop.width to crop.height else crop.height to crop.width
            for ((upright, place) in turned(degrees, crop)) {
                val middle = Part((upright.first + 0.5f) / w, (upright.second + 0.5f) / h)
                val found = bufferPoint(middle, degrees, crop, width, height)
                assertEquals((place.first + 0.5f) / width, found.x, 1e-5f, "$degrees $crop $upright")
                assertEquals((place.second + 0.5f) / height, found.y, 1e-5f, "$degrees $crop $upright")
            }
        }
    }

    @Test
    fun `points outside are the nearest within, other turns are refused`() {
        val all = Area(0, 0, 4, 4)
        assertEquals(Part(1f, 0f), bufferPoint(Part(2f, -1f), 0, all, 4, 4))
        assertEquals(Part(0f, 0f), bufferPoint(Part(0f, 0f), 360, all, 4, 4))
        assertThrows(IllegalArgumentException::class.java) { bufferPoint(Part(0f, 0f), 30, all, 4, 4) }
        assertThrows(IllegalArgumentException::class.java) { bufferPoint(Part(0f, 0f), 0, Area(1, 1, 1, 2), 4, 4) }
        assertThrows(IllegalArgumentException::class.java) { bufferPoint(Part(0f, 0f), 0, all, 0, 4) }
    }

    @Test
    fun `a crop stays on its buffer`() {
        assertEquals(Area(2, 1, 10, 9), within(Area(2, 1, 10, 9), 16, 12))
        assertEquals(Area(0, 0, 16, 12), within(Area(-5, -5, 99, 99), 16, 12))
        assertEquals(Area(4, 0, 16, 12), within(Area(4, 0, 40, 40), 16, 12))
        assertEquals(Area(0, 0, 16, 12), within(Area(3, 3, 3, 3), 16, 12), "nothing")
        assertEquals(Area(0, 0, 16, 12), within(Area(20, 0, 30, 12), 16, 12), "beside it")
        assertEquals(Area(0, 0, 16, 12), within(Area(9, 9, 2, 2), 16, 12), "turned inside out")
    }
}
