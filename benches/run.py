#!/usr/bin/env python3
"""Measure Glimpse and its peers in one run, interleaved, and write the tables.

usage: run.py --python PYTHON --prepared FOLDER [options]

The peers run with PYTHON, in which benches/peers/requirements.txt is installed; benches/run.sh sets
all of it up. Parts, chosen with --parts (default: all that their arguments allow):

  pipeline  the whole pipeline on --receipts FOLDER, in rounds of a few pictures: each round gives
            the same pictures to every engine in turn, so that drift of the machine meets all alike.
  rendered  accuracy on the set that rendered/render.py wrote to --rendered FOLDER.
  models    the detector and recognizer alone, at 1 and at --threads threads, engines in turn.
  cold      process start to text of one small picture.

Raw figures go to --output (JSON; parts that do not run keep theirs, with their date), tables into --markdown between its lines `<!-- bench:begin -->`
and `<!-- bench:end -->`. Standard library only.
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import tables

HERE = Path(__file__).parent
PICTURES = {".jpg", ".jpeg", ".png"}


class Peer:
    """A reader that stays loaded and answers one path at a time."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if not self.answer().get("ready"):
            raise RuntimeError(f"{command} did not start")

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended early")
        return json.loads(line)

    def read(self, paths):
        for path in paths:
            self.process.stdin.write(f"{path}\n")
            self.process.stdin.flush()
            yield self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def glimpse_read(glimpse, paths, threads, precision):
    """The records of one `glimpse read` over the paths: models are loaded once, as for the peers."""
    command = [glimpse, "read", "--json", "--threads", str(threads), "--precision", precision, *map(str, paths)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]


def pictures_of(folder):
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in PICTURES)


def readers(args):
    """Each engine's name and how it reads a list of pictures, and the peers to close at the end."""
    peers, threads = HERE / "peers", ("--threads", str(args.threads))
    rapidocr = [args.python, str(peers / "rapidocr_read.py"), "--serve", *threads]
    served = {
        "rapidocr": rapidocr,
        "rapidocr without direction model": [*rapidocr, "--no-direction"],
        "tesseract": [sys.executable, str(peers / "tesseract_read.py"), "--serve", *threads],
    }
    engines = {f"glimpse {precision}": partial(glimpse_read, args.glimpse, threads=args.threads, precision=precision)
               for precision in ("int8", "f32") if chosen(args, f"glimpse {precision}")}
    started = {name: Peer(command) for name, command in served.items() if chosen(args, name)}
    return engines | {name: peer.read for name, peer in started.items()}, list(started.values())


def chosen(args, name):
    return not args.engines or name in args.engines.split(",")


def pipeline(args):
    """Times, memory and accuracy of each engine over the receipts."""
    paths = pictures_of(args.receipts)[: args.limit or None]
    engines, open_peers = readers(args)
    records = {name: [] for name in engines}
    warm = paths[:1]
    for read in engines.values():
        list(read(warm))
    for start in range(0, len(paths), args.chunk):
        chunk = paths[start : start + args.chunk]
        order = list(engines)
        # Every other round runs backwards, so that no engine always follows the same one.
        for name in order if start // args.chunk % 2 == 0 else reversed(order):
            records[name] += engines[name](chunk)
        print(f"pipeline: {min(start + args.chunk, len(paths))} of {len(paths)}", file=sys.stderr)
    for peer in open_peers:
        peer.close()
    return {name: pipeline_summary(args, name, found) for name, found in records.items()}


def pipeline_summary(args, name, records):
    failed = [r["image"] for r in records if "error" in r]
    times = [r["timings_ms"]["total"] for r in records if "error" not in r]
    summary = {
        "pictures": len(records), "failed": failed, "ms": times,
        "ms_median": statistics.median(times) if times else None,
        "ms_mean": statistics.fmean(times) if times else None,
        "peak_rss_bytes": max((r["peak_rss_bytes"] for r in records if "error" not in r), default=None),
    }
    if args.scorer and args.truth:
        results = args.output.with_name(f"{name.replace(' ', '-')}.jsonl")
        results.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
        summary["score"] = score_pipeline(args, records, results)
    return summary


