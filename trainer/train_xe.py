"""Stage A: cross-entropy with label smoothing; all captions of a picture share one pass of the encoder.

usage: train_xe.py STAGE [CHECKPOINT] (a stage of config.json; a checkpoint in WORK to start from)

writes WORK/STAGE-EPOCH.pt (averaged weights), WORK/STAGE.pt (the one with the best CIDEr-D of greedy captions
on the validation pictures) and WORK/STAGE.jsonl
"""
import math
import os
import random
import sys
import time

import torch

import cider
import common
import data
import losses
import model
import ranks


def train_step(net, split, ready, pictures, views, smoothing):
    """Backward through the captions of this process's pictures; summed loss and number of tokens."""
    with common.autocast():
        keys = net.encode(split.batch(pictures, views))
        loss, count = losses.loss(net, keys, [ready[p] for p in pictures], None, smoothing)
    loss.backward()
    return float(loss.detach()), count


def train():
    config = data.configuration()
    name, start = sys.argv[1], sys.argv[2:]
    stage, work = config[name], config["paths"]["work"]
    vocabulary = common.start(config)
    split, dev = common.Split(config, "train"), common.Split(config, "dev")
    scorer = cider.Cider(dict(dev.rows))
    net = model.build(config, len(vocabulary)).to(memory_format=torch.channels_last)
    if start:
        common.resume(net, os.path.join(work, start[0]))
    common.regularize(net, stage)
    ready = [common.targets(vocabulary, captions, stage["longest"]) for _, captions in split.rows]
    optimizer = torch.optim.AdamW(common.groups(net, stage["lr"], stage["tail_lr"], stage["decay"]),
                                  betas=(0.9, 0.98), fused=True)
    average, log = common.Average(net, stage["ema"]), common.Log(config, f"{name}.jsonl")
    rng = random.Random(config["seed"])
    ranks.spread_seed(config["seed"])
    per_epoch = len(split.rows) // stage["batch"]
    steps, step, best = per_epoch * stage["epochs"], 0, 0.0
    for epoch in range(stage.get("stop", stage["epochs"])):
        common.thaw(net, epoch >= stage["frozen_epochs"])
        order = [(p, rng.randrange(split.views)) for p in rng.sample(range(len(split.rows)), len(split.rows))]
        begin, losses_sum, tokens = time.time(), 0.0, 0
        for b in range(per_epoch):
            part = ranks.share(order[b * stage["batch"]:(b + 1) * stage["batch"]])
            loss, count = train_step(net, split, ready, [p for p, _ in part], [v for _, v in part],
                                     stage["smoothing"])
            factor = min(1.0, (step + 1) / stage["warmup"]) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
            common.update(net, optimizer, average, count, max(factor, 0.01))
            losses_sum, tokens, step = losses_sum + loss, tokens + count, step + 1
        seconds = time.time() - begin
        score, bleu = common.report(net, average, dev, scorer, vocabulary, os.path.join(work, name), epoch, best)
        best = max(best, score)
        log.write(stage=name, epoch=epoch, loss=round(losses_sum / tokens, 4), dev_cider=round(score, 4),
                  dev_bleu4=round(bleu, 4), seconds=round(seconds), evaluation=round(time.time() - begin - seconds))


if __name__ == "__main__":
    ranks.run(data.configuration()["processes"], train)
