#!/usr/bin/env bash
# Runs the cargo-deny that scripts/install-deps.sh deny has put in place.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -x .cache/tools/cargo-deny ]; then
    exec .cache/tools/cargo-deny "$@"
fi
exec cargo deny "$@"
