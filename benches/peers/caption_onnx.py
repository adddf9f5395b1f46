#!/usr/bin/env python3
"""Run the captioner of an f32 pack on ONNX Runtime, and time it in turn with Glimpse.

usage: caption_onnx.py export PACK.safetensors FOLDER
       caption_onnx.py say FOLDER PACK.safetensors FEATURES.f32
       caption_onnx.py time FOLDER [--int8] [--steps N] [--threads N] [--runs N]
       caption_onnx.py compare FOLDER [--glimpse PROGRAM] [--threads N] [--runs N] [--rounds N]

export writes FOLDER/memory.onnx (features to the keys and values of cross-attention in every layer)
and FOLDER/step.onnx (one token of each row, with kept keys and values), opset 17, and both once more
with weights quantized by ONNX Runtime's dynamic quantization of matrix products. say writes the greedy
caption of features (height, width, channels). compare times thirteen steps, the first of one row, the
others of three (or as many steps as Glimpse int8 takes to end its caption), in processes of their own,
in turn, and prints the medians of medians and the ratio to the fastest. Of ONNX Runtime only the calls of the networks are timed, not the search between them;
Glimpse's time (`glimpse bench-models --model caption`) is that of the whole call. Needs numpy, onnx and
onnxruntime.
"""
import argparse
import json
import statistics
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from pack_models import OPSET, Export, read_pack, session

BEAM, STEPS, WARM_UPS = 3, 13, 5
PLACES = 49


