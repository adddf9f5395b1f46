"""The mean of the weights of several checkpoints of one ancestry.

usage: average.py OUT CHECKPOINT... (all in WORK)
"""
import os
import sys

import torch

import data


def main():
    out, *names = sys.argv[1:]
    work = data.configuration()["paths"]["work"]
    states = [torch.load(os.path.join(work, n), map_location="cpu", weights_only=True)["state"] for n in names]
    mean = {key: sum(s[key] for s in states) / len(states) for key in states[0]}
    torch.save({"state": mean, "facts": {"mean_of": len(names)}}, os.path.join(work, out))


if __name__ == "__main__":
    main()
