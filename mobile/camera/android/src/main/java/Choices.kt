package app.glimpse.camera

import kotlin.math.abs
import kotlin.math.ln

/** Width and height of a buffer in pixels. */
data class Extent(val width: Int, val height: Int)

/** Frames a second, from the fewest to the most. */
data class Rates(val least: Int, val most: Int)

/** A shape that differs by so much, as a ratio of ratios, is another shape. */
private const val SAME_SHAPE = 1.02

/**
 * [offered], the best first: those of the wanted shape before others, then the nearest in area; of two that
 * are equally near the larger. Which side is the long one does not matter.
 */
fun byNearness(wanted: Extent, offered: List<Extent>): List<Extent> {
    val sound = offered.filter { it.width > 0 && it.height > 0 }
    return sound.sortedWith(
        compareBy<Extent> { if (shapeDistance(wanted, it) <= ln(SAME_SHAPE)) 0.0 else shapeDistance(wanted, it) }
            .thenBy { abs(ln(area(it) / area(wanted))) }
            .thenByDescending { area(it) },
    )
}

private fun area(extent: Extent) = extent.width.toDouble() * extent.height

private fun shape(extent: Extent): Double {
    val long = maxOf(extent.width, extent.height)
    return long.toDouble() / minOf(extent.width, extent.height)
}

private fun shapeDistance(one: Extent, other: Extent) = abs(ln(shape(one) / shape(other)))

/**
 * The range of frame rates to ask for: that whose upper end is nearest to [wanted], and of those the one that
 * lets exposure take longest in the dark. None where it does not matter (0), or where none is offered.
 */
fun frameRates(wanted: Int, offered: List<Rates>): Rates? {
    if (wanted <= 0) return null
    val sound = offered.filter { it.least in 1..it.most }
    return sound.minWithOrNull(compareBy<Rates> { abs(it.most - wanted) }.thenBy { -it.most }.thenBy { it.least })
}

/** [ratio] within [least] to [most]. */
fun zoomWithin(ratio: Float, least: Float, most: Float): Float =
    if (least <= most) ratio.coerceIn(least, most) else least
