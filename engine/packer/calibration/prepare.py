"""Makes the pictures that `glimpse-packer calibrate` and `compare` measure on.

Usage: prepare.py MODELS RECEIPTS RENDERED SCENES.tar OUT

MODELS holds PP-OCRv6_det_small.onnx; RECEIPTS is a folder of scanned receipts, RENDERED one of
rendered lines and pages, SCENES.tar an archive of photographs. Writes OUT/{det,rec}-{calibrate,compare}.
Pictures for measuring and for comparing are disjoint. Needs numpy, opencv-python, pillow and
onnxruntime.
"""

import io
import pathlib
import sys
import tarfile

import cv2
import numpy as np
import onnxruntime as ort
from PIL import Image


def fit(image, longest, multiple=32):
    scale = min(1.0, longest / max(image.size))
    sides = [max(multiple, round(side * scale / multiple) * multiple) for side in image.size]
    return image.resize(sides, Image.BILINEAR)


def crops(session, image):
    """Text lines that the detector finds, 48 high."""
    small = fit(image, 960)
    x = np.asarray(small)[:, :, ::-1].astype(np.float32) / 127.5 - 1
    name = session.get_inputs()[0].name
    mask = session.run(None, {name: np.ascontiguousarray(x.transpose(2, 0, 1)[None])})[0][0, 0] > 0.3
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    sx, sy = image.width / small.width, image.height / small.height
    for contour in contours:
        x, y, w, h = cv2.boundingRect(contour)
        if h < 5 or w < h:
            continue
        grow = 0.35 * h
        box = ((x - grow) * sx, (y - grow) * sy, (x + w + grow) * sx, (y + h + grow) * sy)
        box = (max(0, box[0]), max(0, box[1]), min(image.width, box[2]), min(image.height, box[3]))
        yield line(image.crop([round(b) for b in box]))


def line(image):
    width = min(1200, max(48, round(48 * image.width / image.height / 8) * 8))
    return image.resize((width, 48), Image.BILINEAR)


def main():
    models, receipts, rendered, scenes, out = map(pathlib.Path, sys.argv[1:])
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(models / "PP-OCRv6_det_small.onnx"), options)
    count = {"calibrate": 0, "compare": 0}

    def save(kind, use, image):
        folder = out / f"{kind}-{use}"
        folder.mkdir(parents=True, exist_ok=True)
        count[use] += 1
        image.save(folder / f"{count[use]:04}.png")

    uses = ["calibrate", "compare"]
    for index, path in enumerate(sorted(receipts.glob("*.jpg"))[:20]):
        image = Image.open(path).convert("RGB")
        use = uses[index % 2]
        save("det", use, fit(image, [512, 640, 800, 960][index // 2 % 4]))
        for crop in list(crops(session, image))[:: 4][:8]:
            save("rec", use, crop)
    for index, path in enumerate(sorted(rendered.glob("*.png"))):
        image = Image.open(path).convert("RGB")
        use = uses[index // 2 % 2]
        if "-line-" in path.name:
            if image.width > image.height:
                save("rec", use, line(image))
        elif index % 8 == 0:
            save("det", use, fit(image, 640))
    with tarfile.open(scenes) as archive:
        members = [m for m in archive.getmembers() if m.isfile()][:10]
        for index, member in enumerate(members):
            image = Image.open(io.BytesIO(archive.extractfile(member).read())).convert("RGB")
            save("det", uses[index % 2], fit(image, 480))


main()
