#!/usr/bin/env bash
# Builds mobile/sdk/swift/Glimpse.xcframework, the engine for iPhones, the simulator and Macs, on a Mac with Xcode and
# rustup. Prints the checksum that a binary target of a release needs.
#
# Usage: mobile/sdk/swift/scripts/build-xcframework.sh [--ios-only]
set -euo pipefail
cd "$(dirname "$0")/../../../.."

say() { printf 'build-xcframework: %s\n' "$*"; }

if [ "$(uname)" != Darwin ] || ! command -v xcodebuild >/dev/null; then
    say 'needs a Mac with Xcode' >&2
    exit 3
fi

package=mobile/sdk/swift
framework=$package/Glimpse.xcframework
headers=$PWD/$package/Sources/GlimpseFFI/include
out=$PWD/target/xcframework
export IPHONEOS_DEPLOYMENT_TARGET=15.0 MACOSX_DEPLOYMENT_TARGET=12.0

# library NAME TARGET...: builds for the targets, and joins them in one library.
library() {
    local name=$1 target built=()
    shift
    for target in "$@"; do
        rustup target add "$target"
        cargo rustc --release --locked -p glimpse-sdk --target "$target" --crate-type staticlib
        built+=("target/$target/release/libglimpse_sdk.a")
    done
    mkdir -p "$out/$name"
    lipo -create "${built[@]}" -output "$out/$name/libglimpse_sdk.a"
    arguments+=(-library "$out/$name/libglimpse_sdk.a" -headers "$headers")
}

rm -rf "$out" "$framework" "$framework.zip"
arguments=()
library iphone aarch64-apple-ios
library simulator aarch64-apple-ios-sim x86_64-apple-ios
[ "${1-}" = --ios-only ] || library mac aarch64-apple-darwin x86_64-apple-darwin

xcodebuild -create-xcframework "${arguments[@]}" -output "$framework"
ditto -c -k --keepParent "$framework" "$framework.zip"
say "$framework.zip $(swift package --package-path "$package" compute-checksum "$framework.zip")"
