"""GoogLeNet in TensorFlow: four branches side by side, and no large dense layers."""

# --8<-- [start:imports]
from keras import layers

# --8<-- [end:imports]
from lessons.imagenet.blocks_tensorflow import Network, convolve, pooled_head
from lessons.imagenet.numpy import require_size, scale_channels, scale_repeats

# --8<-- [start:table]
INCEPTIONS = {  # stage: channels of 1x1; 1x1 before 3x3, 3x3; 1x1 before 5x5, 5x5; pool
    "stage3": ((64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64)),
    "stage4": (
        (192, 96, 208, 16, 48, 64),
        (160, 112, 224, 24, 64, 64),
        (128, 128, 256, 24, 64, 64),
        (112, 144, 288, 32, 64, 64),
        (256, 160, 320, 32, 128, 128),
    ),
    "stage5": ((256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128)),
}
# --8<-- [end:table]


# --8<-- [start:inception]
class Inception:
    """Windows of 1 x 1, 3 x 3 and 5 x 5 and a pooling, joined channel after channel."""

    def __init__(self, channels):
        self.channels = channels

    def __call__(self, x):
        """Return (batch, height, width, outputs) for (batch, height, width, inputs)."""
        one, before3, three, before5, five, pooled = self.channels
        around = layers.MaxPooling2D(3, strides=1, padding="same")(x)
        branches = [
            convolve(one, 1, norm=False)(x),
            convolve(three, 3, norm=False)(convolve(before3, 1, norm=False)(x)),
            convolve(five, 5, norm=False)(convolve(before5, 1, norm=False)(x)),
            convolve(pooled, 1, norm=False)(around),
        ]
        return layers.Concatenate()(branches)


# --8<-- [end:inception]


# --8<-- [start:googlenet]
def googlenet(size=224, width=1.0, depth=1.0, classes=1000):
    """GoogLeNet of 2014, without its two helping heads: to (batch, 1000)."""
    require_size(size, least=1)
    a, b = scale_channels(64, width), scale_channels(192, width)
    pad, pool = layers.ZeroPadding2D(1), layers.MaxPooling2D(3, strides=2)
    stages = {
        "stage1": [convolve(a, 7, 2, norm=False), pad, pool],
        "stage2": [convolve(a, 1, norm=False), convolve(b, 3, norm=False), pad, pool],
    }
    for stage, table in INCEPTIONS.items():
        stages[stage] = []
        for row in table:
            channels = [scale_channels(each, width) for each in row]
            for _ in range(scale_repeats(1, depth)):
                stages[stage].append(Inception(channels))
        if stage != "stage5":
            stages[stage] += [pad, pool]
    stages["head"] = pooled_head(classes, drop=0.4)
    return Network(stages, size)


# --8<-- [end:googlenet]
