package androidx.camera.core;

import androidx.annotation.NonNull;

public interface ExtendableBuilder<T> {
    @NonNull
    T build();
}
