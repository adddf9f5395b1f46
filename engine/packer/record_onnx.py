"""Records inputs and ONNX Runtime's outputs for `glimpse-packer verify`.

Usage: record_onnx.py MODEL.onnx KIND FOLDER IMAGE...
KIND is det (sides rounded to 32), rec (48 high) or dir (48 x 192). Needs numpy, pillow and
onnxruntime.
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime as ort
from PIL import Image


def size(kind, image):
    w, h = image.size
    if kind == "det":
        scale = min(1.0, 960 / max(w, h))
        return [max(32, round(side * scale / 32) * 32) for side in (w, h)]
    if kind == "rec":
        return [max(48, min(1600, round(48 * w / h / 8) * 8)), 48]
    return [192, 48]


def main():
    model, kind, folder, *images = sys.argv[1:]
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    for path in map(pathlib.Path, images):
        image = Image.open(path).convert("RGB")
        image = image.resize(size(kind, image), Image.BILINEAR)
        rgb = np.asarray(image)
        x = rgb[:, :, ::-1].astype(np.float32) / 127.5 - 1
        y = session.run(None, {name: np.ascontiguousarray(x.transpose(2, 0, 1)[None])})[0][0]
        if kind == "rec":
            y = np.stack([y.argmax(-1), y.max(-1)], axis=-1)
        case = pathlib.Path(folder) / path.stem
        case.mkdir(parents=True, exist_ok=True)
        (case / "input.rgb").write_bytes(rgb.tobytes())
        (case / "input.json").write_text(json.dumps({"height": image.height, "width": image.width}))
        (case / "output.f32").write_bytes(np.ascontiguousarray(y, dtype=np.float32).tobytes())


main()
