package androidx.activity

public fun ComponentActivity.enableEdgeToEdge() {
    throw UnsupportedOperationException("a declaration, to compile against")
}
