package androidx.lifecycle;

import androidx.annotation.MainThread;
import androidx.annotation.NonNull;
import androidx.annotation.Nullable;

public abstract class LiveData<T> {
    @MainThread
    public void observe(@NonNull LifecycleOwner owner, @NonNull Observer<? super T> observer) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    @MainThread
    public void observeForever(@NonNull Observer<? super T> observer) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    @MainThread
    public void removeObserver(@NonNull Observer<? super T> observer) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    @MainThread
    public void removeObservers(@NonNull LifecycleOwner owner) {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }

    public @Nullable T getValue() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
