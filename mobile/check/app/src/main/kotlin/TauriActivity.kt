package app.glimpse.vision

import androidx.appcompat.app.AppCompatActivity

/** Stands for the class that Tauri writes into the app when it is built. */
abstract class TauriActivity : AppCompatActivity()
