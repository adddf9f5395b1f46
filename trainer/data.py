"""Configuration, captions and pictures."""
import json
import os
import random
import re

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
SIDE = 224


def configuration(path=None):
    """config.json with its paths made absolute; a `local.json` next to it (not committed) overrides paths."""
    with open(path or os.path.join(HERE, "config.json"), encoding="utf-8") as f:
        config = json.load(f)
    local = os.path.join(HERE, "local.json")
    if os.path.exists(local):
        with open(local, encoding="utf-8") as f:
            config["paths"].update(json.load(f))
    config["paths"] = {k: os.path.normpath(os.path.join(HERE, v)) for k, v in config["paths"].items()}
    os.makedirs(config["paths"]["work"], exist_ok=True)
    return config


def words(text):
    """Lower case; letters, digits and apostrophes: the tokens captions are scored by."""
    return re.findall(r"[a-z0-9']+", text.lower())


def captions(path):
    """[(image name, [caption as a list of words])] of a .jsonl split."""
    with open(path, encoding="utf-8") as f:
        rows = [json.loads(line) for line in f if line.strip()]
    return [(r["image"], [words(c) for c in r["captions"]]) for r in rows]


def picture(folder, name):
    """A picture as RGB, squashed to 224x224."""
    image = Image.open(os.path.join(folder, name)).convert("RGB")
    return image if image.size == (SIDE, SIDE) else image.resize((SIDE, SIDE), Image.BILINEAR)


def augment(image, rng: random.Random, min_area):
    """A random view: a crop of at least `min_area` resized back, mirrored half of the time, colours jittered."""
    area = rng.uniform(min_area, 1.0)
    ratio = rng.uniform(0.85, 1.18)
    w = min(SIDE, SIDE * (area * ratio) ** 0.5)
    h = min(SIDE, SIDE * (area / ratio) ** 0.5)
    x, y = rng.uniform(0, SIDE - w), rng.uniform(0, SIDE - h)
    image = image.resize((SIDE, SIDE), Image.BILINEAR, box=(x, y, x + w, y + h))
    if rng.random() < 0.5:
        image = ImageOps.mirror(image)
    if rng.random() < 0.8:
        image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.75, 1.25))
        image = ImageEnhance.Contrast(image).enhance(rng.uniform(0.8, 1.2))
        image = ImageEnhance.Color(image).enhance(rng.uniform(0.7, 1.3))
    return image


def view(image, index, name, seed, min_area):
    """View `index` of a picture: 0 plain, 1 mirrored, others random but the same for the same seed."""
    if index == 0:
        return image
    if index == 1:
        return ImageOps.mirror(image)
    return augment(image, random.Random(f"{seed}/{index}/{name}"), min_area)


def pixels(image):
    """[224, 224, 3] u8."""
    return np.asarray(image, dtype=np.uint8)
