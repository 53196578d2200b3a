"""Sizes of networks by arithmetic alone, and the small digits of the experiment."""

# --8<-- [start:imports]
import math

import numpy as np

# --8<-- [end:imports]


# --8<-- [start:convolution_cost]
def convolution_cost(inputs, outputs, kernel, size, groups=1):
    """Return the weights of a convolution, and its multiply-adds for one picture.

    Inputs and outputs are channels; `size` is the width of the square that comes out.
    Raises ValueError if the groups do not divide the channels.
    """
    if inputs % groups or outputs % groups:
        raise ValueError(
            f"{groups} groups do not divide {inputs} and {outputs} channels"
        )
    weights = outputs * (inputs // groups) * kernel**2
    return weights, weights * size**2


# --8<-- [end:convolution_cost]


# --8<-- [start:scale]
def scale_channels(channels, width):
    """Return the multiple of 8 nearest to channels * width, and at least 9/10 of it."""
    if not width > 0:
        raise ValueError(f"width should be above 0, but is {width}")
    rounded = max(8, int(channels * width + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * channels * width else rounded + 8


def scale_repeats(repeats, depth):
    """Return how often a block stands in a stage of a network `depth` times as deep."""
    if not depth > 0:
        raise ValueError(f"depth should be above 0, but is {depth}")
    return math.ceil(repeats * depth)


# --8<-- [end:scale]


# --8<-- [start:require_size]
def require_size(size, least):
    """Raise ValueError where pictures are too small for the windows of a network."""
    if size < least:
        raise ValueError(
            f"pictures are {size} pixels wide, and the last window would find nothing; "
            f"this network needs at least {least}"
        )


# --8<-- [end:require_size]


# --8<-- [start:halve]
def halve(images):
    """Return images (n, 28, 28) at 14 x 14, each pixel the mean of four, standardised.

    Mean and deviation are those of load_digits()'s 4,000. Raises ValueError for
    another shape.
    """
    if images.shape[1:] != (28, 28):
        raise ValueError(f"images should be (n, 28, 28), but are {images.shape}")
    small = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
    return ((small - 0.13) / 0.28).astype(np.float32)


# --8<-- [end:halve]


# --8<-- [start:learning_rates]
def learning_rates(peak, steps):
    """Return the rate of each step: up to the peak for 1/5 of them, then down to 0."""
    warm = max(1, steps // 5)
    up, down = np.arange(1, warm + 1) / warm, np.arange(steps - warm, 0, -1)
    return peak * np.concatenate([up, down / (steps - warm + 1)]).astype(np.float32)


# --8<-- [end:learning_rates]
