#!/usr/bin/env python3
"""Read pictures with the `tesseract` command and print what `glimpse read --json` prints.

usage: tesseract_read.py [--threads N] [--languages eng+deu] [--psm N] IMAGE_OR_FOLDER...
       tesseract_read.py --serve [--threads N]

One JSON object a line and picture: {"image", "width", "height", "lines": [{"text", "confidence",
"quad"}], "timings_ms": {"total"}, "peak_rss_bytes"}. Tesseract runs with its default settings
unless told otherwise, once for each picture as it is made to; `total` is from its start to its end,
and `peak_rss_bytes` is the highest of its processes so far. --threads bounds the processors that
it may use and its OpenMP threads (0, the default, leaves both alone).
Debian, Ubuntu: apt-get install tesseract-ocr. Standard library only.
"""
import argparse
import collections
import csv
import os
import resource
import subprocess
import time
from pathlib import Path

from pictures import answer, bound_processors


def lines_of(table):
    """Size of the page and its lines, from Tesseract's TSV."""
    words, boxes, size = collections.defaultdict(list), {}, (0, 0)
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        key = tuple(int(row[k]) for k in ("page_num", "block_num", "par_num", "line_num"))
        left, top, width, height = (int(row[k]) for k in ("left", "top", "width", "height"))
        if row["level"] == "1":
            size = (width, height)
        elif row["level"] == "4":
            boxes[key] = [[left, top], [left + width, top], [left + width, top + height], [left, top + height]]
        elif row["level"] == "5" and row["text"].strip():
            words[key].append((row["text"], float(row["conf"])))
    lines = [{"text": " ".join(t for t, _ in w), "confidence": round(sum(c for _, c in w) / len(w) / 100, 4),
              "quad": boxes[key]} for key, w in words.items()]
    return size, lines


def read(path, options, environment):
    command = ["tesseract", str(path), "stdout", *options, "tsv"]
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    total = (time.perf_counter() - start) * 1000
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    (width, height), lines = lines_of(done.stdout)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return {"image": str(path), "width": width, "height": height, "lines": lines,
            "timings_ms": {"total": round(total, 2)}, "peak_rss_bytes": peak}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--languages", help="Tesseract's -l")
    parser.add_argument("--psm", help="Tesseract's --psm")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("paths", nargs="*", type=Path)
    args = parser.parse_args()
    bound_processors(args.threads)
    environment = dict(os.environ) | ({"OMP_THREAD_LIMIT": str(args.threads)} if args.threads else {})
    options = (["-l", args.languages] if args.languages else []) + (["--psm", args.psm] if args.psm else [])
    answer(lambda path: read(path, options, environment), args.paths, args.serve)


if __name__ == "__main__":
    main()
