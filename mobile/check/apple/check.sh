#!/usr/bin/env bash
# Compiles the Swift halves of the plugins on Linux, and runs their tests: see README.md. `make swift-test` runs it.
set -euo pipefail
cd "$(dirname "$0")/../../.."

apple=mobile/check/apple

# Tauri calls commands by their names in Objective-C.
for plugin in mobile/{camera,power}/ios/Sources/*Plugin.swift; do
    if grep -nE '^ +(override )?func [A-Za-z]+\(_ invoke: Invoke\)' "$plugin"; then
        echo "check: $plugin: these commands are not @objc" >&2
        exit 1
    fi
done

# copy FROM TO: Swift sources, without the attributes that only Objective-C's runtime knows. What did not change is left
# alone, so that it need not be compiled again.
copy() {
    mkdir -p "$apple/Copies/$2"
    local file to
    for file in "$1"/*.swift; do
        to=$apple/Copies/$2/$(basename "$file")
        sed -E 's/@objc(\([^)]*\))? //; s/^@_cdecl\(.*\)$//' "$file" >"$to.new"
        if cmp -s "$to.new" "$to"; then rm "$to.new"; else mv "$to.new" "$to"; fi
    done
    for file in "$apple/Copies/$2"/*.swift; do
        [ -e "$1/$(basename "$file")" ] || rm "$file"
    done
}

tauri=$(cargo metadata --locked --format-version 1 | python3 -c '
import json, pathlib, sys
packages = json.load(sys.stdin)["packages"]
print(*(pathlib.Path(p["manifest_path"]).parent for p in packages if p["name"] == "tauri"), sep="\n")')
api=$tauri/mobile/ios-api/Sources/Tauri
# Tauri.swift and Logger.swift call Objective-C's runtime and Darwin's libc; UiUtils.swift is not used here.
staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
cp "$api"/{Channel,Invoke,JSTypes,JsonValue}.swift "$api/Plugin/Plugin.swift" \
    "$apple/Tauri/PluginManager.swift" "$staged"
copy "$staged" Tauri
copy mobile/camera/ios/Sources Camera
copy mobile/camera/ios/Tests/PluginTests CameraTests
copy mobile/power/ios/Sources Power
copy mobile/power/ios/Tests/PluginTests PowerTests

sdk=mobile/sdk/swift/Sources
mkdir -p "$apple/Copies/GlimpseFFI"
cp -u "$sdk"/GlimpseFFI/include/* "$apple/Copies/GlimpseFFI/"
copy "$sdk/GlimpseBindings" GlimpseBindings
copy "$sdk/Glimpse" Glimpse
copy "$sdk/Glimpse/Apple" Glimpse/Apple
copy mobile/sdk/examples/ios/Sources Example
