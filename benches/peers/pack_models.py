#!/usr/bin/env python3
"""Run the graph of an f32 pack on ONNX Runtime, and time it in turn with Glimpse.

usage: pack_models.py export PACK.safetensors MODEL.onnx
       pack_models.py int8 MODEL.onnx PICTURES MODEL.int8.onnx
       pack_models.py check MODEL.onnx CASE
       pack_models.py time MODEL.onnx [--threads N] [--runs N] [--shape H W]
       pack_models.py compare NETWORK MODEL.onnx [MODEL.int8.onnx] [--glimpse PROGRAM] [--threads N]
                              [--runs N] [--rounds N] [--shape H W]

export writes the graph with the pack's weights, opset 17, channels first; a picture's fourth channel
goes, and the input is real numbers. int8 quantizes as prepare_models.py does, on at most 64 pictures
of a folder, squashed to the model's input. check runs a case that was recorded for `glimpse-packer
verify`. compare runs `glimpse bench-models --model NETWORK` and each ONNX model in a process of its
own, in turn, each round in the other order, and prints medians of the rounds' medians and the ratio
to the fastest peer. Needs numpy, onnx, onnxruntime and, for int8, pillow.
"""
import argparse
import json
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
WARM_UPS = 5
PICTURES = 64


def read_pack(path):
    """The graph of a pack and its tensors."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    meta = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            raw = np.frombuffer(data[8 + length + start : 8 + length + end], dtype="<f4")
            tensors[name] = raw.reshape(entry["shape"])
    return json.loads(meta["glimpse.graph"]), tensors


class Export:
    """Nodes of an ONNX graph as they come to be."""

    def __init__(self, graph, tensors):
        self.graph, self.tensors = graph, tensors
        self.nodes, self.constants = [], []
        self.channels = [v["channels"] for v in graph["values"]]
        self.names = [v["name"] for v in graph["values"]]
        self.unique = 0

    def add(self, op, inputs, output=None, **attributes):
        self.unique += 1
        output = output or f"{op}_{self.unique}"
        self.nodes.append(helper.make_node(op, inputs, [output], name=f"n{self.unique}", **attributes))
        return output

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def activate(self, x, kind, output):
        if kind == "none":
            return self.add("Identity", [x], output) if output and x != output else x
        if kind == "relu6":
            low, high = (self.constant(f"limit_{self.unique}_{v}", np.float32(v)) for v in (0, 6))
            return self.add("Clip", [x, low, high], output)
        if kind == "leaky_relu":
            return self.add("LeakyRelu", [x], output, alpha=0.1)
        if kind == "silu":
            return self.add("Mul", [x, self.add("Sigmoid", [x])], output)
        names = {"relu": "Relu", "sigmoid": "Sigmoid", "hard_swish": "HardSwish"}
        if kind not in names:
            sys.exit(f"pack_models.py: no activation {kind}")
        return self.add(names[kind], [x], output)

    def window(self, window):
        attributes = {"kernel_shape": window["kernel"], "strides": window["stride"]}
        padding = window["padding"]
        if padding == "same":
            return attributes | {"auto_pad": "SAME_UPPER"}
        return attributes | {"pads": padding["explicit"]}

    def conv(self, node, op, x, output):
        name = node["name"]
        weight, bias = self.tensors[name + ".weight"], self.tensors[name + ".bias"]
        if op["depthwise"]:
            weight, group = weight.transpose(2, 0, 1)[:, None], weight.shape[2]
        else:
            weight, group = weight.transpose(0, 3, 1, 2), 1
            if node["inputs"][0] == 0 and self.channels[0] == 4:
                weight = weight[:, :3]
        parts = [x[0], self.constant(name + ".weight", weight), self.constant(name + ".bias", bias)]
        residual = x[1:]
        last = output if op["activation"] == "none" and not residual else None
        y = self.add("Conv", parts, last, group=group, **self.window(op["window"]))
        if op["activation"] != "none":
            y = self.activate(y, op["activation"], None if residual else output)
        return self.add("Add", [y, residual[0]], output) if residual else y

    def enlarge(self, x, factor, mode="nearest", shape="asymmetric"):
        if factor == 1:
            return x
        scales = self.constant(f"scales_{self.unique}", np.float32([1, 1, factor, factor]))
        extra = {"nearest_mode": "floor"} if mode == "nearest" else {}
        return self.add("Resize", [x, "", scales], mode=mode, coordinate_transformation_mode=shape, **extra)

    def node(self, node):
        x = [self.names[i] for i in node["inputs"]]
        output = self.names[node["output"]]
        op = node["op"]
        kind, op = (op, {}) if isinstance(op, str) else next(iter(op.items()))
        if kind == "conv":
            self.conv(node, op, x, output)
        elif kind == "global_avg_pool":
            self.add("GlobalAveragePool", x, output)
        elif kind == "max_pool":
            self.add("MaxPool", x, output, **self.window(op["window"]))
        elif kind == "avg_pool":
            self.add("AveragePool", x, output, **self.window(op["window"]))
        elif kind == "softmax":
            self.add("Softmax", x, output, axis=1)
        elif kind == "activate":
            self.activate(x[0], op["activation"], output)
        elif kind == "add":
            self.add("Add", [x[0], self.enlarge(x[1], op["upsample"])], output)
        elif kind == "concat":
            self.add("Concat", [self.enlarge(*pair) for pair in zip(x, op["upsample"])], output, axis=1)
        elif kind == "bilinear":
            self.add("Identity", [self.enlarge(x[0], 2, "linear", "half_pixel")], output)
        else:
            sys.exit(f"pack_models.py: no operator {kind}")


def export(args):
    graph, tensors = read_pack(args.pack)
    build = Export(graph, tensors)
    for node in graph["nodes"]:
        build.node(node)
    height, width = (side or name for side, name in zip(graph["input"]["fixed"], ("height", "width")))
    channels = 3 if build.channels[0] == 4 else build.channels[0]
    inputs = [helper.make_tensor_value_info(build.names[0], TensorProto.FLOAT, [1, channels, height, width])]
    outputs = [
        helper.make_tensor_value_info(build.names[v], TensorProto.FLOAT, [1, build.channels[v], f"h{v}", f"w{v}"])
        for v in graph["outputs"][: args.outputs]
    ]
    model = helper.make_model(
        helper.make_graph(build.nodes, graph["name"], inputs, outputs, build.constants),
        opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    info = graph["input"]
    shift = info.get("shift", [0, 0, 0])
    for key, value in (("scale", [info["scale"]] * 3), ("offset", [info["offset"] + s for s in shift])):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, json.dumps(value)
    onnx.checker.check_model(model)
    onnx.save(model, args.model)


def session(path, threads=1):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def shape_of(run, free=(320, 320)):
    """The input's name and shape, its height and width `free` where the model fixes none."""
    (value,) = run.get_inputs()
    sides = (side if isinstance(side, int) else other for side, other in zip(value.shape[2:], free))
    return value.name, [1, value.shape[1], *sides]


