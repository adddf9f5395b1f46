package androidx.core.app

import android.app.Activity
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.LifecycleOwner

public open class ComponentActivity : Activity(), LifecycleOwner {
    override val lifecycle: Lifecycle
        get() = throw UnsupportedOperationException("a declaration, to compile against")
}
