#!/usr/bin/env bash
# Makes the tables of docs/performance.md again: Glimpse against its peers, interleaved in one run.
#
# Usage: benches/run.sh [options of benches/run.py]
# Environment:
#   RECEIPTS  folder with images/ and truth/ (default ../shared/data/receipts; left out if missing)
#   SCORER    script that scores TRUTH RESULTS.jsonl (default ../shared/eval/score_read.py)
#   THREADS   threads of every engine (default 2)
# Everything that it makes goes to .cache/bench; scripts/install-deps.sh installs the rest.
# Wants `make build packs-f32` before.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=.cache/bench
python=$cache/venv/bin/python
RECEIPTS=${RECEIPTS:-../shared/data/receipts}
SCORER=${SCORER:-../shared/eval/score_read.py}
THREADS=${THREADS:-2}
mkdir -p "$cache"

say() { printf 'bench: %s\n' "$*"; }

scripts/install-deps.sh bench
if ! [ -x "$python" ]; then
    python3 -m venv "$cache/venv"
fi
"$python" -m pip install --quiet --disable-pip-version-check -r benches/peers/requirements.txt -r benches/requirements.txt

if ! [ -f "$cache/rendered/index.jsonl" ]; then
    "$python" benches/rendered/render.py "$cache/rendered"
fi

calibration=$cache/rendered
receipts=()
if [ -d "$RECEIPTS/images" ]; then
    calibration=$RECEIPTS/images
    receipts=(--receipts "$RECEIPTS/images")
    [ -f "$SCORER" ] && receipts+=(--truth "$RECEIPTS/truth" --scorer "$SCORER")
else
    say "no receipts in $RECEIPTS: the pipeline table is left out"
fi
say 'preparing the int8 ONNX and MNN models'
"$python" benches/peers/prepare_models.py "$calibration" "$cache/models"
onnx=$("$python" -c 'import importlib.util as u, pathlib; print(pathlib.Path(u.find_spec("rapidocr").origin).parent / "models")')
say 'building the rten runner'
cargo build --release --quiet --manifest-path benches/peers/rten/Cargo.toml

exec python3 benches/run.py --python "$python" --threads "$THREADS" --rendered "$cache/rendered" \
    --prepared "$cache/models" --onnx-folder "$onnx" --output "$cache/results.json" \
    --markdown docs/performance.md "${receipts[@]}" "$@"
