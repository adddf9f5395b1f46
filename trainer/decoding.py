"""Greedy, sampled and beam decoding with cached keys."""
import torch

from vocabulary import BOS, EOS, PAD, UNK

NEVER = (PAD, BOS, UNK)


def step(net, tokens, keys, past):
    """Log-probabilities [N, V] of the next token, f32; `NEVER` is impossible."""
    logits, past = net.step(tokens, keys, past)
    logits = logits.float()
    logits[:, list(NEVER)] = float("-inf")
    return torch.log_softmax(logits, -1), past


def roll(net, keys, sample=0, longest=None):
    """The greedy caption, or `sample` drawn ones, of each picture of `keys`.

    Returns token ids [N, T] (after <eos> only <pad>) and their log-probabilities; captions of one picture in turn.
    """
    n = keys[0].shape[1] * max(sample, 1)
    tokens = torch.full((n,), BOS)
    done = torch.zeros(n, dtype=torch.bool)
    past, ids, scores = None, [], []
    for _ in range(longest or net.max_tokens):
        logp, past = step(net, tokens, keys, past)
        if sample:
            noise = -torch.log(torch.empty_like(logp).exponential_().clamp_min(1e-20))
            tokens = (logp + noise).argmax(-1)
        else:
            tokens = logp.argmax(-1)
        score = logp.gather(1, tokens[:, None])[:, 0]
        tokens = torch.where(done, PAD, tokens)
        ids.append(tokens)
        scores.append(torch.where(done, 0.0, score))
        done = done | (tokens == EOS)
        if done.all():
            break
    return torch.stack(ids, 1), torch.stack(scores, 1)


def repeats(row, size):
    """Tokens that would repeat an n-gram of `size` tokens already in `row`."""
    if not size or len(row) < size:
        return []
    end = tuple(row[len(row) - size + 1:])
    return [row[i + size - 1] for i in range(len(row) - size + 1) if tuple(row[i:i + size - 1]) == end]


def beam(net, keys, width, alpha, no_repeat=0):
    """Beam search over all pictures of `keys` at once: a list of (ids with <eos>, sum of log-probabilities).

    Each step ranks the width x V continuations by summed log-probability; of the first 2 x width, those that
    end go to the finished list if they rank among the first `width`, the others go on until `width` are
    alive. A picture is done with `width` finished captions or at `max_tokens`; the answer maximises
    sum / tokens^alpha, <eos> counted.
    """
    n = keys[0].shape[1]
    rows = [[] for _ in range(n * width)]
    total = torch.full((n, width), float("-inf"))
    total[:, 0] = 0.0
    finished = [[] for _ in range(n)]
    tokens, past = torch.full((n * width,), BOS), None
    for t in range(net.max_tokens):
        logp, past = step(net, tokens, keys, past)
        if no_repeat:
            for i, row in enumerate(rows):
                for token in repeats(row, no_repeat):
                    logp[i, token] = float("-inf")
        size = logp.shape[1]
        best = (total[:, :, None] + logp.view(n, width, size)).view(n, -1).topk(2 * width, 1)
        values, places = best.values.tolist(), best.indices.tolist()
        origin, chosen, sums = [], [], []
        for i in range(n):
            alive = 0
            for rank, (value, place) in enumerate(zip(values[i], places[i])):
                source, token = i * width + place // size, place % size
                if token == EOS:
                    if rank < width and len(finished[i]) < width and value > float("-inf"):
                        finished[i].append((rows[source] + [EOS], value))
                elif alive < width:
                    alive += 1
                    origin.append(source)
                    chosen.append(token)
                    sums.append(value)
        rows = [rows[o] + [c] for o, c in zip(origin, chosen)]
        total = torch.tensor(sums).view(n, width)
        tokens, index = torch.tensor(chosen), torch.tensor(origin)
        past = [(k[index], v[index]) for k, v in past]
        if all(len(f) >= width for f in finished):
            break
    answers = []
    for i in range(n):
        options = list(finished[i])
        if len(options) < width:
            options += [(rows[i * width + j], float(total[i, j])) for j in range(width)]
        answers.append(max(options, key=lambda o: o[1] / len(o[0]) ** alpha))
    return answers