def score_pipeline(args, records, results):
    """The scorer's figures, against the truth of the pictures that were given."""
    with tempfile.TemporaryDirectory() as truth:
        for stem in {Path(r["image"]).stem for r in records}:
            shutil.copy(args.truth / f"{stem}.txt", truth)
        return run_json([sys.executable, args.scorer, truth, results])


def run_json(command):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def rendered(args):
    """Character accuracy of each engine on the rendered set."""
    read = HERE / "peers" / "rapidocr_read.py"
    rapidocr = [args.python, read, "--threads", str(args.threads), args.rendered]
    glimpse = [args.glimpse, "read", "--json", "--threads", str(args.threads)]
    commands = {
        "glimpse int8": [*glimpse, "--precision", "int8", args.rendered],
        "glimpse f32": [*glimpse, "--precision", "f32", args.rendered],
        "rapidocr": rapidocr,
        "rapidocr without direction model": [*rapidocr, "--no-direction"],
    }
    commands = {name: command for name, command in commands.items() if chosen(args, name)}
    result = {}
    for name, command in commands.items():
        lines = args.output.with_name(f"rendered-{name.replace(' ', '-')}.jsonl")
        start = time.perf_counter()
        with open(lines, "w", encoding="utf-8") as out:
            subprocess.run([str(c) for c in command], stdout=out, stderr=subprocess.DEVNULL, check=False)
        seconds = time.perf_counter() - start
        score = run_json([sys.executable, HERE / "rendered" / "score.py", "--json", args.rendered, lines])
        result[name] = {"seconds": seconds, "score": score}
        print(f"rendered: {name} {score['all']['accuracy']:.4f}", file=sys.stderr)
    return result


def models(args):
    """Latency of the networks alone: rounds of a few runs, engines in turn."""
    onnx = [args.python, HERE / "peers" / "onnx_models.py", "--runs", args.runs]
    rten = HERE / "peers" / "rten" / "target" / "release" / "rten-bench"
    rounds = []
    for threads in sorted({1, args.threads}):
        commands = {
            **{f"glimpse {precision}": [args.glimpse, "bench-models", "--json", "--threads", threads,
                                        "--runs", args.runs, "--precision", precision] for precision in ("int8", "f32")},
            **{name: [*onnx, "--threads", threads, "--runtime", name, args.prepared]
               for name in ("ort-f32", "ort-int8", "mnn-f32")},
        }
        if rten.exists():
            commands["rten"] = [rten, args.onnx_folder, threads, args.runs]
        commands = {name: command for name, command in commands.items() if chosen(args, name)}
        for turn in range(args.rounds):
            for name in list(commands) if turn % 2 == 0 else list(reversed(commands)):
                rounds += model_records(name, commands[name], turn)
            print(f"models: {threads} threads, round {turn + 1} of {args.rounds}", file=sys.stderr)
    return merge_rounds(rounds)


def model_records(name, command, turn):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(f"models: {name} failed: {done.stderr.strip()[-300:]}", file=sys.stderr)
    for line in done.stdout.splitlines():
        # MNN prints about itself on standard output.
        if line.startswith("{"):
            yield json.loads(line) | {"engine": name, "round": turn}


def merge_rounds(rounds):
    """One record an engine, model, shape and thread count: median of the rounds' medians, least of their least."""
    groups = {}
    for r in rounds:
        groups.setdefault((r["engine"], r["model"], r["shape"], r["threads"]), []).append(r)
    merged = []
    for (engine, model, shape, threads), members in groups.items():
        timed = [m for m in members if "ms_median" in m]
        record = {"engine": engine, "model": model, "shape": shape, "threads": threads, "rounds": len(timed)}
        if timed:
            record["ms_median"] = statistics.median(m["ms_median"] for m in timed)
            record["ms_min"] = min(m["ms_min"] for m in timed)
            record["macs"] = timed[0].get("macs")
        else:
            record["error"] = members[0].get("error")
        merged.append(record)
    return merged


