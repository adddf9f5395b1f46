#!/usr/bin/env bash
# Runs tests of the kernels and the engine on aarch64 under qemu-user, type-checks what phones and
# browsers run, and links the Android app to see what it asks of the system.
#
# Usage: scripts/check-targets.sh [kernels|engine|types|link|phones|most|all] [-- ARGUMENTS OF THE KERNELS' TESTS]
#
#   kernels  twice: on every feature that qemu emulates (NEON, dotprod, i8mm), and on a Cortex-A72
#            that has plain NEON only, so that both what a new and what an old phone picks is run
#   engine   whole networks on each of these against plain Rust, and samples read, named, found and
#            described as they are here
#   types    type checks of the engine for iOS, its simulator, and Android on 32-bit Arm
#   link     the app and the SDK for Android, linked against nothing, as scripts/stub-ld.sh says: the
#            libraries fit pages of 16 KiB, have what Kotlin calls, and leave open only what is in
#            scripts/android-symbols.txt, which Android has had since API 24
#   phones   type checks of the app and the SDK for iOS, of the SDK for Android's 32-bit processors, and of
#            the engine for wasm
#   most     all but phones: what `make test` runs
#
# The targets' standard libraries come from rustup. Where rustup cannot download them, Debian's own
# compiler builds them from rust-web-src. GLIMPSE_CROSS=rustup or =debian forces one way.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'check-targets: %s\n' "$*"; }

arm=aarch64-unknown-linux-gnu
android=aarch64-linux-android
ios=aarch64-apple-ios
simulator=aarch64-apple-ios-sim
narrow=(armv7-linux-androideabi i686-linux-android)
wasm=wasm32-unknown-unknown
# The app and the SDK for phones; what these depend on is checked with them.
apps=(glimpse-app glimpse-sdk)

what=${1:-all}
[ $# -gt 0 ] && shift
[ "${1:-}" = -- ] && shift

# does PART: whether this run is about it.
does() { [ "$what" = all ] || [ "$what" = "$1" ] || { [ "$what" = most ] && [ "$1" != phones ]; }; }

case $what in
    kernels | engine | types | link | phones | most | all) ;;
    *)
        say "unknown part: $what (kernels, engine, types, link, phones, most or all)" >&2
        exit 2
        ;;
esac

# rustup_has TARGET: whether its standard library is there, downloading it if it can be had.
rustup_has() {
    command -v rustup >/dev/null || return 1
    rustup target list --installed | grep -qx "$1" && return 0
    say "rustup target add $1"
    timeout 300 rustup target add "$1" >/dev/null 2>&1
}

# way TARGET: where its standard library comes from.
way() {
    case ${GLIMPSE_CROSS:-} in
        rustup | debian) echo "$GLIMPSE_CROSS" ;;
        '') if rustup_has "$1" >&2; then echo rustup; else echo debian; fi ;;
        *)
            say "GLIMPSE_CROSS must be rustup or debian, not $GLIMPSE_CROSS" >&2
            return 2
            ;;
    esac
}

# cross_cargo "TARGET..." SUBCOMMAND ARGUMENTS...: cargo for other targets, all at once where that can be.
cross_cargo() {
    local targets=$1 subcommand=$2 target where rustup=() debian=()
    shift 2
    for target in $targets; do
        where=$(way "$target")
        if [ "$where" = rustup ]; then rustup+=(--target "$target"); else debian+=(--target "$target"); fi
    done
    if [ ${#rustup[@]} -gt 0 ]; then
        cargo "$subcommand" --locked "${rustup[@]}" "$@"
    fi
    if [ ${#debian[@]} -gt 0 ]; then
        scripts/install-deps.sh cross-debian
        env PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1 \
            /usr/bin/cargo "$subcommand" --locked "${debian[@]}" \
            --target-dir target/debian -Zbuild-std=std,panic_abort "$@"
    fi
}

# Build scripts compile C for what is only checked; nothing of it is needed for types.
without_c() {
    local variables=(SDKROOT=/usr LIBSQLITE3_SYS_USE_PKG_CONFIG=1 SQLITE3_LIB_DIR=/) target
    for target in "$android" "$ios" "$simulator" "${narrow[@]}" "$wasm"; do
        variables+=("CC_${target//-/_}=$PWD/scripts/stub-cc.sh" "CXX_${target//-/_}=$PWD/scripts/stub-cc.sh"
            "AR_${target//-/_}=$PWD/scripts/stub-cc.sh")
    done
    export "${variables[@]}"
}

# emulated CPU REQUIRED ARGUMENTS...: `cargo test` on an emulated CPU. REQUIRED names the instruction
# sets that must have run: the tests fail when one of them was not detected.
emulated() {
    local cpu=$1 required=$2
    shift 2
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu -cpu $cpu" \
        GLIMPSE_REQUIRE_ISA=$required CARGO_PROFILE_DEV_DEBUG=false \
        cross_cargo "$arm" test "$@"
}

if does kernels || does engine; then scripts/install-deps.sh cross; fi
if does kernels; then
    say "kernels on $arm, qemu -cpu max: neon, neon-dotprod, neon-i8mm must run"
    emulated max neon,neon-dotprod,neon-i8mm -p glimpse-kernels --lib --tests -- --nocapture "$@"
    say "kernels on $arm, qemu -cpu cortex-a72: neon must run"
    emulated cortex-a72 neon -p glimpse-kernels --lib --tests -- --nocapture "$@"
fi

if does engine; then
    say "networks of the engine on $arm, qemu -cpu max: neon, neon-dotprod, neon-i8mm must run"
    emulated max neon,neon-dotprod,neon-i8mm -p glimpse-engine --lib -- --nocapture same_bytes alike
fi

if does types || does link || does phones; then without_c; fi
if does types; then
    say "type-checking glimpse-engine for $ios, $simulator, ${narrow[0]}"
    cross_cargo "$ios $simulator ${narrow[0]}" check -p glimpse-engine
fi
if does phones; then
    say "type-checking ${apps[*]} for $ios"
    cross_cargo "$ios" check "${apps[@]/#/-p}"
    say "type-checking glimpse-sdk for ${narrow[*]}, glimpse-engine for $wasm"
    cross_cargo "${narrow[*]}" check -p glimpse-sdk
    cross_cargo "$wasm" check -p glimpse-engine
fi

# link: builds the app and the SDK for Android, and looks at the libraries.
link() {
    local library
    CARGO_TARGET_AARCH64_LINUX_ANDROID_LINKER=$PWD/scripts/stub-ld.sh \
        CARGO_TARGET_AARCH64_LINUX_ANDROID_RUSTFLAGS='-C opt-level=0' CARGO_PROFILE_DEV_DEBUG=false \
        cargo build --locked --lib --target "$android" "${apps[@]/#/-p}"
    for library in "${CARGO_TARGET_DIR:-target}/$android"/debug/libglimpse_*.so; do
        python3 scripts/check_apk.py "$library"
        python3 scripts/check_symbols.py "$library"
    done
}

if does link; then
    if [ "$(way "$android")" = rustup ]; then
        say "linking ${apps[*]} for $android"
        link
    else
        # Debian's Rust has no linker for it.
        say "type-checking ${apps[*]} for $android, which is NOT linked"
        cross_cargo "$android" check "${apps[@]/#/-p}"
    fi
fi
say 'done'
