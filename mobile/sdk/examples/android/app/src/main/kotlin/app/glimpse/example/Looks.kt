package app.glimpse.example

import android.app.Application
import android.graphics.ImageDecoder
import android.net.Uri
import android.os.Build
import androidx.lifecycle.AndroidViewModel
import androidx.lifecycle.viewModelScope
import app.glimpse.sdk.Glimpse
import app.glimpse.sdk.Image
import app.glimpse.sdk.of
import app.glimpse.sdk.open
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch

/** Looks at one picture after another. A newer picture cancels the look at the one before. */
class Looks(application: Application) : AndroidViewModel(application) {
    private val opening = viewModelScope.async { Glimpse.open(getApplication<Application>()) }
    private val state = MutableStateFlow(Look())
    private var running: Job? = null

    /** What is known. */
    val look: StateFlow<Look> = state.asStateFlow()

    /** Looks at the picture at [uri]. */
    fun show(uri: Uri) {
        running?.cancel()
        running = viewModelScope.launch { look(imageOf(uri)).collect { state.value = it } }
    }

    private suspend fun look(image: Image) = looking(opening.await(), image)

    /** Decoded by the engine, which turns it as its EXIF data say; formats that it lacks by Android. */
    private fun imageOf(uri: Uri): Image {
        val resolver = getApplication<Application>().contentResolver
        val type = resolver.getType(uri).orEmpty()
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P || type in ENGINE_DECODES) {
            return Image { Image.of(resolver.openInputStream(uri)?.use { it.readBytes() } ?: ByteArray(0)).open() }
        }
        return Image {
            val source = ImageDecoder.createSource(resolver, uri)
            val bitmap = ImageDecoder.decodeBitmap(source) { decoder, _, _ ->
                decoder.allocator = ImageDecoder.ALLOCATOR_SOFTWARE
            }
            Image.of(bitmap).open().also { bitmap.recycle() }
        }
    }

    override fun onCleared() {
        opening.invokeOnCompletion { failure -> if (failure == null) opening.getCompleted().close() }
    }

    private companion object {
        val ENGINE_DECODES = setOf("image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/tiff")
    }
}
