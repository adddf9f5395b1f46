"""Stage B: self-critical sequence training (Rennie et al. 2017) on CIDEr-D plus a little BLEU.

Each picture gets several sampled captions; the baseline of each is the mean reward of the others
(Luo 2020). <eos> counts as a word in the reward, so that a caption does not end in the middle.

usage: train_scst.py STAGE CHECKPOINT (a stage of config.json; a checkpoint in WORK to start from)

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
import decoding
import losses
import model
import ranks
from vocabulary import EOS

END = "<eos>"


class Reward:
    """Reward of a sampled caption of training picture `index`."""

    def __init__(self, rows, vocabulary, bleu_weight):
        self.references = [[c + [END] for c in captions] for _, captions in rows]
        self.cider = cider.Cider(dict(enumerate(self.references)))
        self.vocabulary, self.bleu_weight = vocabulary, bleu_weight

    def __call__(self, index, ids):
        words = self.vocabulary.decode(ids) + ([END] if EOS in ids else [])
        value = self.cider.score(index, words)
        if self.bleu_weight:
            value += self.bleu_weight * cider.smoothed_bleu(words, self.references[index])
        return value


def sample(net, features, count, longest):
    """`count` captions of each picture as token lists ending in <eos> (or cut at the longest)."""
    net.eval()
    with torch.inference_mode(), common.autocast():
        ids, _ = decoding.roll(net, net.encode(features), count, longest)
    net.train()
    rows = [r[:r.index(EOS) + 1] if EOS in r else r for r in ids.tolist()]
    return [rows[i:i + count] for i in range(0, len(rows), count)]


def advantages(rewards):
    """Each reward less the mean of the others of its picture."""
    return [[r - (sum(row) - r) / (len(row) - 1) for r in row] for row in rewards]


def train_step(net, split, reward, part, stage):
    """Backward through the sampled captions of this process's pictures; mean reward, number of tokens."""
    pictures, views = [p for p, _ in part], [v for _, v in part]
    features = split.batch(pictures, views)
    count = stage["samples"]
    captions = sample(net, features, count, stage["longest"])
    rewards = [[reward(p, c) for c in row] for p, row in zip(pictures, captions)]
    with common.autocast():
        loss, tokens = losses.loss(net, net.encode(features), captions, advantages(rewards))
    loss.backward()
    return sum(map(sum, rewards)) / (count * len(rewards)), tokens


def train():
    config = data.configuration()
    name, start = sys.argv[1:3]
    stage, work = config[name], config["paths"]["work"]
    vocabulary = common.start(config)
    split, dev = common.Split(config, "train"), common.Split(config, "dev")
    scorer, reward = cider.Cider(dict(dev.rows)), Reward(split.rows, vocabulary, stage["bleu_weight"])
    net = model.build(config, len(vocabulary)).to(memory_format=torch.channels_last)
    common.resume(net, os.path.join(work, start))
    common.regularize(net, stage)
    optimizer = torch.optim.AdamW(common.groups(net, stage["lr"], stage["tail_lr"], stage["decay"]),
                                  betas=(0.9, 0.98), fused=True)
    average, log = common.Average(net, stage["ema"]), common.Log(config, f"{name}.jsonl")
    rng = random.Random(config["seed"] + 1)
    ranks.spread_seed(config["seed"] + 1)
    per_epoch = len(split.rows) // stage["batch"]
    steps, step, best = per_epoch * stage["epochs"], 0, 0.0
    for epoch in range(stage.get("stop", stage["epochs"])):
        order = [(p, rng.randrange(split.views)) for p in rng.sample(range(len(split.rows)), len(split.rows))]
        begin, total = time.time(), 0.0
        for b in range(per_epoch):
            part = ranks.share(order[b * stage["batch"]:(b + 1) * stage["batch"]])
            value, tokens = train_step(net, split, reward, part, stage)
            factor = min(1.0, (step + 1) / stage["warmup"]) * (0.55 + 0.45 * math.cos(math.pi * step / steps))
            common.update(net, optimizer, average, tokens, factor)
            total, step = total + value, step + 1
        score, bleu = common.report(net, average, dev, scorer, vocabulary, os.path.join(work, name), epoch, best)
        best = max(best, score)
        log.write(stage=name, epoch=epoch, reward=round(total / per_epoch, 4), dev_cider=round(score, 4),
                  dev_bleu4=round(bleu, 4), seconds=round(time.time() - begin))


if __name__ == "__main__":
    ranks.run(data.configuration()["processes"], train)
