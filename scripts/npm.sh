#!/usr/bin/env bash
# Runs npm in ui/, with the Node of scripts/node.sh.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root/ui"
npm=$root/.cache/tools/node/lib/node_modules/npm/bin/npm-cli.js
if [ -f "$npm" ]; then
    exec "$root/scripts/node.sh" "$npm" "$@"
fi
exec npm "$@"
