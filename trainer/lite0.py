"""EfficientNet-Lite0 in PyTorch, BatchNorm folded, read from the published checkpoint.

Input (x - 127) / 128, RGB, NCHW; TensorFlow SAME padding; ReLU6. The network is cut after the
112-channel stage: `trunk` is shared with the tagger and never trained here, the five blocks after it
(`Tail` in model.py) are the captioner's own copy.
"""
import torch
import torch.nn.functional as F
from torch import nn

BN_EPSILON = 1e-3
# (repeat, kernel, stride of the first, expansion, input channels, output channels)
STAGES = [(1, 3, 1, 1, 32, 16), (2, 3, 2, 6, 16, 24), (2, 5, 2, 6, 24, 40), (3, 3, 2, 6, 40, 80),
          (3, 5, 1, 6, 80, 112), (4, 5, 2, 6, 112, 192), (1, 3, 1, 6, 192, 320)]
TRUNK_BLOCKS = 11
FEATURES = 112
TAIL_CHANNELS = 320


def block_specs():
    """One (kernel, stride, expansion, input, output) for each of the 16 blocks."""
    for repeat, kernel, stride, expand, cin, cout in STAGES:
        for i in range(repeat):
            yield kernel, stride if i == 0 else 1, expand, cin if i == 0 else cout, cout


def same_padding(size, kernel, stride):
    """TensorFlow's SAME padding of one axis: (before, after)."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class SameConv(nn.Conv2d):
    """A convolution with TensorFlow's SAME padding; a depthwise one runs in f32 under autocast,
    because its bf16 gradient is five times slower on the CPU."""

    def __init__(self, cin, cout, kernel, stride=1, groups=1):
        super().__init__(cin, cout, kernel, stride=stride, groups=groups)
        self.size = kernel

    def forward(self, x):
        padding = 0
        if self.size > 1:
            top, bottom = same_padding(x.shape[2], self.size, self.stride[0])
            left, right = same_padding(x.shape[3], self.size, self.stride[0])
            if top == bottom == left == right:
                padding = top
            else:
                x = F.pad(x, (left, right, top, bottom))
        if self.groups > 1 and torch.is_grad_enabled():
            with torch.autocast("cpu", enabled=False):
                return F.conv2d(x.float(), self.weight, self.bias, self.stride, padding, 1, self.groups)
        return F.conv2d(x, self.weight, self.bias, self.stride, padding, 1, self.groups)


class Block(nn.Module):
    """Inverted residual: 1x1 expand, depthwise, 1x1 project; residual where shapes agree."""

    def __init__(self, kernel, stride, expand, cin, cout):
        super().__init__()
        middle = cin * expand
        if expand > 1:
            self.expand = SameConv(cin, middle, 1)
        self.depthwise = SameConv(middle, middle, kernel, stride, groups=middle)
        self.project = SameConv(middle, cout, 1)
        self.residual = stride == 1 and cin == cout

    def forward(self, x):
        y = F.relu6(self.expand(x)) if hasattr(self, "expand") else x
        y = self.project(F.relu6(self.depthwise(y)))
        return x + y if self.residual else y


class Lite0(nn.Module):
    """The whole classifier: `trunk` gives [N, 112, 14, 14] for [N, 3, 224, 224], `forward` the 1000 logits."""

    def __init__(self):
        super().__init__()
        self.stem = SameConv(3, 32, 3, 2)
        self.blocks = nn.ModuleList(Block(*spec) for spec in block_specs())
        self.head = SameConv(TAIL_CHANNELS, 1280, 1)
        self.classes = nn.Linear(1280, 1000)

    def trunk(self, x):
        x = F.relu6(self.stem(x))
        for block in self.blocks[:TRUNK_BLOCKS]:
            x = block(x)
        return x

    def forward(self, x):
        x = self.trunk(x)
        for block in self.blocks[TRUNK_BLOCKS:]:
            x = block(x)
        return self.classes(F.relu6(self.head(x)).mean((2, 3)))


def fold(state, conv, norm):
    """Weight and bias of a bias-free convolution followed by BatchNorm."""
    scale = state[norm + ".weight"] / torch.sqrt(state[norm + ".running_var"] + BN_EPSILON)
    weight = (state[conv + ".weight"] * scale[:, None, None, None]).contiguous()
    return weight, state[norm + ".bias"] - state[norm + ".running_mean"] * scale


def load(path):
    """The network with the published weights of `efficientnet-lite0-57934424.pth`, in eval mode."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    net = Lite0()

    def put(layer, conv, norm):
        weight, bias = fold(state, conv, norm)
        layer.weight.data.copy_(weight)
        layer.bias.data.copy_(bias)

    put(net.stem, "_conv_stem", "_bn0")
    put(net.head, "_conv_head", "_bn1")
    for i, block in enumerate(net.blocks):
        if hasattr(block, "expand"):
            put(block.expand, f"_blocks.{i}._expand_conv", f"_blocks.{i}._bn0")
        put(block.depthwise, f"_blocks.{i}._depthwise_conv", f"_blocks.{i}._bn1")
        put(block.project, f"_blocks.{i}._project_conv", f"_blocks.{i}._bn2")
    net.classes.weight.data.copy_(state["_fc.weight"])
    net.classes.bias.data.copy_(state["_fc.bias"])
    return net.eval()
