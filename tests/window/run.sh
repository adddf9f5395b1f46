#!/usr/bin/env bash
# Tests the real window under a virtual display, in a D-Bus session of its own.
# Usage: tests/window/run.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/../.."
GLIMPSE_APP=$(realpath "${1:-target/debug/glimpse-app}")
export GLIMPSE_APP
# A virtual display has no graphics device.
export WEBKIT_DISABLE_DMABUF_RENDERER=1 LIBGL_ALWAYS_SOFTWARE=1 NO_AT_BRIDGE=1
exec dbus-run-session -- xvfb-run --auto-servernum --server-args='-screen 0 1440x900x24' \
    scripts/node.sh --test --test-concurrency=1 --test-timeout=120000 'tests/window/*.test.mjs'
