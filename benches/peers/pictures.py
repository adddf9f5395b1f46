"""What the peers' readers share: the pictures of a folder, and bounds on processors."""
import json
import os
import sys
from pathlib import Path

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def pictures(paths):
    """The pictures that the paths name; a folder stands for the pictures in it, by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
        else:
            yield path


def bound_processors(threads):
    """Keep this process on the first `threads` processors that it may use (0: all)."""
    if threads and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def answer(read, paths, serve):
    """Print one JSON object a picture: of `paths`, or of the paths on standard input when serving."""
    if serve:
        print(json.dumps({"ready": True}), flush=True)
    for path in (Path(line.rstrip("\n")) for line in sys.stdin) if serve else pictures(paths):
        try:
            record = read(path)
        except Exception as error:  # Peers raise many types, and one picture must not end the run.
            record = {"image": str(path), "error": {"code": type(error).__name__, "message": str(error)}}
        print(json.dumps(record, ensure_ascii=False), flush=True)
