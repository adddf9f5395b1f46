#!/usr/bin/env bash
# Usage: link-sources.sh LINK
# Makes LINK lead to the Kotlin sources in the crate `tauri`, where cargo has unpacked it.
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
mkdir -p "$(dirname "$1")"
ln -sfn "$sources" "$1"