def bytes_of(path, name):
    """The elements of a tensor of bytes."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    start, end = json.loads(data[8 : 8 + length])[name]["data_offsets"]
    return data[8 + length + start : 8 + length + end]


class Decoder(Export):
    """ONNX nodes of the decoder's parts."""

    def __init__(self, graph, tensors, settings):
        super().__init__(graph, tensors)
        self.heads, self.layers = settings["heads"], settings["layers"]
        self.width = tensors["norm.weight"].shape[0]
        self.dim = self.width // self.heads
        self.known = set()

    def tensor(self, name, value=None):
        if name not in self.known:
            self.known.add(name)
            self.constant(name, self.tensors[name] if value is None else value)
        return name

    def linear(self, x, name):
        weight = self.tensor(f"{name}.weight.T", self.tensors[f"{name}.weight"].T)
        return self.add("Add", [self.add("MatMul", [x, weight]), self.tensor(f"{name}.bias")])

    def norm(self, x, name):
        parts = [x, self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")]
        return self.add("LayerNormalization", parts, axis=-1, epsilon=1e-5)

    def split(self, x, parts, output=None):
        """[rows, tokens, parts * width] to parts of [rows, heads, tokens, dim]."""
        shape = self.tensor(f"split.{parts}", np.int64([0, 0, parts * self.heads, self.dim]))
        x = self.add("Transpose", [self.add("Reshape", [x, shape])], perm=[0, 2, 1, 3])
        if parts == 1:
            return [x]
        names = output or [f"part_{self.unique}_{i}" for i in range(parts)]
        sizes = self.tensor(f"sizes.{parts}", np.int64([self.heads] * parts))
        self.nodes.append(helper.make_node("Split", [x, sizes], names, axis=1))
        return names

    def attend(self, q, k, v):
        scale = self.tensor("scale", np.float32(self.dim**-0.5))
        q = self.add("Mul", [q, scale])
        weights = self.add("Softmax", [self.add("MatMul", [q, self.add("Transpose", [k], perm=[0, 1, 3, 2])])], axis=-1)
        mixed = self.add("Transpose", [self.add("MatMul", [weights, v])], perm=[0, 2, 1, 3])
        return self.add("Reshape", [mixed, self.tensor("join", np.int64([0, 0, self.width]))])

    def save(self, path, inputs, outputs):
        value = helper.make_tensor_value_info
        named = lambda values: [value(name, kind, shape) for name, kind, shape in values]
        graph = helper.make_graph(self.nodes, path.stem, named(inputs), named(outputs), self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
        onnx.checker.check_model(model)
        onnx.save(model, path)


def kept(decoder, prefix, rows, tokens):
    shape = [rows, decoder.heads, tokens, decoder.dim]
    return [(f"{prefix}.{l}.{part}", TensorProto.FLOAT, shape)
            for l in range(decoder.layers) for part in ("keys", "values")]


def export_memory(graph, tensors, settings, path):
    d = Decoder(graph, tensors, settings)
    for node in graph["nodes"]:
        d.node(node)
    rows = d.tensor("rows", np.int64([1, d.width, PLACES]))
    x = d.add("Transpose", [d.add("Reshape", [d.names[graph["outputs"][0]], rows])], perm=[0, 2, 1])
    x = d.norm(d.add("Add", [x, d.tensor("memory.position")]), "memory.norm")
    for l in range(d.layers):
        d.split(d.linear(x, f"layers.{l}.cross.kv"), 2, [f"memory.{l}.keys", f"memory.{l}.values"])
    inputs = [(d.names[0], TensorProto.FLOAT, [1, d.channels[0], *graph["input"]["fixed"]])]
    d.save(path, inputs, kept(d, "memory", 1, PLACES))


def export_step(graph, tensors, settings, path):
    d = Decoder(graph, tensors, settings)
    x = d.add("Add", [d.add("Gather", [d.tensor("embedding.weight"), "tokens"], axis=0),
                      d.add("Gather", [d.tensor("position"), "position.index"], axis=0)])
    x = d.add("Unsqueeze", [x, d.tensor("axis", np.int64([1]))])
    for l in range(d.layers):
        name = f"layers.{l}."
        q, k, v = d.split(d.linear(d.norm(x, name + "norm1"), name + "self.qkv"), 3)
        k = d.add("Concat", [f"past.{l}.keys", k], f"next.{l}.keys", axis=2)
        v = d.add("Concat", [f"past.{l}.values", v], f"next.{l}.values", axis=2)
        x = d.add("Add", [x, d.linear(d.attend(q, k, v), name + "self.out")])
        (q,) = d.split(d.linear(d.norm(x, name + "norm2"), name + "cross.q"), 1)
        mixed = d.attend(q, f"memory.{l}.keys", f"memory.{l}.values")
        x = d.add("Add", [x, d.linear(mixed, name + "cross.out")])
        middle = d.add("Relu", [d.linear(d.norm(x, name + "norm3"), name + "ffn.up")])
        x = d.add("Add", [x, d.linear(middle, name + "ffn.down")])
    x = d.norm(x, "norm")
    logits = d.add("MatMul", [x, d.tensor("embedding.weight.T", tensors["embedding.weight"].T)])
    d.add("Add", [logits, d.tensor("logits.bias")], "logits")
    inputs = [("tokens", TensorProto.INT64, ["rows"]), ("position.index", TensorProto.INT64, [1])]
    inputs += kept(d, "past", "rows", "past") + kept(d, "memory", 1, PLACES)
    vocabulary = tensors["logits.bias"].shape[0]
    outputs = [("logits", TensorProto.FLOAT, ["rows", 1, vocabulary])] + kept(d, "next", "rows", "next")
    d.save(path, inputs, outputs)


def export(args):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph, tensors = read_pack(args.pack)
    settings = json.loads(bytes_of(args.pack, "settings"))
    args.folder.mkdir(parents=True, exist_ok=True)
    for name, make in (("memory", export_memory), ("step", export_step)):
        path = args.folder / f"{name}.onnx"
        make(graph, tensors, settings, path)
        quantize_dynamic(path, args.folder / f"{name}.int8.onnx", op_types_to_quantize=["MatMul"],
                         per_channel=True, weight_type=QuantType.QInt8)


class Runner:
    """Both networks; counts the seconds that they run."""

    def __init__(self, folder, kind, threads):
        self.memory = session(folder / f"memory{kind}.onnx", threads)
        self.step_of = session(folder / f"step{kind}.onnx", threads)
        self.input = self.memory.get_inputs()[0]
        self.seconds = 0.0

    def timed(self, run, inputs):
        start = time.perf_counter()
        found = run.run(None, inputs)
        self.seconds += time.perf_counter() - start
        return {o.name: v for o, v in zip(run.get_outputs(), found)}

    def look(self, features):
        self.kept = self.timed(self.memory, {self.input.name: features})
        shape = next(iter(self.kept.values())).shape
        empty = np.zeros((1, shape[1], 0, shape[3]), np.float32)
        self.past = {name.replace("memory", "past"): empty for name in self.kept}
        self.at = 0

    def step(self, tokens, parents):
        past = {name: np.ascontiguousarray(value[parents]) for name, value in self.past.items()}
        index = {"tokens": np.int64(tokens), "position.index": np.int64([self.at])}
        found = self.timed(self.step_of, index | past | self.kept)
        self.past = {name.replace("next", "past"): v for name, v in found.items() if name != "logits"}
        self.at += 1
        return found["logits"][:, 0]


def say(args):
    pieces = bytes_of(args.pack, "vocabulary").decode().split("\n")
    for kind in ("", ".int8"):
        runner = Runner(args.folder, kind, 1)
        _, channels, height, width = runner.input.shape
        features = np.fromfile(args.features, "<f4").reshape(1, height, width, channels).transpose(0, 3, 1, 2)
        runner.look(np.ascontiguousarray(features))
        said, token, total = [], 1, 0.0
        while token != 2 and len(said) < 24:
            (logits,) = runner.step([token], [0])
            logits[[0, 1, 3]] = -np.inf
            token = int(logits.argmax())
            total += float(logits[token] - np.logaddexp.reduce(logits))
            said.append(token)
        print(" ".join(pieces[t] for t in said), f"{total:.6f}")


def measure(args):
    runner = Runner(args.folder, ".int8" if args.int8 else "", args.threads)
    random = np.random.default_rng(1)
    features = random.uniform(-2, 2, runner.input.shape).astype(np.float32)
    taken = []
    for turn in range(WARM_UPS + args.runs):
        runner.seconds = 0.0
        runner.look(features)
        runner.step([1], [0])
        for step in range(1, args.steps):
            parents = [0] * BEAM if step == 1 else [0, 0, 1]
            runner.step(random.integers(4, 1000, BEAM), parents)
        if turn >= WARM_UPS:
            taken.append(runner.seconds * 1000)
    print(json.dumps({"ms_median": statistics.median(taken), "ms_min": min(taken)}))


def compare(args):
    common = ["--threads", str(args.threads), "--runs", str(args.runs)]
    glimpse = [args.glimpse, "bench-models", "--json", "--model", "caption", *common]
    f32 = [*glimpse, "--precision", "f32"]
    first = subprocess.run(glimpse, stdout=subprocess.PIPE, text=True, check=True)
    steps = json.loads(first.stdout.splitlines()[-1])["shape"].split("x")[0]
    common += ["--steps", steps]
    peer = [sys.executable, __file__, "time", str(args.folder), *common]
    commands = {"glimpse int8": glimpse, "glimpse f32": f32,
                "onnxruntime f32": peer, "onnxruntime int8": [*peer, "--int8"]}
    found = {name: [] for name in commands}
    for turn in range(args.rounds):
        for name in list(commands) if turn % 2 == 0 else reversed(commands):
            done = subprocess.run(commands[name], stdout=subprocess.PIPE, text=True, check=True)
            found[name].append(json.loads(done.stdout.splitlines()[-1]))
    medians = {name: statistics.median(r["ms_median"] for r in rows) for name, rows in found.items()}
    least = {name: min(r["ms_min"] for r in rows) for name, rows in found.items()}
    for name in commands:
        shape = found[name][0].get("shape", f"{steps}x{BEAM}")
        print(f"{name:20} {shape:>6} median {medians[name]:8.2f} ms, least {least[name]:8.2f} ms")
    for what, of in (("median", medians), ("least", least)):
        fastest = min(of[name] for name in commands if name.startswith("onnx"))
        print(f"{what}: glimpse int8 is {fastest / of['glimpse int8']:.2f} times as fast as the fastest peer")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)

    def command(name, run, *paths):
        sub = commands.add_parser(name)
        sub.set_defaults(run=run)
        for path in paths:
            sub.add_argument(path, type=Path)
        return sub

    command("export", export, "pack", "folder")
    command("say", say, "folder", "pack", "features")
    timed = command("time", measure, "folder")
    timed.add_argument("--int8", action="store_true")
    timed.add_argument("--steps", type=int, default=STEPS)
    compared = command("compare", compare, "folder")
    compared.add_argument("--glimpse", default="target/release/glimpse")
    compared.add_argument("--rounds", type=int, default=7)
    for sub in (timed, compared):
        sub.add_argument("--threads", type=int, default=2)
        sub.add_argument("--runs", type=int, default=30)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
