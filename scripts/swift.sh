#!/usr/bin/env bash
# Runs a command, in this repository, where Swift is.
#
# Usage: scripts/swift.sh COMMAND [ARGUMENT...]
#
# A Swift of the machine itself (swiftc) is used as it is. Otherwise the command runs in the system folder that
# `scripts/install-deps.sh swift` unpacks Debian's Swift into (.cache/swift): under chroot, with this checkout at the
# path that it has here. Changing the root and mounting need root, or sudo.
#
# Exits with 3 where there is no Swift, with what the command exits with otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'swift: %s\n' "$*" >&2; }

if [ $# -eq 0 ]; then
    say 'no command; see the head of scripts/swift.sh'
    exit 2
fi

command -v swiftc >/dev/null && exec "$@"

root=$PWD/.cache/swift
if [ ! -e "$root/usr/bin/swiftc" ]; then
    say 'there is no swiftc, nor .cache/swift: run scripts/install-deps.sh swift'
    exit 3
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        say 'needs root, or sudo without a password, to change the root to .cache/swift'
        exit 3
    fi
    as_root=(sudo -n)
fi

in_namespace=(unshare --mount --pid --fork --kill-child)
if ! "${as_root[@]}" "${in_namespace[@]}" true 2>/dev/null; then
    say 'this machine lets nobody mount anything (a container without the right to?), which .cache/swift needs'
    exit 3
fi

# shellcheck disable=SC2016
exec "${as_root[@]}" "${in_namespace[@]}" bash -euc '
    root=$1 checkout=$2 who=$3
    shift 3
    mkdir -p "$root$checkout" "$root/proc" "$root/dev"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --bind "$checkout" "$root$checkout"
    exec chroot --userspec="$who" "$root" /usr/bin/env -i HOME=/tmp LANG=C.UTF-8 \
        PATH=/usr/libexec/swift/bin:/usr/bin bash -euc "cd \"\$1\"; shift; exec \"\$@\"" inside "$checkout" "$@"
' outside "$root" "$PWD" "$(id -u):$(id -g)" "$@"
