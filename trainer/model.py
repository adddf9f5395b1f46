"""The captioner: the encoder's last five blocks and a transformer decoder over their 49 places.

Parameter names are those of the exported file.
"""
import torch
import torch.nn.functional as F
from torch import nn

import lite0

PLACES = 49


class Tail(nn.Module):
    """Blocks 192x4 and 320 of Lite0 and a 1x1 convolution: [N, 112, 14, 14] -> [N, 49, width]."""

    def __init__(self, width):
        super().__init__()
        self.count = 0
        for i, spec in enumerate(list(lite0.block_specs())[lite0.TRUNK_BLOCKS:]):
            self.add_module(str(i), lite0.Block(*spec))
            self.count += 1
        self.memory = nn.Conv2d(lite0.TAIL_CHANNELS, width, 1)

    def forward(self, x):
        for i in range(self.count):
            x = getattr(self, str(i))(x)
        return self.memory(x).flatten(2).transpose(1, 2)

    def start_from(self, net):
        """Copy the pretrained blocks of a `Lite0`."""
        for i in range(self.count):
            getattr(self, str(i)).load_state_dict(net.blocks[lite0.TRUNK_BLOCKS + i].state_dict())


class Memory(nn.Module):
    """Learned positions and a LayerNorm over the tail's output."""

    def __init__(self, width):
        super().__init__()
        self.position = nn.Parameter(torch.randn(PLACES, width) * 0.02)
        self.norm = nn.LayerNorm(width)

    def forward(self, x):
        return self.norm(x + self.position)


def attend(q, k, v, mask=None):
    """softmax(q k^T / sqrt(d) + mask) v; written out, as the fused kernel's gradient is slow for short rows."""
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    if mask is not None:
        scores = scores + mask
    return torch.softmax(scores, -1).to(v.dtype) @ v


class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x, past=None, mask=None):
        """x [N, T, D] under `mask`, or one more step after `past` (keys, values). Returns output, (keys, values)."""
        n, t, d = x.shape
        q, k, v = self.qkv(x).view(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        y = attend(q, k, v, mask)
        return self.out(y.transpose(1, 2).reshape(n, t, d)), (k, v)


class CrossAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width)
        self.kv = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def keys(self, memory):
        n, p, d = memory.shape
        return self.kv(memory).view(n, p, 2, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)

    def forward(self, x, keys):
        """x [N * S, T, D] where S rows in turn look at one picture of `keys` [2, N, heads, places, D / heads]."""
        rows, t, d = x.shape
        n = keys.shape[1]
        q = self.q(x).view(n, rows // n * t, self.heads, d // self.heads).transpose(1, 2)
        y = attend(q, keys[0], keys[1])
        return self.out(y.transpose(1, 2).reshape(rows, t, d))


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.down(F.relu(self.up(x)))


class Layer(nn.Module):
    def __init__(self, width, heads, dropout):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))
        self.add_module("self", SelfAttention(width, heads))
        self.cross = CrossAttention(width, heads)
        self.ffn = FeedForward(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, keys, past=None, mask=None):
        y, past = self.self(self.norm1(x), past, mask)
        x = x + self.dropout(y)
        x = x + self.dropout(self.cross(self.norm2(x), keys))
        return x + self.dropout(self.ffn(self.norm3(x))), past


class Logits(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(size))


class Captioner(nn.Module):
    def __init__(self, size, width, heads, layers, max_tokens, dropout):
        super().__init__()
        self.max_tokens = max_tokens
        self.drop_channels = self.drop_places = 0.0
        self.tail = Tail(width)
        self.memory = Memory(width)
        self.embedding = nn.Parameter(torch.randn(size, width) * width ** -0.5)
        self.position = nn.Parameter(torch.randn(max_tokens, width) * 0.02)
        self.layers = nn.ModuleList(Layer(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.logits = Logits(size)
        self.dropout = nn.Dropout(dropout)

    def encode(self, features):
        """[N, 14, 14, 112] -> for each layer cross-attention's keys and values [2, N, heads, 49, D/heads]."""
        features = features.permute(0, 3, 1, 2)
        if self.training:
            features = F.dropout2d(features, self.drop_channels)
        memory = self.dropout(self.memory(self.tail(features)))
        if self.training:
            memory = memory * (torch.rand(memory.shape[:2]) >= self.drop_places)[..., None]
        return [layer.cross.keys(memory) for layer in self.layers]

    def step(self, tokens, keys, past):
        """One more token of each row: tokens [N] -> logits [N, V], new past. `past` is None at first."""
        start = 0 if past is None else past[0][0].shape[2]
        x = (F.embedding(tokens, self.embedding) + self.position[start])[:, None]
        new = []
        for i, layer in enumerate(self.layers):
            x, kept = layer(x, keys[i], None if past is None else past[i])
            new.append(kept)
        return F.linear(self.norm(x[:, 0]), self.embedding, self.logits.bias), new

    def forward(self, tokens, positions, mask, keys):
        """tokens, positions [N, T] (several captions in a row, kept apart by `mask`) -> last states [N, T, D]."""
        x = self.dropout(F.embedding(tokens, self.embedding) + F.embedding(positions, self.position))
        for i, layer in enumerate(self.layers):
            x, _ = layer(x, keys[i], mask=mask)
        return self.norm(x)


def build(config, size):
    """An untrained captioner with the pretrained tail."""
    net = Captioner(size, **config["model"])
    net.tail.start_from(lite0.load(config["paths"]["encoder"]))
    return net
