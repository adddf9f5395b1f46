package androidx.activity

import androidx.annotation.MainThread
import androidx.lifecycle.LifecycleOwner

public abstract class OnBackPressedCallback(enabled: Boolean) {
    public var isEnabled: Boolean = enabled

    @MainThread public abstract fun handleOnBackPressed()

    @MainThread
    public fun remove() {
        throw UnsupportedOperationException("a declaration, to compile against")
    }
}

public class OnBackPressedDispatcher {
    @MainThread
    public fun addCallback(owner: LifecycleOwner, onBackPressedCallback: OnBackPressedCallback) {
        throw UnsupportedOperationException("a declaration, to compile against: $owner, $onBackPressedCallback")
    }

    @MainThread
    public fun onBackPressed() {
        throw UnsupportedOperationException("a declaration, to compile against")
    }
}
