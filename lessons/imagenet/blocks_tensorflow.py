"""The blocks that all architectures share, in TensorFlow."""

# --8<-- [start:imports]
import keras
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:convolve]
def convolve(
    outputs,
    kernel=3,
    stride=1,
    padding=None,
    groups=1,
    norm=True,
    activation="relu",
):
    """A convolution, then batch normalisation and an activation, where wanted.

    It pads by half the kernel, unless told otherwise. A bias stands in where the
    normalisation is left out. Weights start as He's.
    """
    padding = kernel // 2 if padding is None else padding
    how = {"groups": groups, "use_bias": not norm, "kernel_initializer": "he_normal"}

    def block(x):
        if padding:
            x = layers.ZeroPadding2D(padding)(x)
        x = layers.Conv2D(outputs, kernel, stride, **how)(x)
        if norm:
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        return layers.Activation(activation)(x) if activation else x

    return block


# --8<-- [end:convolve]


# --8<-- [start:stack]
def stack(block, outputs, repeats, stride=1, **how):
    """A block several times: the first changes the size, the others keep it."""
    rest = [block(outputs, **how) for _ in range(repeats - 1)]
    return [block(outputs, stride=stride, **how), *rest]


# --8<-- [end:stack]


# --8<-- [start:dense_head]
def dense_head(hidden, classes):
    """The end of AlexNet and VGG: three dense layers with dropout between them."""
    return [
        layers.Flatten(),
        layers.Dense(hidden, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(hidden, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(classes),
    ]


def pooled_head(classes, drop=0.0):
    """The end of all others: the mean of each map, and one dense layer."""
    return [
        layers.GlobalAveragePooling2D(),
        layers.Dropout(drop),
        layers.Dense(classes),
    ]


# --8<-- [end:dense_head]


# --8<-- [start:network]
class Network(keras.Sequential):
    """Stages {name: blocks}, one after the other, for pictures of one size."""

    def __init__(self, stages, size, channels=3):
        shape, parts = (size, size, channels), []
        for name, blocks in stages.items():
            inputs = outputs = keras.Input(shape)
            for block in blocks:
                outputs = block(outputs)
            parts.append(keras.Model(inputs, outputs, name=name))
            shape = outputs.shape[1:]
        super().__init__([keras.Input((size, size, channels)), *parts])


# --8<-- [end:network]