def normalized(model, rgb):
    """Pixels of shape (height, width, 3) as the model's input."""
    meta = {p.key: np.float32(json.loads(p.value)) for p in onnx.load(model).metadata_props
            if p.key in ("scale", "offset")}
    return (rgb.astype(np.float32) * meta["scale"] + meta["offset"]).transpose(2, 0, 1)[None]


def int8(args):
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process
    from PIL import Image

    name, (_, _, height, width) = shape_of(session(args.model))
    paths = sorted(p for p in args.pictures.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    paths = paths[:: max(1, len(paths) // PICTURES)][:PICTURES]
    pictures = (Image.open(p).convert("RGB").resize((width, height), Image.BILINEAR) for p in paths)
    samples = [{name: normalized(args.model, np.asarray(p))} for p in pictures]

    class Samples(CalibrationDataReader):
        left = iter(samples)

        def get_next(self):
            return next(self.left, None)

    with tempfile.TemporaryDirectory() as scratch:
        ready = Path(scratch) / "ready.onnx"
        quant_pre_process(str(args.model), str(ready), skip_symbolic_shape=True)
        quantize_static(
            str(ready), str(args.quantized), Samples(), quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "MatMul", "Add"], per_channel=True, reduce_range=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)


def check(args):
    info = json.loads((args.case / "input.json").read_text())
    rgb = np.frombuffer((args.case / "input.rgb").read_bytes(), dtype=np.uint8)
    run = session(args.model)
    x = normalized(args.model, rgb.reshape(info["height"], info["width"], 3))
    outputs = run.run(None, {run.get_inputs()[0].name: x})
    found = np.concatenate([y.transpose(0, 2, 3, 1).ravel() for y in outputs])
    expected = np.fromfile(args.case / "output.f32", dtype="<f4")
    found = found[: expected.size]
    print(f"largest difference {np.abs(found - expected).max():.2e}, same best: {found.argmax() == expected.argmax()}")


def measure(args):
    run = session(args.model, args.threads)
    name, shape = shape_of(run, args.shape)
    inputs = {name: np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)}
    taken = []
    for turn in range(WARM_UPS + args.runs):
        start = time.perf_counter()
        run.run(None, inputs)
        if turn >= WARM_UPS:
            taken.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"ms_median": statistics.median(taken), "ms_min": min(taken)}))


