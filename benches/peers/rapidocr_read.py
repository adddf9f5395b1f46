#!/usr/bin/env python3
"""Read pictures with RapidOCR on ONNX Runtime and print what `glimpse read --json` prints.

usage: rapidocr_read.py [--threads N] [--no-direction] [--settings JSON] IMAGE_OR_FOLDER...
       rapidocr_read.py --serve [--threads N] [--no-direction]

One JSON object a line and picture: {"image", "width", "height", "lines": [{"text", "confidence",
"quad"}], "timings_ms": {"total"}, "peak_rss_bytes"}. `total` runs from the file on disk to the
text, models loaded. RapidOCR keeps its default settings; --threads bounds the processors that the
process may use and ONNX Runtime's threads (0, the default, leaves both alone). --serve reads the
paths one a line from standard input and answers each at once, for interleaved timing.
"""
import argparse
import json
import logging
import resource
import time
from pathlib import Path

from pictures import answer, bound_processors


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
    answer(lambda path: read(engine, path), args.paths, args.serve)


if __name__ == "__main__":
    main()
