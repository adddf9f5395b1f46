package app.glimpse.camera

/** A rectangle of pixels, from left and top to right and bottom, which are beyond it. */
data class Area(val left: Int, val top: Int, val right: Int, val bottom: Int) {
    val width: Int get() = right - left
    val height: Int get() = bottom - top
}

/** A point, in parts of a picture's width and height: 0, 0 top left, 1, 1 bottom right. */
data class Part(val x: Float, val y: Float)

/**
 * By how many degrees clockwise a camera's buffer has to be turned to be upright on the display.
 *
 * [sensor] is how the sensor lies in the device: by how many degrees clockwise its picture is turned to be
 * upright on a device held as it is by nature. [display] is by how many degrees counter-clockwise the
 * content of the screen is turned against that, as `Display.getRotation` has it. A [front] camera looks
 * the other way, so that turns of the device count with the other sign. All are multiples of 90.
 */
fun uprightDegrees(sensor: Int, display: Int, front: Boolean): Int {
    require(sensor % 90 == 0 && display % 90 == 0) { "no quarter turns: $sensor, $display" }
    return Math.floorMod(if (front) sensor + display else sensor - display, 360)
}

/** The degrees of one of `Surface.ROTATION_0` to `ROTATION_270`. */
fun degreesOf(surfaceRotation: Int): Int {
    require(surfaceRotation in 0..3) { "no rotation of a display: $surfaceRotation" }
    return surfaceRotation * 90
}

/**
 * Where a point of the upright picture lies in the camera's buffer, in parts of the whole buffer.
 *
 * The upright picture is the part [crop] of a buffer of [width] × [height] pixels, turned by [degrees]
 * clockwise. It is not mirrored.
 */
fun bufferPoint(point: Part, degrees: Int, crop: Area, width: Int, height: Int): Part {
    require(width > 0 && height > 0 && crop.width > 0 && crop.height > 0) { "an empty buffer" }
    val x = point.x.coerceIn(0f, 1f)
    val y = point.y.coerceIn(0f, 1f)
    val inCrop = when (Math.floorMod(degrees, 360)) {
        0 -> Part(x, y)
        90 -> Part(y, 1 - x)
        180 -> Part(1 - x, 1 - y)
        270 -> Part(1 - y, x)
        else -> throw IllegalArgumentException("no quarter turn: $degrees")
    }
    return Part(
        (crop.left + inCrop.x * crop.width) / width,
        (crop.top + inCrop.y * crop.height) / height,
    )
}

/** The part of [crop] that lies on a buffer of [width] × [height] pixels; all of it where nothing does. */
fun within(crop: Area, width: Int, height: Int): Area {
    val left = crop.left.coerceIn(0, width)
    val top = crop.top.coerceIn(0, height)
    val area = Area(left, top, crop.right.coerceIn(left, width), crop.bottom.coerceIn(top, height))
    return if (area.width == 0 || area.height == 0) Area(0, 0, width, height) else area
}
