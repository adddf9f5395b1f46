#!/usr/bin/env bash
# Builds the app for phones: says in plain words what is missing, then runs the Tauri CLI.
# docs/building-for-phones.md says how to get what is missing, and what the results are.
#
# Usage: scripts/phones.sh check android|ios        only looks whether all is there
#        scripts/phones.sh android [debug|release]  an APK; with release a bundle (AAB), and an APK a processor
#        scripts/phones.sh ios [simulator|debug|release]
# What follows -- goes to the Tauri CLI.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=0
# lacks WHAT REMEDY: notes that something is missing.
lacks() {
    missing=1
    printf 'phones: missing: %s\n        %s\n' "$1" "$2" >&2
}

# setting NAME: the whole number that the app's build.gradle.kts gives NAME.
setting() { sed -n "s/^ *$1 *= *\([0-9][0-9]*\).*/\1/p" gen/android/app/build.gradle.kts | head -n 1; }

check_rust() {
    if ! command -v rustup >/dev/null; then
        lacks 'rustup, which brings the standard libraries of phones' 'https://rustup.rs'
        return
    fi
    local target
    for target in "$@"; do
        rustup target list --installed | grep -qx "$target" && continue
        rustup target add "$target" >/dev/null 2>&1 ||
            lacks "Rust's standard library for $target" "rustup target add $target"
    done
}

check_java() {
    local version
    version=$({ "${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 || true; } | sed -n 's/.* version "\([0-9]*\).*/\1/p')
    [ "${version:-0}" -ge 17 ] ||
        lacks "Java 17 or newer (found: ${version:-none})" 'install a JDK and set JAVA_HOME to its folder'
}

check_ndk() {
    local revision
    if [ -z "${NDK_HOME:-}" ]; then
        lacks 'NDK_HOME, the folder of the NDK' \
            "sdkmanager 'ndk;28.2.13676358', then export NDK_HOME=\$ANDROID_HOME/ndk/28.2.13676358"
    elif [ ! -d "$NDK_HOME/toolchains/llvm/prebuilt" ]; then
        lacks "the compilers of the NDK: $NDK_HOME has no toolchains/llvm/prebuilt" 'point NDK_HOME at an unpacked NDK'
    else
        revision=$(sed -n 's/^Pkg.Revision *= *\([0-9]*\).*/\1/p' "$NDK_HOME/source.properties" 2>/dev/null || true)
        # From 28 on its linker aligns to pages of 16 KiB.
        [ "${revision:-0}" -ge 28 ] || lacks "NDK 28 or newer (found: ${revision:-unknown})" "sdkmanager 'ndk;28.2.13676358'"
    fi
}

check_android() {
    check_java
    local compile
    if [ ! -f gen/android/app/build.gradle.kts ]; then
        lacks 'gen/android, the Gradle project' 'it is part of the repository: git checkout gen/android'
    fi
    if [ -z "${ANDROID_HOME:-}" ]; then
        lacks 'ANDROID_HOME, the folder of the Android SDK' \
            'install Android Studio or its command-line tools, then export ANDROID_HOME'
    elif [ ! -d "$ANDROID_HOME" ]; then
        lacks "the Android SDK: ANDROID_HOME is $ANDROID_HOME, which is no folder" 'correct ANDROID_HOME'
    else
        compile=$(setting compileSdk)
        [ -d "$ANDROID_HOME/platforms/android-$compile" ] ||
            [ -d "$ANDROID_HOME/platforms/android-$compile.0" ] ||
            lacks "Android's platform $compile" "\$ANDROID_HOME/cmdline-tools/latest/bin/sdkmanager 'platforms;android-$compile'"
        compgen -G "$ANDROID_HOME/build-tools/*/aapt2" >/dev/null ||
            lacks "Android's build tools" "sdkmanager 'build-tools;36.0.0'"
    fi
    check_ndk
    check_rust aarch64-linux-android armv7-linux-androideabi i686-linux-android x86_64-linux-android
}

check_ios() {
    if [ "$(uname)" != Darwin ]; then
        lacks 'a Mac: Apple lets nothing else build for iOS' 'use one, or the workflow of .github/workflows/release.yml'
        return
    fi
    xcodebuild -version >/dev/null 2>&1 ||
        lacks 'Xcode' 'install it from the App Store, open it once, then: sudo xcode-select -s /Applications/Xcode.app'
    command -v xcodegen >/dev/null || lacks 'xcodegen, which writes the project' 'brew install xcodegen'
    command -v pod >/dev/null || lacks 'CocoaPods, which the Tauri CLI asks for' 'brew install cocoapods'
    check_rust aarch64-apple-ios aarch64-apple-ios-sim
}

prepare_ios() {
    scripts/ios-project.sh
    # Without it SQLite asks what file system it is on (statfs), which Apple wants a reason for, and has none that fits.
    export LIBSQLITE3_FLAGS=-DSQLITE_ENABLE_LOCKING_STYLE=0
}

# check PLATFORM: looks for everything, then fails where something is missing.
check() {
    "check_$1"
    if [ "$missing" -ne 0 ]; then
        echo "phones: $1 cannot be built here yet; see docs/building-for-phones.md" >&2
        exit 1
    fi
    echo "phones: all is there for $1"
}

what=${1:-}
[ $# -gt 0 ] && shift
how=
if [ $# -gt 0 ] && [ "$1" != -- ]; then
    how=$1
    shift
fi
[ "${1:-}" = -- ] && shift
case $what:$how in
    check:android | check:ios) check "$how" ;;
    android:debug | android:)
        check android
        scripts/tauri.sh android build --debug --apk "$@"
        ;;
    android:release)
        check android
        # A store splits the bundle by itself; of APKs there is one a processor.
        scripts/tauri.sh android build --aab "$@"
        scripts/tauri.sh android build --apk --split-per-abi "$@"
        ;;
    ios:simulator | ios:)
        check ios
        prepare_ios
        scripts/tauri.sh ios build --debug --target aarch64-sim "$@"
        ;;
    ios:debug)
        check ios
        prepare_ios
        scripts/tauri.sh ios build --debug --export-method debugging "$@"
        ;;
    ios:release)
        check ios
        prepare_ios
        scripts/tauri.sh ios build --export-method "${EXPORT_METHOD:-app-store-connect}" "$@"
        ;;
    *)
        sed -n 's/^# \{0,1\}//; 5,8p' "$0" >&2
        exit 2
        ;;
esac
