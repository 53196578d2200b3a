"""The blocks that all architectures share, in PyTorch."""

# --8<-- [start:imports]
from collections import OrderedDict

from torch import nn

# --8<-- [end:imports]


# --8<-- [start:convolve]
def convolve(
    inputs,
    outputs,
    kernel=3,
    stride=1,
    padding=None,
    groups=1,
    norm=True,
    activation=nn.ReLU,
):
    """A convolution, then batch normalisation and an activation, where wanted.

    It pads by half the kernel, unless told otherwise. A bias stands in where the
    normalisation is left out. Weights start as He's.
    """
    padding = kernel // 2 if padding is None else padding
    how = {"padding": padding, "groups": groups, "bias": not norm}
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, **how)]
    nn.init.kaiming_normal_(layers[0].weight)
    if norm:
        layers.append(nn.BatchNorm2d(outputs))
    if activation:
        layers.append(activation())
    return nn.Sequential(*layers)


# --8<-- [end:convolve]


# --8<-- [start:stack]
def stack(block, inputs, outputs, repeats, stride=1, **how):
    """A block several times: the first changes the size, the others keep it."""
    rest = [block(outputs, outputs, **how) for _ in range(repeats - 1)]
    return [block(inputs, outputs, stride=stride, **how), *rest]


# --8<-- [end:stack]


# --8<-- [start:dense_head]
def dense_head(inputs, hidden, classes):
    """The end of AlexNet and VGG: three dense layers with dropout between them."""
    return [
        nn.Flatten(),
        nn.Linear(inputs, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, classes),
    ]


def pooled_head(inputs, classes, drop=0.0):
    """The end of all others: the mean of each map, and one dense layer."""
    mean = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return [*mean, nn.Dropout(drop), nn.Linear(inputs, classes)]


# --8<-- [end:dense_head]


# --8<-- [start:network]
class Network(nn.Sequential):
    """Stages {name: layers}, one after the other, for pictures of one size."""

    def __init__(self, stages, size, channels=3):
        stages = {name: nn.Sequential(*layers) for name, layers in stages.items()}
        super().__init__(OrderedDict(stages))
        self.shape = channels, size, size

    def forward(self, pictures):
        """Return scores (batch, classes) for pictures (batch, channels, size, size)."""
        if pictures.shape[1:] != self.shape:
            should, are = (
                "×".join(map(str, x)) for x in (self.shape, pictures.shape[1:])
            )
            raise ValueError(f"built for pictures of {should}, but they are {are}")
        return super().forward(pictures)


# --8<-- [end:network]
