"""MobileNetV1 and EfficientNet-B0 in PyTorch: each channel has a window of its own."""

# --8<-- [start:imports]
from torch import nn

# --8<-- [end:imports]
from lessons.imagenet.blocks_torch import Network, convolve, pooled_head, stack
from lessons.imagenet.numpy import require_size, scale_channels, scale_repeats
from lessons.imagenet.residual_torch import Residual


# --8<-- [start:separable]
def separable(inputs, outputs, stride=1):
    """3 x 3 in each channel by itself, then 1 x 1 across the channels."""
    depthwise = convolve(inputs, inputs, 3, stride, groups=inputs)
    return nn.Sequential(depthwise, convolve(inputs, outputs, 1))


# --8<-- [end:separable]


# --8<-- [start:mobilenet]
def mobilenet(size=224, width=1.0, depth=1.0, classes=1000):
    """MobileNetV1 of 2017: (batch, 3, 224, 224) to (batch, 1000)."""
    require_size(size, least=1)
    inputs = scale_channels(32, width)
    stages = {"stage1": [convolve(3, inputs, 3, 2)]}
    for number, (channels, repeats) in enumerate(
        ((64, 1), (128, 2), (256, 2), (512, 6), (1024, 2)), start=2
    ):
        outputs, times = scale_channels(channels, width), scale_repeats(repeats, depth)
        stride = 1 if number == 2 else 2
        stages[f"stage{number}"] = stack(separable, inputs, outputs, times, stride)
        inputs = outputs
    return Network(stages | {"head": pooled_head(inputs, classes)}, size)


# --8<-- [end:mobilenet]


# --8<-- [start:excite]
class Excite(nn.Module):
    """Squeeze and excite: weigh each channel by what the means of all of them say."""

    def __init__(self, channels, few):
        super().__init__()
        self.weigh = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            convolve(channels, few, 1, norm=False, activation=nn.SiLU),
            convolve(few, channels, 1, norm=False, activation=nn.Sigmoid),
        )

    def forward(self, x):
        """Return a tensor of the shape of x."""
        return x * self.weigh(x)


# --8<-- [end:excite]


# --8<-- [start:inverted]
def inverted(inputs, outputs, stride=1, kernel=3, expand=6):
    """Up to `expand` times the channels, a window in each, excite, and down again."""
    many, few = inputs * expand, max(1, inputs // 4)
    body = [convolve(inputs, many, 1, activation=nn.SiLU)] if expand > 1 else []
    body += [
        convolve(many, many, kernel, stride, groups=many, activation=nn.SiLU),
        Excite(many, few),
        convolve(many, outputs, 1, activation=None),
    ]
    if stride == 1 and inputs == outputs:
        return Residual(body, activation=None)
    return nn.Sequential(*body)


# --8<-- [end:inverted]


# --8<-- [start:efficientnet]
EFFICIENTNET = (  # channels, blocks, stride, kernel, expansion
    (16, 1, 1, 3, 1),
    (24, 2, 2, 3, 6),
    (40, 2, 2, 5, 6),
    (80, 3, 2, 3, 6),
    (112, 3, 1, 5, 6),
    (192, 4, 2, 5, 6),
    (320, 1, 1, 3, 6),
)


def efficientnet(size=224, width=1.0, depth=1.0, classes=1000):
    """EfficientNet-B0 of 2019, or scaled: (batch, 3, size, size) to (batch, 1000)."""
    require_size(size, least=1)
    inputs, last = scale_channels(32, width), scale_channels(1280, width)
    stages = {"stage1": [convolve(3, inputs, 3, 2, activation=nn.SiLU)]}
    for number, row in enumerate(EFFICIENTNET, start=2):
        channels, repeats, stride, kernel, expand = row
        outputs, times = scale_channels(channels, width), scale_repeats(repeats, depth)
        how = {"kernel": kernel, "expand": expand}
        stages[f"stage{number}"] = stack(
            inverted, inputs, outputs, times, stride, **how
        )
        inputs = outputs
    stages["stage9"] = [convolve(inputs, last, 1, activation=nn.SiLU)]
    return Network(stages | {"head": pooled_head(last, classes, drop=0.2)}, size)


# --8<-- [end:efficientnet]
