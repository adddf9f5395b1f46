"""EfficientNet-Lite0 with its published weights in PyTorch: what Glimpse's is compared with.

Usage: lite0.py record WEIGHTS.pth FOLDER IMAGE...   records a case for `glimpse-packer verify`
       lite0.py tags WEIGHTS.pth IMAGES              prints results for score_tags.py

Needs numpy, pillow and torch.
"""

import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

# Blocks, side of the kernel, stride, expansion, channels in and out.
STAGES = [
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
]


class Lite0:
    def __init__(self, path):
        self.weights = torch.load(path, map_location="cpu")

    def conv(self, x, conv, norm, stride=1, groups=1, relu=True):
        weight = self.weights[conv + ".weight"].contiguous()
        side, out = weight.shape[-1], -(-x.shape[-1] // stride)
        total = max((out - 1) * stride + side - x.shape[-1], 0)
        x = F.pad(x, (total // 2, total - total // 2) * 2)
        x = F.conv2d(x, weight, stride=stride, groups=groups)
        part = lambda name: self.weights[f"{norm}.{name}"]
        x = F.batch_norm(x, part("running_mean"), part("running_var"), part("weight"), part("bias"), eps=1e-3)
        return F.relu6(x) if relu else x

    def __call__(self, x):
        x = self.conv(x, "_conv_stem", "_bn0", stride=2)
        index = 0
        for repeat, _, stride, expand, into, out in STAGES:
            for i in range(repeat):
                block, first = f"_blocks.{index}.", i == 0
                y = self.conv(x, block + "_expand_conv", block + "_bn0") if expand > 1 else x
                y = self.conv(
                    y, block + "_depthwise_conv", block + "_bn1", stride if first else 1, groups=y.shape[1]
                )
                y = self.conv(y, block + "_project_conv", block + "_bn2", relu=False)
                x = y if first and (stride > 1 or into != out) else x + y
                index += 1
        x = self.conv(x, "_conv_head", "_bn1").mean((2, 3))
        return F.linear(x, self.weights["_fc.weight"], self.weights["_fc.bias"])


def tensor(image):
    x = (np.asarray(image, dtype=np.float32) - 127) / 128
    return torch.from_numpy(x.transpose(2, 0, 1)[None].copy())


def centre(path):
    """The square in the middle, 7/8 of the shorter side, as `glimpse tags` looks at it."""
    image = Image.open(path).convert("RGB")
    half = min(image.size) * 0.4375
    x, y = image.width / 2, image.height / 2
    return image.resize((224, 224), Image.BILINEAR, box=(x - half, y - half, x + half, y + half))


def record(model, folder, images):
    for path in map(pathlib.Path, images):
        image = centre(path)
        case = pathlib.Path(folder) / path.stem
        case.mkdir(parents=True, exist_ok=True)
        (case / "input.rgb").write_bytes(np.asarray(image).tobytes())
        (case / "input.json").write_text(json.dumps({"height": 224, "width": 224}))
        (case / "output.f32").write_bytes(model(tensor(image)).softmax(-1)[0].numpy().tobytes())


def tags(model, folder):
    for path in sorted(pathlib.Path(folder).iterdir()):
        best = model(tensor(centre(path))).softmax(-1)[0].topk(5)
        found = [{"label": "", "class": int(c), "score": float(s)} for s, c in zip(best.values, best.indices)]
        print(json.dumps({"image": path.name, "tags": found}))


@torch.inference_mode()
def main():
    what, weights, *rest = sys.argv[1:]
    model = Lite0(weights)
    if what == "record":
        record(model, rest[0], rest[1:])
    else:
        tags(model, rest[0])


main()
