#!/usr/bin/env python3
"""Fits how familiar a picture is to the captioner: engine/src/describe/familiar.f32.

usage: fit_familiar.py TRAINED.jsonl OTHERS.jsonl OUT.f32

Both are what `glimpse tags --json --whole --embedding` prints: of photographs that the captioner was
trained on, and of pictures of everything else. OUT: the weights of a logistic regression on the
embedding and then its bias, little-endian f32; familiar above 0 log-odds, both kinds equally likely.
Plain gradient descent, so that the same pictures give the same file. Needs numpy.
"""
import json
import sys

import numpy as np

STEPS, RATE, DECAY = 3000, 50.0, 1e-4


def embeddings(path):
    with open(path, encoding="utf-8") as f:
        return np.array([json.loads(line)["embedding"] for line in f])


def fit(trained, others):
    x = np.concatenate([trained, others])
    y = np.concatenate([np.ones(len(trained)), np.zeros(len(others))])
    share = np.where(y == 1, 0.5 / len(trained), 0.5 / len(others))
    mean = x.mean(0)
    x = x - mean
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(STEPS):
        error = share * (1 / (1 + np.exp(-(x @ w + b))) - y)
        w -= RATE * (x.T @ error + DECAY * w)
        b -= RATE * error.sum()
    return w, b - mean @ w


def main():
    trained, others = (embeddings(path) for path in sys.argv[1:3])
    w, b = fit(trained, others)
    right = ((trained @ w + b > 0).mean() + (others @ w + b < 0).mean()) / 2
    print(f"{len(trained)} trained on, {len(others)} others: {right:.1%} on the right side")
    np.append(w, b).astype("<f4").tofile(sys.argv[3])


if __name__ == "__main__":
    main()
