"""ResNet-18, -50 and -152 in PyTorch: each block adds its input to its output."""

# --8<-- [start:imports]
from torch import nn

# --8<-- [end:imports]
from lessons.imagenet.blocks_torch import Network, convolve, pooled_head, stack
from lessons.imagenet.numpy import require_size, scale_channels, scale_repeats


# --8<-- [start:residual]
class Residual(nn.Module):
    """body(x) + shortcut(x), the shortcut being x itself unless one is given."""

    def __init__(self, body, shortcut=None, activation=nn.ReLU):
        super().__init__()
        self.body, self.shortcut = nn.Sequential(*body), shortcut or nn.Identity()
        self.activation = activation() if activation else nn.Identity()

    def forward(self, x):
        """Return a tensor of the shape of body(x)."""
        return self.activation(self.body(x) + self.shortcut(x))


# --8<-- [end:residual]


# --8<-- [start:basic]
def basic(inputs, outputs, stride=1):
    """Two windows of 3 x 3; where the size changes, the shortcut has one of 1 x 1."""
    body = [
        convolve(inputs, outputs, 3, stride),
        convolve(outputs, outputs, 3, activation=None),
    ]
    same = stride == 1 and inputs == outputs
    project = None if same else convolve(inputs, outputs, 1, stride, activation=None)
    return Residual(body, project)


# --8<-- [end:basic]


# --8<-- [start:bottleneck]
def bottleneck(inputs, outputs, stride=1, late=False):
    """Down to a quarter of the channels, 3 x 3 there, and up again.

    The paper takes the stride in the first convolution, today's libraries in the
    second: late=True.
    """
    few, (early, middle) = outputs // 4, (1, stride) if late else (stride, 1)
    body = [
        convolve(inputs, few, 1, early),
        convolve(few, few, 3, middle),
        convolve(few, outputs, 1, activation=None),
    ]
    same = stride == 1 and inputs == outputs
    project = None if same else convolve(inputs, outputs, 1, stride, activation=None)
    return Residual(body, project)


# --8<-- [end:bottleneck]


# --8<-- [start:resnet]
def resnet(block, repeats, widen, size, width, depth, classes, **how):
    """A ResNet of four stages: (batch, 3, size, size) to (batch, classes)."""
    require_size(size, least=1)
    inputs = scale_channels(64, width)
    pool = nn.MaxPool2d(3, stride=2, padding=1)
    stages = {"stage1": [convolve(3, inputs, 7, 2), pool]}
    for number, times in enumerate(repeats):
        outputs = widen * scale_channels(64 * 2**number, width)
        times, stride = scale_repeats(times, depth), 2 if number else 1
        blocks = stack(block, inputs, outputs, times, stride, **how)
        stages[f"stage{number + 2}"], inputs = blocks, outputs
    return Network(stages | {"head": pooled_head(inputs, classes)}, size)


def resnet18(size=224, width=1.0, depth=1.0, classes=1000):
    """ResNet-18 of 2015."""
    return resnet(basic, (2, 2, 2, 2), 1, size, width, depth, classes)


def resnet50(size=224, width=1.0, depth=1.0, classes=1000, late=False):
    """ResNet-50 of 2015."""
    repeats = 3, 4, 6, 3
    return resnet(bottleneck, repeats, 4, size, width, depth, classes, late=late)


def resnet152(size=224, width=1.0, depth=1.0, classes=1000, late=False):
    """ResNet-152 of 2015."""
    repeats = 3, 8, 36, 3
    return resnet(bottleneck, repeats, 4, size, width, depth, classes, late=late)


# --8<-- [end:resnet]
