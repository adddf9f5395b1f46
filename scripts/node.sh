#!/usr/bin/env bash
# Runs Node: the one that scripts/install-deps.sh node has put in place, else one on the PATH.
set -euo pipefail
tools=$(cd "$(dirname "$0")/.." && pwd)/.cache/tools/node
if [ -x "$tools/bin/node" ]; then
    PATH="$tools/bin:$PATH" exec "$tools/bin/node" "$@"
fi
exec node "$@"
