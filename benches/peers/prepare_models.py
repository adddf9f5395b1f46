#!/usr/bin/env python3
"""Make the int8 ONNX models and the MNN models that onnx_models.py times.

usage: prepare_models.py PICTURES_FOLDER OUTPUT_FOLDER

PICTURES_FOLDER holds pictures with text to calibrate on (receipts, the rendered set or both: it is
searched with its subfolders, and --count N are taken at even distances). Writes
MODEL.int8.onnx (ONNX Runtime's static quantization: QDQ, convolutions and matrix products, weights
signed and per channel, activations unsigned, reduced range so that AVX2 without VNNI does not
saturate) and MODEL.mnn (f32). Files that exist are kept.
"""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
import onnx
from onnx import version_converter
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from models import FILES, rapidocr_models
from pictures import SUFFIXES

# Per-channel weights in QDQ form need opset 13.
OPSET = 17
DETECTION_SIDE = 736
LINE_HEIGHT, LINE_WIDTH, LINE_WIDTH_MAX = 48, 320, 960


class Samples(CalibrationDataReader):
    """Network inputs, one at a time."""

    def __init__(self, samples):
        self.left = iter([{"x": s} for s in samples])

    def get_next(self):
        return next(self.left, None)


def normalized(picture):
    """BGR bytes to a batch of one, from -1 to 1."""
    return ((picture.astype(np.float32) / 255 - 0.5) / 0.5).transpose(2, 0, 1)[None]


def detection_input(picture):
    """The picture with its short side at least 736, sides rounded to multiples of 32."""
    height, width = picture.shape[:2]
    scale = max(1.0, DETECTION_SIDE / min(height, width))
    scale = min(scale, 2000 / max(height, width))
    size = [max(32, round(side * scale / 32) * 32) for side in (width, height)]
    return normalized(cv2.resize(picture, size))


def line_crops(engine, picture):
    """The text lines that RapidOCR's detector finds, as recognizer inputs."""
    found = engine(picture, use_det=True, use_cls=False, use_rec=False)
    for quad in [] if found.boxes is None else found.boxes:
        corners = np.float32(quad)
        width = max(np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[2] - corners[3]), 1)
        height = max(np.linalg.norm(corners[0] - corners[3]), np.linalg.norm(corners[1] - corners[2]), 1)
        scaled = int(min(LINE_WIDTH_MAX, max(8, np.ceil(LINE_HEIGHT * width / height))))
        target = np.float32([[0, 0], [scaled, 0], [scaled, LINE_HEIGHT], [0, LINE_HEIGHT]])
        crop = cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, target), (scaled, LINE_HEIGHT))
        line = np.zeros((1, 3, LINE_HEIGHT, max(LINE_WIDTH, scaled)), np.float32)
        line[..., :scaled] = normalized(crop)
        yield line


def calibration(folder, count):
    """Inputs of the detector and of the recognizer."""
    from rapidocr import RapidOCR

    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    if not paths:
        sys.exit(f"prepare_models.py: no pictures in {folder}")
    paths = paths[:: max(1, len(paths) // count)][:count]
    pictures = [cv2.imread(str(p), cv2.IMREAD_COLOR) for p in paths]
    engine = RapidOCR(params={"Global.log_level": "error"})
    lines = [line for p in pictures for line in list(line_crops(engine, p))[:8]]
    return {"det": [detection_input(p) for p in pictures], "rec": lines}


def quantize(source, target, samples):
    with tempfile.TemporaryDirectory() as scratch:
        plain, ready = Path(scratch) / "plain.onnx", Path(scratch) / "ready.onnx"
        onnx.save(version_converter.convert_version(onnx.load(source), OPSET), plain)
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        quantize_static(
            str(ready), str(target), Samples(samples), quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "MatMul"], per_channel=True, reduce_range=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)


def to_mnn(source, target):
    command = [str(Path(sys.executable).with_name("mnnconvert")), "-f", "ONNX", "--modelFile", str(source),
               "--MNNModel", str(target), "--bizCode", "bench"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not target.exists():
        sys.exit(f"prepare_models.py: mnnconvert failed on {source}: {done.stdout}{done.stderr}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--count", type=int, default=16, help="pictures to calibrate on")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    samples = None
    for name, stem in FILES.items():
        source = rapidocr_models() / f"{stem}.onnx"
        int8, mnn = args.output / f"{stem}.int8.onnx", args.output / f"{stem}.mnn"
        if not int8.exists():
            samples = samples or calibration(args.pictures, args.count)
            quantize(source, int8, samples[name])
        if not mnn.exists():
            to_mnn(source, mnn)
        print(f"{int8} {int8.stat().st_size} bytes, {mnn} {mnn.stat().st_size} bytes")


if __name__ == "__main__":
    main()
