"""The models and shapes that are timed, and RapidOCR's copies of the models."""
from pathlib import Path

import numpy as np

FILES = {"det": "PP-OCRv6_det_small", "rec": "PP-OCRv6_rec_small"}
CASES = [
    ("det", "640x640", (1, 3, 640, 640)),
    ("det", "736x736", (1, 3, 736, 736)),
    ("rec", "48x320", (1, 3, 48, 320)),
    ("rec", "6x48x320", (6, 3, 48, 320)),
]


def rapidocr_models():
    """The folder inside the rapidocr package that holds the ONNX files."""
    import rapidocr

    return Path(rapidocr.__file__).parent / "models"


def noise(shape):
    """Input between -1 and 1; the run time does not hang on what it shows."""
    return np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)
