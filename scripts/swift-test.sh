#!/usr/bin/env bash
# Compiles and tests what Swift there is in mobile/ on this machine: see mobile/check/apple/README.md. `make
# swift-test` has built the Rust libraries before.
#
# Exits with 3, and says what was not checked, where there is no Swift and none can be brought.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'swift-test: %s\n' "$*"; }

not_checked() {
    say "NOT CHECKED: $1" >&2
    exit 3
}

if ! scripts/install-deps.sh swift || ! scripts/swift.sh swiftc --version >/dev/null 2>&1; then
    scripts/swift.sh true || true
    not_checked 'all of Swift: there is no compiler here. Neither parsed nor type-checked nor run: mobile/sdk/swift,
mobile/camera/ios, mobile/power/ios, mobile/sdk/examples/ios'
fi

swift=scripts/swift.sh
lib=${CARGO_TARGET_DIR:-$PWD/target}/debug
# .cache/swift shows nothing of this machine but the checkout.
case $lib in
    "$PWD"/*) ;;
    *)
        mkdir -p mobile/sdk/swift/.build/lib
        cp -u "$lib"/libglimpse_sdk.* mobile/sdk/swift/.build/lib/
        lib=$PWD/mobile/sdk/swift/.build/lib
        ;;
esac

# tests PACKAGE NAME: builds a package with its tests, and runs these.
tests() {
    local told
    say "$1"
    if ! told=$("$swift" env GLIMPSE_LIBRARY="$lib" swift-build --package-path "$1" --build-tests 2>&1); then
        printf '%s\n' "$told" | grep -v '^\[' >&2
        return 1
    fi
    if ! told=$("$swift" "$1/.build/debug/$2PackageTests.xctest" 2>&1); then
        printf '%s\n' "$told" | grep -vE '^Test (Case|Suite) .* (started|passed)' >&2
        return 1
    fi
    printf '%s\n' "$told" | grep -E '^\s*Executed [0-9]+ tests?' | tail -n 1
}

say 'layout'
"$swift" swift-format lint --strict --configuration mobile/.swift-format --recursive \
    mobile/{camera,power}/ios/{Package.swift,Sources,Tests} mobile/sdk/swift/{Package.swift,Sources/Glimpse,Tests} \
    mobile/sdk/examples/ios/Sources mobile/check/apple/{Package.swift,Tauri}

mobile/check/apple/check.sh
tests mobile/check/apple GlimpseAppleCheck
tests mobile/sdk/swift Glimpse
