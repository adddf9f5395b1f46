#!/usr/bin/env bash
# Runs the Tauri CLI at the root, with the Node of scripts/node.sh; fetches the CLI once.
set -euo pipefail
cd "$(dirname "$0")/.."
version=2.12.5
tools=$PWD/.cache/tools/tauri-$version
cli=$tools/node_modules/@tauri-apps/cli/tauri.js
if [ ! -f "$cli" ]; then
    scripts/install-deps.sh node
    scripts/npm.sh install --silent --prefix "$tools" "@tauri-apps/cli@$version"
fi
exec scripts/node.sh "$cli" "$@"
