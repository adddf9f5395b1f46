"""The mean of the weights of several checkpoints.

usage: average.py [CHECKPOINT...] (default: the last four of stage B); writes WORK/final.pt
"""
import glob
import os
import sys

import torch

import data


def main():
    work = data.configuration()["paths"]["work"]
    paths = sys.argv[1:] or sorted(glob.glob(os.path.join(work, "scst-?.pt")))
    states = [torch.load(p, map_location="cpu", weights_only=True)["state"] for p in paths]
    mean = {name: sum(s[name] for s in states) / len(states) for name in states[0]}
    torch.save({"state": mean, "facts": {"mean_of": len(paths)}}, os.path.join(work, "final.pt"))
    print(f"mean of {', '.join(map(os.path.basename, paths))}")


if __name__ == "__main__":
    main()
