"""Check the encoder: top-1 with the 0.875 centre crop on a labelled sample.

usage: check_encoder.py LABELS.jsonl FOLDER [count]
"""
import json
import os
import sys

import torch
from PIL import Image

import data
import lite0


def centre_crop(image):
    """Short side to 256, then the central 224x224."""
    scale = 256 / min(image.size)
    w, h = round(image.width * scale), round(image.height * scale)
    image = image.resize((w, h), Image.BICUBIC)
    x, y = (w - data.SIDE) // 2, (h - data.SIDE) // 2
    return image.crop((x, y, x + data.SIDE, y + data.SIDE))


def main():
    labels, folder = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    net = lite0.load(data.configuration()["paths"]["encoder"])
    with open(labels, encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    rows = rows[::max(1, len(rows) // count)]
    right = 0
    for row in rows:
        image = centre_crop(Image.open(os.path.join(folder, row["image"])).convert("RGB"))
        x = torch.from_numpy(data.pixels(image).copy()).permute(2, 0, 1)[None].float()
        with torch.inference_mode():
            right += int(net((x - 127) / 128).argmax() == row["class"])
    print(f"top-1 {right / len(rows):.3f} of {len(rows)}")


if __name__ == "__main__":
    main()
