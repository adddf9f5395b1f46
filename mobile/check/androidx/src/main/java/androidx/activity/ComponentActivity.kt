package androidx.activity

import androidx.activity.result.ActivityResultCallback
import androidx.activity.result.ActivityResultCaller
import androidx.activity.result.ActivityResultLauncher
import androidx.activity.result.contract.ActivityResultContract

public open class ComponentActivity : androidx.core.app.ComponentActivity(), ActivityResultCaller {
    public val onBackPressedDispatcher: OnBackPressedDispatcher
        get() = throw UnsupportedOperationException("a declaration, to compile against")

    final override fun <I, O> registerForActivityResult(
        contract: ActivityResultContract<I, O>,
        callback: ActivityResultCallback<O>,
    ): ActivityResultLauncher<I> = throw UnsupportedOperationException("a declaration, to compile against")
}
