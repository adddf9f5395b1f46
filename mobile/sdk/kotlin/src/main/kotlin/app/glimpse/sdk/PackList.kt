package app.glimpse.sdk

/** The file names that the text of a `packs.toml` has; the engine reads the rest. */
internal fun packNames(list: String): List<String> =
    Regex("""(?m)^\s*file\s*=\s*["']([^"'/]+)["']""").findAll(list).map { it.groupValues[1] }.toList()
