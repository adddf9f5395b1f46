#!/usr/bin/env bash
# Usage: copy-sources.sh FOLDER
# Makes FOLDER a copy of the Kotlin sources in the crate `tauri`, from where cargo has unpacked it.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
manifest=$(cargo metadata --locked --format-version 1 --manifest-path "$root/Cargo.toml" |
    python3 -c 'import json, sys
print(*(p["manifest_path"] for p in json.load(sys.stdin)["packages"] if p["name"] == "tauri"))')
sources=$(dirname "$manifest")/mobile/android/src/main/java
if ! [ -d "$sources" ]; then
    echo "there are no Kotlin sources of Tauri in $sources" >&2
    exit 1
fi
rm -rf "$1"
mkdir -p "$(dirname "$1")"
cp -r "$sources" "$1"
