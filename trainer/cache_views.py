"""Run the frozen trunk once over every view of every picture and keep its output as f16.

The plain view runs in f32, the augmented ones in bf16 (twice as fast, and only noise of another kind).

writes WORK/dev.npy [pictures, 14, 14, 112] and WORK/train.npy [views, pictures, 14, 14, 112]
"""
import os
import sys
import time

import numpy as np
import torch

import data
import lite0

BATCH = 25


def features(net, batch, exact):
    """[N, 14, 14, 112] f16 of a list of PIL pictures."""
    x = torch.from_numpy(np.stack([data.pixels(p) for p in batch])).permute(0, 3, 1, 2)
    x = ((x.float() - 127.0) / 128.0).contiguous(memory_format=torch.channels_last)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=not exact):
        return net.trunk(x).permute(0, 2, 3, 1).float().half().numpy()


def cache(net, config, split, out, index):
    """Fill `out` [pictures, 14, 14, 112] with view `index` of a split."""
    names = [name for name, _ in data.captions(config["paths"][split])]
    for start in range(0, len(names), BATCH):
        part = names[start:start + BATCH]
        batch = [data.view(data.picture(config["paths"]["images"], n), index, n, config["seed"], config["min_area"])
                 for n in part]
        out[start:start + len(part)] = features(net, batch, index == 0)


def main():
    config = data.configuration()
    torch.set_num_threads(config["threads"])
    net = lite0.load(config["paths"]["encoder"]).to(memory_format=torch.channels_last)
    work = config["paths"]["work"]
    dev = len(data.captions(config["paths"]["dev"]))
    out = np.lib.format.open_memmap(os.path.join(work, "dev.npy"), "w+", np.float16, (dev, 14, 14, lite0.FEATURES))
    cache(net, config, "dev", out, 0)
    train = len(data.captions(config["paths"]["train"]))
    path = os.path.join(work, "train.npy")
    shape = (config["views"], train, 14, 14, lite0.FEATURES)
    out = np.lib.format.open_memmap(path, "w+", np.float16, shape)
    for index in range(config["views"]):
        begin = time.time()
        cache(net, config, "train", out[index], index)
        print(f"view {index}: {time.time() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
