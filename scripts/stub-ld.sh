#!/usr/bin/env bash
# Stands in for the NDK's linker driver where nothing but the check of a link is wanted: links by
# rustc's own LLD, against libraries of Android that are linker scripts without content, so that what
# they should have stays undefined and can be listed. scripts/check-targets.sh alone names it; what
# it links does not run.
set -euo pipefail

stubs=$(mktemp -d)
trap 'rm -rf "$stubs"' EXIT
for name in c m dl log android jnigraphics gcc; do printf '/* nothing */\n' >"$stubs/lib$name.so"; done
printf '!<arch>\n' >"$stubs/libunwind.a"
cp "$stubs/libc.so" "$stubs/libsqlite3.so"

arguments=()
for argument in "$@"; do
    case $argument in
        -Wl,*)
            IFS=, read -ra parts <<<"${argument#-Wl,}"
            arguments+=("${parts[@]}")
            ;;
        # What only the driver of a C compiler understands.
        -m* | -fuse-ld=* | -no-pie | -nodefaultlibs | -nostartfiles | -static-libgcc | --target=*) ;;
        *) arguments+=("$argument") ;;
    esac
done
lld=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld
"$lld" -flavor gnu "${arguments[@]}" -L "$stubs"
