#!/usr/bin/env python3
"""Fit the temperature at which the scores of tags are probabilities.

usage: fit_temperature.py LABELS.jsonl RESULTS.jsonl

LABELS.jsonl as of score_tags.py; RESULTS.jsonl from `glimpse tags --json --top 1000`. Prints the
temperature of least negative log likelihood, relative to the one that the results were made with,
and how well scores agree with what is right, before and after. Standard library only.
"""
import json
import math
import os
import sys


def read(labels, results):
    """For each picture the logarithms of its scores, and the place of the right tag."""
    truth = {}
    for line in open(labels, encoding="utf-8"):
        row = json.loads(line)
        truth[row["image"]] = row["class"]
    for line in open(results, encoding="utf-8"):
        row = json.loads(line)
        wanted = truth.get(os.path.basename(row["image"]))
        right = [i for i, tag in enumerate(row["tags"]) if tag["class"] == wanted]
        if right:
            yield [math.log(max(tag["score"], 1e-12)) for tag in row["tags"]], right[0]


def scaled(logs, temperature):
    weights = [math.exp((x - logs[0]) / temperature) for x in logs]
    total = sum(weights)
    return [w / total for w in weights]


def likelihood(rows, temperature):
    return sum(-math.log(max(scaled(logs, temperature)[right], 1e-12)) for logs, right in rows) / len(rows)


def reliability(rows, temperature):
    """Mean score of the first tags, the share of them that are right, and their expected
    calibration error in ten bins."""
    bins = [[0, 0.0, 0] for _ in range(10)]
    for logs, right in rows:
        score = scaled(logs, temperature)[0]
        bin = bins[min(int(score * 10), 9)]
        bin[0] += 1
        bin[1] += score
        bin[2] += right == 0
    error = sum(abs(score - hits) for _, score, hits in bins) / len(rows)
    return sum(b[1] for b in bins) / len(rows), sum(b[2] for b in bins) / len(rows), error


def main():
    rows = list(read(*sys.argv[1:3]))
    best = min((t / 100 for t in range(30, 301, 2)), key=lambda t: likelihood(rows, t))
    for temperature in (1.0, best):
        score, right, error = reliability(rows, temperature)
        print(
            f"temperature {temperature:.2f}: negative log likelihood {likelihood(rows, temperature):.4f}, "
            f"mean score {score:.3f}, right {right:.3f}, expected calibration error {error:.3f}"
        )


main()
