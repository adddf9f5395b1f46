#!/usr/bin/env bash
# Runs the kernels' tests on aarch64 under qemu-user and type-checks the kernels for 32-bit targets,
# the engine for phones and wasm, and the app's service for phones.
#
# Usage: scripts/check-targets.sh [kernels|engine|all] [-- ARGUMENTS OF THE TEST PROGRAM]
#
# The kernels run twice: on every feature that qemu emulates (NEON, dotprod, i8mm), and on a
# Cortex-A72 that has plain NEON only, so that both what a new and what an old phone picks is run.
#
# The targets' standard libraries come from rustup. Where rustup cannot download them, Debian's own
# compiler builds them from rust-web-src. GLIMPSE_CROSS=rustup or =debian forces one way.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'check-targets: %s\n' "$*"; }

arm=aarch64-unknown-linux-gnu
checked=(aarch64-linux-android aarch64-apple-ios wasm32-unknown-unknown)
phones=(aarch64-linux-android aarch64-apple-ios)
narrow=(armv7-linux-androideabi i686-unknown-linux-gnu)
what=${1:-all}
[ $# -gt 0 ] && shift
[ "${1:-}" = -- ] && shift

case $what in
    kernels | engine | all) ;;
    *)
        say "unknown part: $what (kernels, engine or all)" >&2
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

# cross_cargo TARGET SUBCOMMAND ARGUMENTS...: cargo for another target.
cross_cargo() {
    local target=$1 subcommand=$2
    shift 2
    local way=${GLIMPSE_CROSS:-}
    if [ -z "$way" ]; then
        if rustup_has "$target"; then way=rustup; else way=debian; fi
    fi
    case $way in
        rustup) cargo "$subcommand" --locked --target "$target" "$@" ;;
        debian)
            scripts/install-deps.sh cross-debian
            env PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1 \
                /usr/bin/cargo "$subcommand" --locked --target "$target" \
                --target-dir target/debian -Zbuild-std=std,panic_abort "$@"
            ;;
        *)
            say "GLIMPSE_CROSS must be rustup or debian, not $way" >&2
            exit 2
            ;;
    esac
}

# run_kernels CPU REQUIRED TEST-ARGUMENTS...: the kernels' tests on an emulated CPU. REQUIRED names
# the instruction sets that must have run: the tests fail when one of them was not detected.
run_kernels() {
    local cpu=$1 required=$2
    shift 2
    say "kernels on $arm, qemu -cpu $cpu, must run: $required"
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu -cpu $cpu" \
        GLIMPSE_REQUIRE_ISA=$required \
        cross_cargo "$arm" test -p glimpse-kernels --lib --tests -- --nocapture "$@"
}

if [ "$what" != engine ]; then
    scripts/install-deps.sh cross
    run_kernels max neon,neon-dotprod,neon-i8mm "$@"
    run_kernels cortex-a72 neon "$@"
    for target in "${narrow[@]}"; do
        say "type-checking the kernels for $target"
        cross_cargo "$target" check -p glimpse-kernels --quiet
    done
fi

if [ "$what" != kernels ]; then
    for target in "${checked[@]}"; do
        say "type-checking the engine for $target"
        cross_cargo "$target" check -p glimpse-engine --quiet
    done
    # SQLite's C need not be compiled to check types.
    for target in "${phones[@]}"; do
        say "type-checking the app's service for $target"
        LIBSQLITE3_SYS_USE_PKG_CONFIG=1 SQLITE3_LIB_DIR=/ \
            cross_cargo "$target" check -p glimpse-service --quiet
    done
fi
say 'done'
