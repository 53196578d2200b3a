"""MobileNetV1 and EfficientNet-B0 in TensorFlow: each channel has its own window."""

# --8<-- [start:imports]
from keras import layers

# --8<-- [end:imports]
from lessons.imagenet.blocks_tensorflow import Network, convolve, pooled_head, stack
from lessons.imagenet.numpy import require_size, scale_channels, scale_repeats


# --8<-- [start:separable]
def separable(outputs, stride=1):
    """3 x 3 in each channel by itself, then 1 x 1 across the channels."""

    def block(x):
        inputs = x.shape[-1]
        x = convolve(inputs, 3, stride, groups=inputs)(x)
        return convolve(outputs, 1)(x)

    return block


# --8<-- [end:separable]


# --8<-- [start:mobilenet]
def mobilenet(size=224, width=1.0, depth=1.0, classes=1000):
    """MobileNetV1 of 2017: (batch, 224, 224, 3) to (batch, 1000)."""
    require_size(size, least=1)
    stages = {"stage1": [convolve(scale_channels(32, width), 3, 2)]}
    for number, (channels, repeats) in enumerate(
        ((64, 1), (128, 2), (256, 2), (512, 6), (1024, 2)), start=2
    ):
        outputs, times = scale_channels(channels, width), scale_repeats(repeats, depth)
        stride = 1 if number == 2 else 2
        stages[f"stage{number}"] = stack(separable, outputs, times, stride)
    return Network(stages | {"head": pooled_head(classes)}, size)


# --8<-- [end:mobilenet]


# --8<-- [start:excite]
class Excite:
    """Squeeze and excite: weigh each channel by what the means of all of them say."""

    def __init__(self, channels, few):
        self.channels, self.few = channels, few

    def __call__(self, x):
        """Return a tensor of the shape of x."""
        means = layers.GlobalAveragePooling2D(keepdims=True)(x)
        few = convolve(self.few, 1, norm=False, activation="silu")(means)
        weights = convolve(self.channels, 1, norm=False, activation="sigmoid")(few)
        return layers.Multiply()([x, weights])


# --8<-- [end:excite]


# --8<-- [start:inverted]
def inverted(outputs, stride=1, kernel=3, expand=6):
    """Up to `expand` times the channels, a window in each, excite, and down again."""

    def block(x):
        inputs = x.shape[-1]
        many, few, kept = inputs * expand, max(1, inputs // 4), x
        if expand > 1:
            x = convolve(many, 1, activation="silu")(x)
        x = convolve(many, kernel, stride, groups=many, activation="silu")(x)
        x = Excite(many, few)(x)
        x = convolve(outputs, 1, activation=None)(x)
        return layers.Add()([x, kept]) if x.shape == kept.shape else x

    return block


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
    """EfficientNet-B0 of 2019, or scaled: (batch, size, size, 3) to (batch, 1000)."""
    require_size(size, least=1)
    first, last = scale_channels(32, width), scale_channels(1280, width)
    stages = {"stage1": [convolve(first, 3, 2, activation="silu")]}
    for number, row in enumerate(EFFICIENTNET, start=2):
        channels, repeats, stride, kernel, expand = row
        outputs, times = scale_channels(channels, width), scale_repeats(repeats, depth)
        how = {"kernel": kernel, "expand": expand}
        stages[f"stage{number}"] = stack(inverted, outputs, times, stride, **how)
    stages["stage9"] = [convolve(last, 1, activation="silu")]
    return Network(stages | {"head": pooled_head(classes, drop=0.2)}, size)


# --8<-- [end:efficientnet]
