"""What both training stages share: features, captions, averaging, evaluation, checkpoints."""
import json
import os
import time

import numpy as np
import torch

import cider
import data
import decoding
import ranks
from vocabulary import EOS, Vocabulary


class Split:
    """Pictures of a split: cached features [views, pictures, 14, 14, 112] and captions as words."""

    def __init__(self, config, name):
        self.rows = data.captions(config["paths"][name])
        array = np.load(os.path.join(config["paths"]["work"], f"{name}.npy"), mmap_mode="r")
        self.features = array if array.ndim == 5 else array[None]
        self.views = config["views"] if name == "train" else 1

    def batch(self, pictures, views):
        """[N, 14, 14, 112] f32 of given pictures in given views."""
        order = [torch.from_numpy(self.features[v, p].astype(np.float32)) for p, v in zip(pictures, views)]
        return torch.stack(order)


class Average:
    """Exponential moving average of the parameters."""

    def __init__(self, net, decay):
        self.decay, self.steps = decay, 0
        self.values = [p.detach().clone() for p in net.parameters()]

    def update(self, net):
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self.values, [p.detach() for p in net.parameters()], 1 - decay)

    def swap(self, net):
        """Exchange the average and the net's own values."""
        for value, p in zip(self.values, net.parameters()):
            value_now = p.detach().clone()
            p.data.copy_(value)
            value.copy_(value_now)


def autocast():
    return torch.autocast("cpu", torch.bfloat16)


def start(config):
    torch.manual_seed(config["seed"])
    np.random.seed(config["seed"])
    vocabulary = Vocabulary.read(os.path.join(config["paths"]["work"], "vocabulary.txt"))
    return vocabulary


def targets(vocabulary, captions, longest):
    """Token ids of captions, each ending in <eos>, or cut without one where too long."""
    return [(vocabulary.encode(c) + [EOS])[:longest] for c in captions]


def thaw(net, tail):
    """Whether the pretrained blocks learn."""
    for name, p in net.named_parameters():
        if name.startswith("tail.") and not name.startswith("tail.memory"):
            p.requires_grad_(tail)


def regularize(net, stage):
    """Dropout of the decoder and, while training, of whole feature channels and of whole places of the memory."""
    for module in net.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = stage["dropout"]
    net.drop_channels, net.drop_places = stage["drop_channels"], stage["drop_places"]


def update(net, optimizer, average, divisor, factor):
    """One step of the optimizer with its rates times `factor`, after the processes have added their gradients."""
    ranks.add_gradients(net, divisor)
    torch.nn.utils.clip_grad_norm_([p for p in net.parameters() if p.grad is not None], 1.0)
    for group in optimizer.param_groups:
        group["lr"] = group["top"] * factor
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    average.update(net)


def evaluate(net, split, scorer, vocabulary, width=1, alpha=0.0, no_repeat=0, batch=100):
    """CIDEr-D, BLEU-4 and what was said of every picture: [(name, words, mean log-probability, CIDEr-D)]."""
    net.eval()
    said = []
    mine = ranks.share(list(range(len(split.rows))))
    with torch.inference_mode(), autocast():
        for begin in range(0, len(mine), batch):
            pictures = mine[begin:begin + batch]
            rows = [split.rows[p] for p in pictures]
            keys = net.encode(split.batch(pictures, [0] * len(rows)))
            if width == 1:
                ids, scores = decoding.roll(net, keys)
                found = [(i, float(s.sum())) for i, s in zip(ids.tolist(), scores)]
            else:
                found = decoding.beam(net, keys, width, alpha, no_repeat)
            for (name, _), (ids, total) in zip(rows, found):
                words = vocabulary.decode(ids)
                count = ids.index(EOS) + 1 if EOS in ids else len(ids)
                said.append((name, words, total / count, scorer.score(name, words)))
    said = sorted(ranks.gather(said))
    net.train()
    references = dict(split.rows)
    bleu = cider.bleu([(words, references[name]) for name, words, _, _ in said])
    return sum(s[3] for s in said) / len(said), bleu, said


def save(net, path, facts):
    """Write a checkpoint, from one process only."""
    if not ranks.first():
        return
    torch.save({"state": net.state_dict(), "facts": facts}, path + ".part")
    os.replace(path + ".part", path)


def resume(net, path):
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["state"])


def report(net, average, dev, scorer, vocabulary, path, epoch, best):
    """Score the averaged weights on the validation pictures and save them: CIDEr-D and BLEU-4."""
    average.swap(net)
    score, bleu, _ = evaluate(net, dev, scorer, vocabulary)
    facts = {"epoch": epoch, "cider": score}
    save(net, f"{path}-{epoch:02}.pt", facts)
    if score > best:
        save(net, path + ".pt", facts)
    average.swap(net)
    return score, bleu


class Log:
    """One JSON line for each report, in the work folder and on the terminal."""

    def __init__(self, config, name):
        self.path = os.path.join(config["paths"]["work"], name)
        self.begin = time.time()

    def write(self, **facts):
        if not ranks.first():
            return
        line = json.dumps({"minutes": round((time.time() - self.begin) / 60, 2), **facts})
        print(line, flush=True)
        with open(self.path, "a", encoding="utf-8") as f:
            f.write(line + "\n")
        if os.environ.get("PROGRESS"):
            with open(os.environ["PROGRESS"], "a", encoding="utf-8") as f:
                f.write(line + "\n")


def groups(net, lr, tail_lr, decay):
    """AdamW's parameter groups: the pretrained tail slower, no decay for vectors."""
    sets = {}
    for name, p in net.named_parameters():
        slow = name.startswith("tail.") and not name.startswith("tail.memory")
        sets.setdefault((slow, p.ndim > 1), []).append(p)
    return [{"params": ps, "lr": tail_lr if slow else lr, "top": tail_lr if slow else lr,
             "weight_decay": decay if matrix else 0.0} for (slow, matrix), ps in sets.items()]
