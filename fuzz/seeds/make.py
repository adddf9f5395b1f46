#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets: small pictures of each format, small packs, and small clips.

Needs Pillow. Run it again when the pack format or the graph changes.
"""

import hashlib
import json
import shutil
import struct
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent


def pictures():
    """A word on a small ground, in each format that the engine decodes."""
    folder = HERE / "read"
    folder.mkdir(exist_ok=True)
    picture = Image.new("RGB", (72, 28), (250, 248, 240))
    ImageDraw.Draw(picture).text((4, 4), "Fuzz 42", font=ImageFont.load_default(16), fill=(20, 30, 60))
    for name, mode, options in (
        ("rgb.png", "RGB", {}),
        ("palette.png", "P", {}),
        ("grey.png", "L", {}),
        ("alpha.png", "RGBA", {}),
        ("bit.png", "1", {}),
        ("plain.jpg", "RGB", {"quality": 60}),
        ("progressive.jpg", "RGB", {"quality": 60, "progressive": True}),
        ("cmyk.jpg", "CMYK", {"quality": 60}),
        ("plain.gif", "P", {}),
        ("plain.bmp", "RGB", {}),
        ("lossy.webp", "RGB", {"quality": 50}),
        ("lossless.webp", "RGBA", {"lossless": True}),
        ("deflate.tif", "RGB", {"compression": "tiff_adobe_deflate"}),
        ("lzw.tif", "L", {"compression": "tiff_lzw"}),
    ):
        picture.convert(mode).save(folder / name, **options)
    turned = Image.Exif()
    turned[0x0112] = 6
    picture.save(folder / "turned.jpg", quality=60, exif=turned)
    narrow = picture.crop((0, 0, 40, 24))
    (folder / "raw").write_bytes(b"RAW" + bytes([39, 23]) + narrow.tobytes())


def pack(nodes, values, tensors):
    """The bytes of a pack with a graph of `nodes` and `values`; `tensors` are (name, dtype, shape)."""
    size = {"F32": 4, "I8": 1, "U8": 1}
    graph = {
        "name": "ocr-det",
        "input": {"scale": 0.00784, "offset": -1.0, "multiple_of": [32, 32], "fixed": [0, 0]},
        "values": values,
        "nodes": nodes,
        "outputs": [len(values) - 1],
    }
    header = {"id": "ocr-det-int8", "precision": "int8", "licence": "MIT", "provenance": "a seed", "calibration": "none"}
    entries = {
        "__metadata__": {
            "glimpse.format": "1",
            "glimpse.graph": json.dumps(graph),
            "glimpse.header": json.dumps(header),
            "glimpse.sha256": "0" * 64,
        }
    }
    body = b""
    for name, dtype, shape in sorted(tensors, key=lambda t: (t[1] != "F32", t[0])):
        count = 1
        for side in shape:
            count *= side
        start = len(body)
        body += struct.pack(f"<{count}f", *([0.01] * count)) if dtype == "F32" else bytes(count * size[dtype])
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, len(body)]}
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = struct.pack("<Q", len(text)) + text + body
    digest = hashlib.sha256(data).hexdigest().encode()
    return data.replace(b'"glimpse.sha256":"' + b"0" * 64, b'"glimpse.sha256":"' + digest)


def conv(name, inputs, output, kernel=1, stride=1, depthwise=False, activation="relu"):
    """A convolution node with zero padding."""
    pad = kernel // 2
    window = {"kernel": [kernel] * 2, "stride": [stride] * 2, "padding": {"explicit": [pad] * 4}}
    op = {"conv": {"window": window, "depthwise": depthwise, "activation": activation}}
    return {"name": name, "op": op, "inputs": inputs, "output": output}


def packs():
    """A few small graphs, quantized and not."""
    folder = HERE / "pack"
    folder.mkdir(exist_ok=True)
    quant = {"scale": 0.02, "zero_point": 128}

    def weights(name, shape):
        out = shape[-1] if len(shape) == 3 else shape[0]
        return [(f"{name}.weight", "I8", shape), (f"{name}.scale", "F32", [out]), (f"{name}.bias", "F32", [out])]

    source = {"name": "input", "channels": 4, "quant": {"scale": 0.00784, "zero_point": 128}}
    (folder / "conv").write_bytes(
        pack(
            [conv("a", [0], 1, kernel=3, stride=2), conv("b", [1], 2, activation="sigmoid")],
            [source, {"name": "v1", "channels": 8, "quant": quant}, {"name": "v2", "channels": 1}],
            weights("a", [8, 3, 3, 4]) + weights("b", [1, 1, 1, 8]),
        )
    )
    (folder / "depthwise").write_bytes(
        pack(
            [conv("a", [0], 1), conv("d", [1], 2, kernel=3, depthwise=True), conv("b", [2, 1], 3, activation="gelu")],
            [source] + [{"name": f"v{i}", "channels": 8, "quant": quant} for i in (1, 2, 3)],
            weights("a", [8, 1, 1, 4]) + weights("d", [3, 3, 8]) + weights("b", [8, 1, 1, 8]),
        )
    )
    squeeze = {"name": "s", "op": {"squeeze_excite": {"slope": 0.2, "residual": False}}, "inputs": [1], "output": 2}
    add = {"name": "p", "op": {"add": {"upsample": 1}}, "inputs": [1, 2], "output": 3}
    deconv = {"name": "u", "op": {"deconv": {"stride": 2, "activation": "sigmoid"}}, "inputs": [3], "output": 4}
    gates = [
        ("s.reduce.weight", "F32", [2, 8]),
        ("s.reduce.bias", "F32", [2]),
        ("s.expand.weight", "F32", [8, 2]),
        ("s.expand.bias", "F32", [8]),
    ]
    (folder / "neck").write_bytes(
        pack(
            [conv("a", [0], 1), squeeze, add, deconv],
            [source] + [{"name": f"v{i}", "channels": 8, "quant": quant} for i in (1, 2, 3)]
            + [{"name": "v4", "channels": 1, "quant": {"scale": 1 / 255, "zero_point": 0}}],
            weights("a", [8, 1, 1, 4]) + weights("u", [1, 2, 2, 8]) + gates,
        )
    )


def clips():
    """The smallest of the clips that the tests of glimpse-camera play."""
    folder = HERE / "clip"
    folder.mkdir(exist_ok=True)
    drawn = HERE.parent.parent / "engine/camera/tests/clips"
    for name in (
        "mono.y4m",
        "422.y4m",
        "opendml.avi",
        "delays.gif",
        "delays.webp",
        "clear.webp",
        "delays.png",
        "substitute.png",
        "gaps.mp4",
        "cut.mp4",
        "fragments.mp4",
        "turned.mp4",
    ):
        shutil.copyfile(drawn / name, folder / name)


if __name__ == "__main__":
    pictures()
    packs()
    clips()
