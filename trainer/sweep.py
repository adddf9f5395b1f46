"""CIDEr-D and BLEU-4 on the validation pictures for each beam width, length normalization and n-gram rule.

usage: sweep.py CHECKPOINT [--beams 1 3] [--alphas 0 0.5 1] [--no-repeat 0]
"""
import argparse
import json
import os

import torch

import cider
import common
import data
import model


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint")
    parser.add_argument("--beams", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--alphas", type=float, nargs="+", default=[0.0, 0.3, 0.6, 0.9, 1.2])
    parser.add_argument("--no-repeat", type=int, nargs="+", default=[0])
    options = parser.parse_args()
    config = data.configuration()
    torch.set_num_threads(int(os.environ.get("THREADS", config["threads"])))
    vocabulary = common.start(config)
    dev = common.Split(config, "dev")
    scorer = cider.Cider(dict(dev.rows))
    net = model.build(config, len(vocabulary))
    common.resume(net, options.checkpoint)
    for beam in options.beams:
        for alpha in options.alphas if beam > 1 else [0.0]:
            for rule in options.no_repeat:
                score, bleu, said = common.evaluate(net, dev, scorer, vocabulary, beam, alpha, rule)
                print(json.dumps({"beam": beam, "alpha": alpha, "no_repeat": rule, "cider_d": round(score, 4),
                                  "bleu4": round(bleu, 4), "words": round(sum(len(s[1]) for s in said) / len(said), 2),
                                  "distinct": len({tuple(s[1]) for s in said})}), flush=True)


if __name__ == "__main__":
    main()