def compare(args):
    common = ["--threads", str(args.threads), "--runs", str(args.runs)]
    shape = ["--shape", *map(str, args.shape)]
    glimpse = [args.glimpse, "bench-models", "--json", "--model", args.network, *common]
    commands = {"glimpse int8": glimpse, "glimpse f32": [*glimpse, "--precision", "f32"]}
    for model in args.models:
        commands[f"onnxruntime {Path(model).name}"] = [sys.executable, __file__, "time", model, *common, *shape]
    medians, least = {name: [] for name in commands}, {name: [] for name in commands}
    for turn in range(args.rounds):
        for name in list(commands) if turn % 2 == 0 else reversed(commands):
            done = subprocess.run(commands[name], stdout=subprocess.PIPE, text=True, check=True)
            record = json.loads(done.stdout.splitlines()[-1])
            medians[name].append(record["ms_median"])
            least[name].append(record["ms_min"])
    for name in commands:
        print(f"{name:40} median {statistics.median(medians[name]):8.2f} ms, least {min(least[name]):8.2f} ms")
    peers = [name for name in commands if not name.startswith("glimpse")]
    for what, of in (("median", lambda n: statistics.median(medians[n])), ("least", lambda n: min(least[n]))):
        print(f"{what}: glimpse int8 is {min(of(n) for n in peers) / of('glimpse int8'):.2f} times as fast as the fastest peer")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)

    def command(run, *paths):
        sub = commands.add_parser(run.__name__ if run is not measure else "time")
        sub.set_defaults(run=run)
        for path in paths:
            sub.add_argument(path, type=Path)
        return sub

    command(export, "pack", "model").add_argument("--outputs", type=int, default=1, help="keep only the first")
    command(int8, "model", "pictures", "quantized")
    command(check, "model", "case")
    timed = command(measure, "model")
    compared = command(compare)
    compared.add_argument("network")
    compared.add_argument("models", nargs="+")
    compared.add_argument("--glimpse", default="target/release/glimpse")
    compared.add_argument("--rounds", type=int, default=7)
    for sub in (timed, compared):
        sub.add_argument("--threads", type=int, default=2)
        sub.add_argument("--runs", type=int, default=30)
        sub.add_argument("--shape", type=int, nargs=2, default=(320, 320), help="height and width where they are free")
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
