#!/usr/bin/env python3
"""Read pictures with RapidOCR on ONNX Runtime and print what `glimpse read --json` prints.

usage: rapidocr_read.py [--threads N] [--no-direction] [--settings JSON] IMAGE_OR_FOLDER...
       rapidocr_read.py --serve [--threads N]

One JSON object a line and picture: {"image", "width", "height", "lines": [{"text", "confidence",
"quad"}], "timings_ms": {"total"}, "peak_rss_bytes"}. `total` runs from the file on disk to the
text, models loaded. RapidOCR keeps its default settings; --threads bounds the processors that the
process may use and ONNX Runtime's threads (0, the default, leaves both alone). --serve reads the
paths one a line from standard input and answers each at once, for interleaved timing.
"""
import argparse
import json
import logging
import os
import resource
import sys
import time
from pathlib import Path

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def pictures(paths):
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.suffix.lower() in PICTURES)
        else:
            yield path


def bound_processors(threads):
    """Keep this process on the first `threads` processors that it may use."""
    if threads and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def load(threads, direction, settings):
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    params = {"Global.log_level": "error", **settings}
    if threads:
        params["EngineConfig.onnxruntime.intra_op_num_threads"] = threads
    if not direction:
        params["Global.use_cls"] = False
    return RapidOCR(params=params)


def read(engine, path):
    start = time.perf_counter()
    result = engine(str(path))
    total = (time.perf_counter() - start) * 1000
    lines = []
    if result.txts is not None:
        for quad, text, confidence in zip(result.boxes, result.txts, result.scores):
            lines.append({"text": text, "confidence": round(float(confidence), 4),
                          "quad": [[round(float(v), 1) for v in p] for p in quad]})
    height, width = result.img.shape[:2] if result.img is not None else (0, 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"image": str(path), "width": width, "height": height, "lines": lines,
            "timings_ms": {"total": round(total, 2)}, "peak_rss_bytes": peak}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--no-direction", action="store_true", help="without the text direction model")
    parser.add_argument("--settings", type=json.loads, default={}, help="further RapidOCR settings, as a JSON object")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("paths", nargs="*", type=Path)
    args = parser.parse_args()
    bound_processors(args.threads)
    engine = load(args.threads, not args.no_direction, args.settings)
    paths = (Path(line.rstrip("\n")) for line in sys.stdin) if args.serve else pictures(args.paths)
    if args.serve:
        print(json.dumps({"ready": True}), flush=True)
    for path in paths:
        try:
            record = read(engine, path)
        except Exception as error:  # RapidOCR raises many types; one picture must not end the run.
            record = {"image": str(path), "error": {"code": type(error).__name__, "message": str(error)}}
        print(json.dumps(record, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
