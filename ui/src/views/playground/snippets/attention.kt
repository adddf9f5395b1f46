import app.glimpse.sdk.*
import java.io.File

/** The words of a caption, each with where it looked: 7 × 7 weights, row by row. */
suspend fun words(photo: File): List<Pair<String, List<Float>>> = Glimpse.open().use { glimpse ->
    val options = DescribeOptions(attention = true, beam = null)
    glimpse.describe(photo, options).tokens.map { it.text to it.attention }
}
