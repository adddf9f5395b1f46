#!/usr/bin/env bash
# Runs each fuzz target for a number of seconds. Fails on a finding, which stays in fuzz/artifacts.
#
# Usage: scripts/fuzz.sh [SECONDS] [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- read pack clip

export PATH="$PWD/.cache/tools:$PATH"
for target in "$@"; do
    printf 'fuzz: %s for %s s\n' "$target" "$seconds"
    mkdir -p "fuzz/corpus/$target"
    cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 -print_final_stats=1
done
