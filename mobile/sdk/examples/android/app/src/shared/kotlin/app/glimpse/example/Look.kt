package app.glimpse.example

import app.glimpse.sdk.Glimpse
import app.glimpse.sdk.GlimpseException
import app.glimpse.sdk.Image
import app.glimpse.sdk.code
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/** What is known of a picture so far. */
data class Look(
    val isLooking: Boolean = false,
    val caption: String = "",
    val text: String? = null,
    val failure: String? = null,
)

/** The caption of [image] as it grows, then its text. */
fun looking(glimpse: Glimpse, image: Image): Flow<Look> = flow {
    var look = Look(isLooking = true)
    emit(look)
    try {
        glimpse.picture(image).use { picture ->
            glimpse.captions(picture).collect {
                look = look.copy(caption = it.text)
                emit(look)
            }
            emit(look.copy(text = glimpse.read(picture).text, isLooking = false))
        }
    } catch (failure: GlimpseException) {
        emit(look.copy(failure = "${failure.code}: ${failure.message}", isLooking = false))
    }
}
