#!/usr/bin/env python3
"""Time the detector and the recognizer on ONNX Runtime or MNN.

usage: onnx_models.py --runtime ort-f32|ort-int8|mnn-f32 [--threads N] [--runs N] PREPARED_FOLDER

PREPARED_FOLDER is what prepare_models.py wrote. Prints one JSON object a line, model and shape, as
`glimpse bench-models --json` does: {"runtime", "model", "shape", "precision", "threads",
"ms_median", "ms_min", "runs"}. A shape that a runtime cannot run has "error" in place of times.
"""
import argparse
import json
import statistics
import time
from pathlib import Path

from models import CASES, FILES, noise, rapidocr_models

WARM_UPS = 2


def onnx_runtime(path, shape, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    inputs = {session.get_inputs()[0].name: noise(shape)}
    return lambda: session.run(None, inputs)


def mnn(path, shape, threads):
    import MNN

    network = MNN.Interpreter(str(path))
    session = network.createSession({"backend": "CPU", "numThread": threads, "precision": "high"})
    tensor = network.getSessionInput(session)
    network.resizeTensor(tensor, shape)
    network.resizeSession(session)
    data = MNN.Tensor(shape, MNN.Halide_Type_Float, noise(shape), MNN.Tensor_DimensionType_Caffe)

    def run():
        tensor.copyFrom(data)
        network.runSession(session)
        result = network.getSessionOutput(session)
        host = MNN.Tensor(result.getShape(), MNN.Halide_Type_Float, MNN.Tensor_DimensionType_Caffe)
        result.copyToHostTensor(host)
        return host

    return run


def times(run, runs):
    """Milliseconds of each run after the warm-ups."""
    for _ in range(WARM_UPS):
        run()
    result = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        result.append((time.perf_counter() - start) * 1000)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runtime", choices=["ort-f32", "ort-int8", "mnn-f32"], required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("prepared", type=Path)
    args = parser.parse_args()
    load, folder, suffix = {
        "ort-f32": (onnx_runtime, rapidocr_models(), ".onnx"),
        "ort-int8": (onnx_runtime, args.prepared, ".int8.onnx"),
        "mnn-f32": (mnn, args.prepared, ".mnn"),
    }[args.runtime]
    for model, shape_name, shape in CASES:
        record = {"runtime": args.runtime, "model": model, "shape": shape_name,
                  "precision": args.runtime.split("-")[1], "threads": args.threads, "runs": args.runs}
        try:
            taken = times(load(folder / (FILES[model] + suffix), shape, args.threads), args.runs)
            record |= {"ms_median": round(statistics.median(taken), 3), "ms_min": round(min(taken), 3)}
        except Exception as error:  # A runtime that refuses a model is a finding, not the end of the run.
            record["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
