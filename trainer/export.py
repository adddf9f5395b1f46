"""Write a trained captioner as safetensors, with a test vector and what it says of the validation pictures.

usage: export.py CHECKPOINT|random OUT_FOLDER [--beam 3] [--alpha A] [--no-repeat N]

writes OUT_FOLDER/caption-v1.safetensors (f32), caption-v1.f16.safetensors (the same in f16),
vectors.npz (one picture: features, memory, logits of the first step, beam's tokens and sum) and
dev_captions.jsonl ({"image", "caption", "mean_logp", "cider"} a line).
"""
import argparse
import json
import os

import numpy as np
import torch
from safetensors.torch import save_file

import cider
import common
import data
import decoding
import model
from vocabulary import BOS


def vector(net, dev, options):
    """One validation picture through every part, all in f32."""
    features = dev.batch([0], [0])
    with torch.inference_mode():
        memory = net.memory(net.tail(features.permute(0, 3, 1, 2)))
        keys = net.encode(features)
        logits, _ = net.step(torch.tensor([BOS]), keys, None)
        (ids, total), = decoding.beam(net, keys, options.beam, options.alpha, options.no_repeat)
        greedy, scores = decoding.roll(net, keys)
    return {"image": dev.rows[0][0], "features": features[0].numpy(), "tail": net.tail(
        features.permute(0, 3, 1, 2))[0].detach().numpy(), "memory": memory[0].numpy(),
        "first_logits": logits[0].numpy(), "beam_tokens": np.array(ids), "beam_logp": total,
        "greedy_tokens": greedy[0].numpy(), "greedy_logp": scores[0].numpy(),
        "alpha": options.alpha, "no_repeat_ngram": options.no_repeat}


def tensors(net, vocabulary):
    out = {name: value.detach().contiguous() for name, value in net.state_dict().items()}
    out["vocabulary"] = torch.tensor(list(vocabulary.text().encode()), dtype=torch.uint8)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    parser.add_argument("--beam", type=int, default=3)
    parser.add_argument("--alpha", type=float, default=1.2)
    parser.add_argument("--no-repeat", type=int, default=0)
    options = parser.parse_args()
    config = data.configuration()
    torch.set_num_threads(int(os.environ.get("THREADS", config["threads"])))
    vocabulary = common.start(config)
    dev = common.Split(config, "dev")
    net = model.build(config, len(vocabulary))
    if options.checkpoint != "random":
        common.resume(net, options.checkpoint)
    net.eval()
    facts = {"format": "glimpse-caption-source-1", "heads": str(config["model"]["heads"]),
             "max_tokens": str(net.max_tokens), "beam": str(options.beam), "alpha": str(options.alpha),
             "no_repeat_ngram": str(options.no_repeat), "seed": str(config["seed"]),
             "trained_on": "Flickr8k, official training split; research and education"}
    if options.checkpoint != "random":
        score, bleu, said = common.evaluate(net, dev, cider.Cider(dict(dev.rows)), vocabulary, options.beam,
                                            options.alpha, options.no_repeat)
        facts |= {"dev_cider_d": f"{score:.4f}", "dev_bleu4": f"{bleu:.4f}"}
        with open(os.path.join(options.out, "dev_captions.jsonl"), "w", encoding="utf-8") as f:
            f.writelines(json.dumps({"image": name, "caption": " ".join(words), "mean_logp": round(logp, 4),
                                    "cider": round(points, 4)}) + "\n" for name, words, logp, points in said)
        print(json.dumps({"cider_d": round(score, 4), "bleu4": round(bleu, 4)}))
    net.eval()
    with torch.no_grad():
        np.savez(os.path.join(options.out, "vectors.npz"), **vector(net, dev, options))
    values = tensors(net, vocabulary)
    halves = {k: v if v.dtype == torch.uint8 else v.half() for k, v in values.items()}
    for name, group in (("caption-v1.safetensors", values), ("caption-v1.f16.safetensors", halves)):
        path = os.path.join(options.out, name)
        save_file(group, path + ".part", metadata=facts)
        os.replace(path + ".part", path)


if __name__ == "__main__":
    main()
