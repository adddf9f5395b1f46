#!/bin/sh
# Stands in for a C compiler and an archiver of phones where types are checked and nothing is linked:
# writes empty results. scripts/check-targets.sh alone names it; no build does.
case ${1:-} in
    # `ar cq library.a object.o ...` and `ar s library.a`
    [a-zA-Z]*) [ -e "$2" ] || printf '!<arch>\n' >"$2" ;;
esac
while [ $# -gt 0 ]; do
    if [ "$1" = -o ] && [ $# -gt 1 ]; then : >"$2"; fi
    shift
done
