"""AlexNet and VGG-16 in TensorFlow: convolutions, pooling, and large dense layers."""

# --8<-- [start:imports]
from keras import layers

# --8<-- [end:imports]
from lessons.imagenet.blocks_tensorflow import Network, convolve, dense_head, stack
from lessons.imagenet.numpy import require_size, scale_channels, scale_repeats


# --8<-- [start:alexnet]
def alexnet(size=227, width=1.0, depth=1.0, classes=1000):
    """AlexNet of 2012, its halves on two GPUs: (batch, 227, 227, 3) to (batch, 1000).

    Its local response normalisation, which has no parameters, is left out.
    """
    require_size(size, least=67)
    a, b, c, d = (scale_channels(each, width) for each in (96, 256, 384, 4096))
    how = {"repeats": scale_repeats(1, depth), "norm": False}
    pool = layers.MaxPooling2D(3, 2)
    stages = {
        "stage1": [convolve(a, 11, 4, 0, norm=False), pool],
        "stage2": [*stack(convolve, b, kernel=5, groups=2, **how), pool],
        "stage3": stack(convolve, c, **how),
        "stage4": stack(convolve, c, groups=2, **how),
        "stage5": [*stack(convolve, b, groups=2, **how), pool],
        "head": dense_head(d, classes),
    }
    return Network(stages, size)


# --8<-- [end:alexnet]


# --8<-- [start:vgg16]
def vgg16(size=224, width=1.0, depth=1.0, classes=1000):
    """VGG-16 of 2014, windows of 3 x 3 only: (batch, 224, 224, 3) to (batch, 1000)."""
    require_size(size, least=32)
    stages = {}
    for number, (channels, repeats) in enumerate(
        ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), start=1
    ):
        outputs = scale_channels(channels, width)
        repeats = scale_repeats(repeats, depth)
        blocks = stack(convolve, outputs, repeats, norm=False)
        stages[f"stage{number}"] = [*blocks, layers.MaxPooling2D(2)]
    stages["head"] = dense_head(scale_channels(4096, width), classes)
    return Network(stages, size)


# --8<-- [end:vgg16]
