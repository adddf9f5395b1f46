package androidx.lifecycle

import androidx.annotation.MainThread

public abstract class Lifecycle {
    @get:MainThread public abstract val currentState: State

    @MainThread public abstract fun addObserver(observer: LifecycleObserver)

    @MainThread public abstract fun removeObserver(observer: LifecycleObserver)

    public enum class Event {
        ON_CREATE,
        ON_START,
        ON_RESUME,
        ON_PAUSE,
        ON_STOP,
        ON_DESTROY,
        ON_ANY,
    }

    public enum class State {
        DESTROYED,
        INITIALIZED,
        CREATED,
        STARTED,
        RESUMED;

        public fun isAtLeast(state: State): Boolean = compareTo(state) >= 0
    }
}

public interface LifecycleOwner {
    public val lifecycle: Lifecycle
}

public interface LifecycleObserver

public fun interface LifecycleEventObserver : LifecycleObserver {
    public fun onStateChanged(source: LifecycleOwner, event: Lifecycle.Event)
}

public interface DefaultLifecycleObserver : LifecycleObserver {
    public fun onCreate(owner: LifecycleOwner) {}

    public fun onStart(owner: LifecycleOwner) {}

    public fun onResume(owner: LifecycleOwner) {}

    public fun onPause(owner: LifecycleOwner) {}

    public fun onStop(owner: LifecycleOwner) {}

    public fun onDestroy(owner: LifecycleOwner) {}
}

public open class LifecycleRegistry(provider: LifecycleOwner) : Lifecycle() {
    private val owner = provider

    override var currentState: State
        get() = throw UnsupportedOperationException("a declaration, to compile against: $owner")
        set(_) = throw UnsupportedOperationException("a declaration, to compile against")

    override fun addObserver(observer: LifecycleObserver) {
        throw UnsupportedOperationException("a declaration, to compile against")
    }

    override fun removeObserver(observer: LifecycleObserver) {
        throw UnsupportedOperationException("a declaration, to compile against")
    }

    public open fun handleLifecycleEvent(event: Event) {
        throw UnsupportedOperationException("a declaration, to compile against: $event")
    }
}
