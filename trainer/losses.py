"""Captions packed one picture a row, and cross-entropy fused with the last matrix product."""
import numpy as np
import torch

from vocabulary import BOS, PAD, UNK

CHUNK = 256


def pack(captions):
    """captions: for each picture a list of token lists. All captions of a picture lie in one row, end to end.

    Returns inputs, positions, targets (int64 [N, T], <pad> where there is nothing to learn) and the additive
    mask [N, 1, T, T] that keeps captions apart and causal.
    """
    longest = max(sum(map(len, caps)) for caps in captions)
    inputs, positions, targets, owner = (np.zeros((len(captions), longest), np.int64) for _ in range(4))
    for row, caps in enumerate(captions):
        at = 0
        for number, c in enumerate(caps, 1):
            end = at + len(c)
            inputs[row, at], inputs[row, at + 1:end] = BOS, c[:-1]
            targets[row, at:end], positions[row, at:end], owner[row, at:end] = c, np.arange(len(c)), number
            at = end
    targets[targets == UNK] = PAD
    owner = torch.from_numpy(owner)
    seen = (owner[:, :, None] == owner[:, None, :]).tril()
    mask = torch.zeros(seen.shape).masked_fill_(~seen, float("-inf"))[:, None]
    return torch.from_numpy(inputs), torch.from_numpy(positions), torch.from_numpy(targets), mask


class FusedLoss(torch.autograd.Function):
    """Sum over tokens of weight x cross-entropy(states E^T + bias) with label smoothing.

    Works through the tokens in chunks that stay in cache and computes the gradients at once, in bf16 products.
    """

    @staticmethod
    def forward(ctx, states, embedding, bias, goal, weight, smoothing):
        table = embedding.detach().bfloat16()
        rows = states.detach().bfloat16()
        size = len(table)
        loss, by_state = torch.zeros(()), torch.empty_like(rows)
        by_table, by_bias = torch.zeros_like(embedding), torch.zeros_like(bias)
        for start in range(0, len(rows), CHUNK):
            x, y, w = rows[start:start + CHUNK], goal[start:start + CHUNK, None], weight[start:start + CHUNK, None]
            logits = (x @ table.T).float().add_(bias.detach())
            picked = logits.gather(1, y)
            spread = logits.mean(1, keepdim=True)
            top = logits.amax(1, keepdim=True)
            grad = logits.sub_(top).exp_()
            total = grad.sum(1, keepdim=True)
            loss += (w * (top + total.log() - (1 - smoothing) * picked - smoothing * spread)).sum()
            grad.mul_(w / total)
            if smoothing:
                grad.sub_(w * (smoothing / size))
            grad.scatter_add_(1, y, w * (smoothing - 1))
            by_bias += grad.sum(0)
            grad = grad.bfloat16()
            by_state[start:start + CHUNK] = grad @ table
            by_table += (grad.T @ x).float()
        ctx.save_for_backward(by_state.to(states.dtype), by_table, by_bias)
        return loss

    @staticmethod
    def backward(ctx, gradient):
        return tuple(g * gradient for g in ctx.saved_tensors) + (None, None, None)


def loss(net, keys, captions, weights=None, smoothing=0.0):
    """Summed loss of packed captions and the number of tokens; `weights`: one a caption, in the same nesting."""
    inputs, positions, targets, mask = pack(captions)
    states = net(inputs, positions, mask, keys)
    valid = targets != PAD
    weight = torch.ones(int(valid.sum()))
    if weights is not None:
        grid = torch.zeros(targets.shape)
        for row, caps in enumerate(captions):
            at = 0
            for c, w in zip(caps, weights[row]):
                grid[row, at:at + len(c)] = w
                at += len(c)
        weight = grid[valid]
    with torch.autocast("cpu", enabled=False):
        value = FusedLoss.apply(states[valid], net.embedding, net.logits.bias, targets[valid], weight, smoothing)
    return value, len(weight)
