package app.glimpse.example

import android.net.Uri
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.activity.result.PickVisualMediaRequest
import androidx.activity.result.contract.ActivityResultContracts.PickVisualMedia
import androidx.activity.viewModels
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp

/** One screen: choose a picture, watch its caption grow, read its text. */
class MainActivity : ComponentActivity() {
    private val looks by viewModels<Looks>()

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        setContent {
            val look by looks.look.collectAsState()
            MaterialTheme { Surface { Screen(look, looks::show) } }
        }
    }
}

@Composable
private fun Screen(look: Look, show: (Uri) -> Unit) {
    val choose = rememberLauncherForActivityResult(PickVisualMedia()) { uri -> uri?.let(show) }
    Column(
        Modifier.fillMaxSize().safeDrawingPadding().padding(16.dp).verticalScroll(rememberScrollState()),
        Arrangement.spacedBy(16.dp),
    ) {
        Button({ choose.launch(PickVisualMediaRequest(PickVisualMedia.ImageOnly)) }) {
            Text(stringResource(R.string.choose))
        }
        if (look.isLooking) Text(stringResource(R.string.looking))
        Text(look.caption, style = MaterialTheme.typography.titleMedium)
        look.text?.let { text ->
            SelectionContainer { Text(text.ifEmpty { stringResource(R.string.no_text) }) }
        }
        look.failure?.let { Text(it, color = MaterialTheme.colorScheme.error) }
    }
}
