"""Makes the pictures that `glimpse-packer calibrate --model find` measures on.

Usage: prepare_find.py COUNT OUT FOLDER...

Takes COUNT photographs of each FOLDER, spread evenly over their names, and writes each to OUT at the
size at which the detector looks at it: the largest multiples of 32 whose product is at most
100 squares of 32, at nearly the photograph's proportions (as `engine/src/find/fit.rs` chooses). Needs pillow.
"""

import math
import pathlib
import sys

from PIL import Image


def size(width, height):
    def worth(columns, rows):
        scales = [math.log(columns * 32 / width), math.log(rows * 32 / height)]
        return min(scales) + 0.25 * max(scales)

    sizes = [(c, r) for r in range(1, 101) for c in range(1, 100 // r + 1)]
    columns, rows = max(sizes, key=lambda s: worth(*s))
    return columns * 32, rows * 32


def main():
    count, out, *folders = sys.argv[1:]
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for folder in map(pathlib.Path, folders):
        paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
        for path in paths[:: max(1, len(paths) // int(count))][: int(count)]:
            image = Image.open(path).convert("RGB")
            image.resize(size(*image.size), Image.BILINEAR).save(out / f"{folder.name}-{path.stem}.png")


main()