def cold(args):
    """Milliseconds from the start of a process to its end, for one small picture."""
    candidates = pictures_of(args.rendered) if args.rendered else pictures_of(args.receipts)
    picture = next((p for p in candidates if "-line-" in p.name), candidates[0])
    commands = {
        "glimpse int8": ([args.glimpse, "read", "--json", "--threads", args.threads, picture], 20),
        "tesseract": (["tesseract", picture, "stdout"], 10),
        "rapidocr": ([args.python, HERE / "peers" / "rapidocr_read.py", "--threads", args.threads, picture], 3),
    }
    commands = {name: command for name, command in commands.items() if chosen(args, name)}
    times = {name: [] for name in commands}
    for turn in range(max(n for _, n in commands.values())):
        for name, (command, n) in commands.items():
            if turn < n:
                start = time.perf_counter()
                subprocess.run([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
                times[name].append((time.perf_counter() - start) * 1000)
    return {"picture": picture.name,
            "engines": {name: {"runs": len(t), "ms": t, "ms_median": statistics.median(t)} for name, t in times.items()}}


def machine():
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(l.split(":", 1)[1].strip() for l in lines if l.startswith("model name"))
    except (OSError, StopIteration):
        pass
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"cpu": model, "processors": os.cpu_count(), "system": f"{platform.system()}, {platform.machine()}, {' '.join(platform.libc_ver())}", "load_at_start": load,
            "date": time.strftime("%Y-%m-%d")}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--glimpse", default="target/release/glimpse")
    parser.add_argument("--python", default=sys.executable, help="Python that has the peers")
    parser.add_argument("--parts", default="pipeline,rendered,models,cold")
    parser.add_argument("--engines", help="only these, for example `glimpse int8,rapidocr`")
    parser.add_argument("--receipts", type=Path, help="folder of pictures for the pipeline")
    parser.add_argument("--truth", type=Path, help="their transcriptions")
    parser.add_argument("--scorer", type=Path, help="script that scores TRUTH RESULTS.jsonl and prints JSON")
    parser.add_argument("--rendered", type=Path)
    parser.add_argument("--prepared", type=Path, help="what peers/prepare_models.py wrote")
    parser.add_argument("--onnx-folder", type=Path, help="folder of the ONNX models")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=0, help="at most this many receipts")
    parser.add_argument("--chunk", type=int, default=5, help="pictures a round of the pipeline")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the models")
    parser.add_argument("--runs", type=int, default=5, help="runs a round of the models")
    parser.add_argument("--output", type=Path, default=Path(".cache/bench/results.json"))
    parser.add_argument("--markdown", type=Path)
    return parser.parse_args()


def main():
    args = parse_arguments()
    args.output.parent.mkdir(parents=True, exist_ok=True)
    needs = {"pipeline": args.receipts, "rendered": args.rendered, "models": args.prepared,
             "cold": args.rendered or args.receipts}
    results = json.loads(args.output.read_text()) if args.output.exists() else {}
    conditions = results.setdefault("conditions", {})
    for part in args.parts.split(","):
        if not needs[part]:
            print(f"{part}: skipped, its folder was not given", file=sys.stderr)
            continue
        conditions[part] = machine() | {"threads": args.threads}
        results[part] = {"pipeline": pipeline, "rendered": rendered, "models": models, "cold": cold}[part](args)
        args.output.write_text(json.dumps(results, indent=1) + "\n")
    text = tables.write(results)
    if args.markdown:
        tables.insert(args.markdown, text)
    print(text)


if __name__ == "__main__":
    main()
