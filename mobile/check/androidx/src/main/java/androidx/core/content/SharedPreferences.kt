package androidx.core.content

import android.content.SharedPreferences

@Suppress("UNUSED_PARAMETER")
public inline fun SharedPreferences.edit(commit: Boolean = false, action: SharedPreferences.Editor.() -> Unit) {
    throw UnsupportedOperationException("a declaration, to compile against")
}
