"""AlexNet and VGG-16 in PyTorch: convolutions, pooling, and large dense layers."""

# --8<-- [start:imports]
from torch import nn

# --8<-- [end:imports]
from lessons.convolutions.numpy import output_size
from lessons.imagenet.blocks_torch import Network, convolve, dense_head, stack
from lessons.imagenet.numpy import require_size, scale_channels, scale_repeats


# --8<-- [start:alexnet]
def alexnet(size=227, width=1.0, depth=1.0, classes=1000):
    """AlexNet of 2012, its halves on two GPUs: (batch, 3, 227, 227) to (batch, 1000).

    Its local response normalisation, which has no parameters, is left out.
    """
    require_size(size, least=67)
    a, b, c, d = (scale_channels(each, width) for each in (96, 256, 384, 4096))
    how = {"repeats": scale_repeats(1, depth), "norm": False}
    side = size  # of the maps, which the dense layers have to know
    for kernel, stride in ((11, 4), (3, 2), (3, 2), (3, 2)):
        side = output_size(side, kernel, stride)
    stages = {
        "stage1": [convolve(3, a, 11, 4, 0, norm=False), nn.MaxPool2d(3, 2)],
        "stage2": [
            *stack(convolve, a, b, kernel=5, groups=2, **how),
            nn.MaxPool2d(3, 2),
        ],
        "stage3": stack(convolve, b, c, **how),
        "stage4": stack(convolve, c, c, groups=2, **how),
        "stage5": [*stack(convolve, c, b, groups=2, **how), nn.MaxPool2d(3, 2)],
        "head": dense_head(b * side**2, d, classes),
    }
    return Network(stages, size)


# --8<-- [end:alexnet]


# --8<-- [start:vgg16]
def vgg16(size=224, width=1.0, depth=1.0, classes=1000):
    """VGG-16 of 2014, windows of 3 x 3 only: (batch, 3, 224, 224) to (batch, 1000)."""
    require_size(size, least=32)
    stages, inputs = {}, 3
    for number, (channels, repeats) in enumerate(
        ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), start=1
    ):
        outputs = scale_channels(channels, width)
        repeats = scale_repeats(repeats, depth)
        layers = stack(convolve, inputs, outputs, repeats, norm=False)
        stages[f"stage{number}"], inputs = [*layers, nn.MaxPool2d(2)], outputs
    pixels = inputs * (size // 32) ** 2
    stages["head"] = dense_head(pixels, scale_channels(4096, width), classes)
    return Network(stages, size)


# --8<-- [end:vgg16]
