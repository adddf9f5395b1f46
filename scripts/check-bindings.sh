#!/usr/bin/env bash
# Compares the committed bindings of mobile/sdk (Kotlin, Swift, C) with what glimpse-sdk, as it is built in
# target/debug, generates, and the C header of mobile/frames with its sources. With --write, it writes them.
#
# Usage: scripts/check-bindings.sh [--write]
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'check-bindings: %s\n' "$*"; }

debug=${CARGO_TARGET_DIR:-target}/debug
for library in "$debug"/libglimpse_sdk.{so,dylib}; do
    [ -f "$library" ] && break
done
if [ ! -x "$debug/glimpse-bindgen" ] || [ ! -f "$library" ]; then
    say 'run cargo build -p glimpse-sdk -p glimpse-bindgen' >&2
    exit 1
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$debug/glimpse-bindgen" generate --no-format --language kotlin --language swift --out-dir "$out" "$library"
"$debug/glimpse-bindgen" c mobile/sdk/core "$out/glimpse.h"
"$debug/glimpse-bindgen" c mobile/frames "$out/glimpse_frames.h"
# Generated lines end in spaces here and there.
find "$out" -type f -exec sed -i 's/[[:space:]]*$//' {} +

swift=mobile/sdk/swift/Sources
status=0
# place MODE GENERATED COMMITTED: compares them, or copies one over the other where MODE is --write.
place() {
    if [ "$1" = --write ]; then
        mkdir -p "$(dirname "$3")"
        cp "$out/$2" "$3"
    elif ! diff -u "$3" "$out/$2" >"$out/difference"; then
        say "$3 is not what the crate generates; make bindings writes it" >&2
        head -40 "$out/difference" >&2
        status=1
    fi
}
place "${1-}" app/glimpse/sdk/glimpse_sdk.kt mobile/sdk/kotlin/src/generated/kotlin/app/glimpse/sdk/glimpse_sdk.kt
place "${1-}" GlimpseBindings.swift "$swift/GlimpseBindings/GlimpseBindings.swift"
place "${1-}" GlimpseFFI.h "$swift/GlimpseFFI/include/GlimpseFFI.h"
place "${1-}" GlimpseFFI.modulemap "$swift/GlimpseFFI/include/module.modulemap"
place "${1-}" glimpse.h mobile/sdk/c/glimpse.h
place "${1-}" glimpse_frames.h mobile/frames/include/glimpse_frames.h
exit "$status"
