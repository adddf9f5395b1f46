#!/usr/bin/env python3
"""Asks a `glimpse serve` from many clients at once, and reports what they got and what memory it took.

    benches/load.py [--clients 200] [--seconds 60] [--program target/release/glimpse] [--json]

It starts the server itself, on a free port of loopback, without library. Each client keeps asking, one
request after another, in turn: find objects on a picture, open it, look at it, close it, ask for the
settings. A proper answer is what was asked for, or 503 with Retry-After, after which the client waits.
Anything else counts as lost, and the exit status is 1.
"""

import argparse
import collections
import http.client
import json
import pathlib
import random
import re
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURES = ["photos/cat.jpg", "photos/coffee.jpg", "sign.jpg", "receipt.jpg"]


def memory(pid):
    """Resident memory of a process in bytes, now and at most."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return tuple(int(re.search(rf"{key}:\s+(\d+) kB", status)[1]) * 1024 for key in ("VmRSS", "VmHWM"))


class Client(threading.Thread):
    """Asks until the time is over."""

    def __init__(self, port, until, pictures, seed):
        super().__init__()
        self.port, self.until, self.pictures = port, until, pictures
        self.random = random.Random(seed)
        self.counts = collections.Counter()
        self.times = []
        self.lost = []
        self.connection = None

    def run(self):
        while time.monotonic() < self.until:
            try:
                self.round()
            except Exception as error:  # noqa: BLE001 - whatever it is, it counts as lost
                self.lose(repr(error))
                self.connection = None

    def round(self):
        picture = self.random.choice(self.pictures)
        kind = self.random.random()
        if kind < 0.5:
            self.ask("POST", "/api/v1/find", picture)
        elif kind < 0.6:
            self.ask("GET", "/api/v1/settings")
        else:
            opened = self.ask("POST", "/api/v1/pictures", picture)
            if opened is None:
                return
            address = f"/api/v1/pictures/{opened['id']}"
            task = json.dumps({"task": self.random.choice(["find", "find", "describe", "read"])}).encode()
            self.ask("POST", f"{address}/look", task, "application/json")
            self.ask("DELETE", address)

    def ask(self, method, path, body=None, kind="application/octet-stream"):
        """The answer, or None where the server had no time."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        began = time.monotonic()
        self.connection.request(method, path, body, {"Content-Type": kind} if body else {})
        answer = self.connection.getresponse()
        data = answer.read()
        self.counts[answer.status] += 1
        if answer.status == 503:
            wait = answer.headers.get("Retry-After")
            if wait is None:
                self.lose("503 without Retry-After")
            time.sleep(float(wait or 1) * self.random.uniform(0.5, 1.5))
            return None
        self.times.append(time.monotonic() - began)
        if answer.status not in (200, 201, 204):
            self.lose(f"{method} {path}: {answer.status} {data[:200]!r}")
            return None
        if path.endswith("/look"):
            events = [json.loads(line) for line in data.splitlines()]
            if [events[0]["type"], events[-1]["type"]] != ["started", "done"]:
                self.lose(f"a look ended with {events[-1]}")
            return events
        return json.loads(data) if data else {}

    def lose(self, what):
        self.lost.append(what)


def start(program):
    """A server and its port."""
    command = [program, "serve", "--port", "0", "--no-library", "--data", "/tmp/glimpse-load"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    return server, int(re.fullmatch(r"Glimpse is at http://127\.0\.0\.1:(\d+)/\n", line)[1])


def measure(arguments):
    pictures = [(ROOT / "assets/samples" / name).read_bytes() for name in PICTURES]
    server, port = start(arguments.program)
    try:
        warm = Client(port, 0, pictures, 0)
        for picture in pictures:
            for path in ("/api/v1/find", "/api/v1/describe", "/api/v1/read"):
                warm.ask("POST", path, picture)
        warm.connection.close()
        before = memory(server.pid)
        until = time.monotonic() + arguments.seconds
        clients = [Client(port, until, pictures, seed) for seed in range(arguments.clients)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        time.sleep(1)
        after = memory(server.pid)
        alive = server.poll() is None
    finally:
        server.terminate()
        server.wait(20)
    times = sorted(seconds for client in clients for seconds in client.times)
    counts = sum((client.counts for client in clients), collections.Counter())
    return {
        "clients": arguments.clients,
        "seconds": arguments.seconds,
        "answers": {str(status): count for status, count in sorted(counts.items())},
        "lost": [what for client in clients for what in client.lost],
        "alive": alive,
        "p50_ms": times[len(times) // 2] * 1e3 if times else None,
        "p99_ms": times[len(times) * 99 // 100] * 1e3 if times else None,
        "resident_before_mb": before[0] / 1e6,
        "resident_after_mb": after[0] / 1e6,
        "resident_peak_mb": after[1] / 1e6,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--program", default=str(ROOT / "target/release/glimpse"))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    report = measure(arguments)
    if arguments.json:
        print(json.dumps(report))
    else:
        lost = report.pop("lost")
        for name, value in report.items():
            print(f"{name:20} {value:.1f}" if isinstance(value, float) else f"{name:20} {value}")
        print(f"{'lost':20} {len(lost)}")
        for what in sorted(set(lost))[:10]:
            print(f"    {what}")
        report["lost"] = lost
    return 1 if report["lost"] or not report["alive"] else 0


if __name__ == "__main__":
    sys.exit(main())
