package androidx.lifecycle

public fun interface Observer<T> {
    public fun onChanged(value: T)
}
