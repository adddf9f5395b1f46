package app.glimpse.sdk

/** The stable name of the error: one of the codes in Glimpse's `docs/errors.md`. */
public val GlimpseException.code: String
    get() = when (this) {
        is GlimpseException.NotFound -> "not_found"
        is GlimpseException.PermissionDenied -> "permission_denied"
        is GlimpseException.IsADirectory -> "is_a_directory"
        is GlimpseException.Io -> "io"
        is GlimpseException.ImageEmpty -> "image_empty"
        is GlimpseException.ImageFormat -> "image_format"
        is GlimpseException.ImageDamaged -> "image_damaged"
        is GlimpseException.ImageUnsupported -> "image_unsupported"
        is GlimpseException.ImageTooLarge -> "image_too_large"
        is GlimpseException.PackMissing -> "pack_missing"
        is GlimpseException.PackDamaged -> "pack_damaged"
        is GlimpseException.PackVersion -> "pack_version"
        is GlimpseException.Model -> "model"
        is GlimpseException.InvalidOption -> "invalid_option"
        is GlimpseException.Cancelled -> "cancelled"
        is GlimpseException.Camera -> "camera"
        is GlimpseException.Closed -> "closed"
        is GlimpseException.Listener -> "listener"
        is GlimpseException.Internal -> "internal"
    }

/** How alike two pictures are by their embeddings, 0 to 1. */
public fun Tags.similarity(other: Tags): Float =
    embedding.zip(other.embedding) { a, b -> a * b }.sum().coerceIn(0f, 1f)
