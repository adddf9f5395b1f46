import app.glimpse.sdk.*
import java.io.File

/** The lines of a picture, each with the score of its box. */
suspend fun lines(file: File): List<Pair<Float, String>> = Glimpse.open().use { glimpse ->
    glimpse.picture(Image.of(file)).use { picture ->
        val rules = BoxRules(pixelThreshold = 0.302f, boxThreshold = 0.5f, unclip = 1.6f, minSide = 3f)
        glimpse.textMap(picture).use { map ->
            map.boxes(rules).map { region ->
                region.score to glimpse.traceLine(picture, region.quad).text
            }
        }
    }
}
