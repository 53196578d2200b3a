"""Signals through a deep stack of layers, from scratch: forward, backward, variance."""

# --8<-- [start:imports]
import math
from itertools import pairwise

import numpy as np

# --8<-- [end:imports]


# --8<-- [start:to_vectors]
def to_vectors(images, mean, deviation):
    """Halve images (n, 28, 28) to 14 x 14 and return vectors (n, 196), standardised.

    Each new pixel is the mean of four. Raises ValueError for another shape.
    """
    if images.shape[1:] != (28, 28):
        raise ValueError(f"images should be (n, 28, 28), but are {images.shape}")
    small = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)
    return (small - mean) / deviation


# --8<-- [end:to_vectors]


# --8<-- [start:learning_rates]
def learning_rates(peak, steps, warm=0.0, cosine=False):
    """Return the learning rate of each step: up for a share `warm`, then level or down.

    With cosine=True it falls to zero along half a cosine, otherwise it stays.
    """
    step, rising = np.arange(1, steps + 1), int(warm * steps)
    rates = np.full(steps, float(peak))
    if cosine:
        done = (step - 1 - rising) / max(1, steps - rising)
        rates = peak * (1 + np.cos(np.pi * done)) / 2
    rates[:rising] = peak * step[:rising] / max(1, rising)
    return rates.astype(np.float32)


# --8<-- [end:learning_rates]


# --8<-- [start:activate]
def activate(sums, name):
    """Return an activation of the sums, and its derivative there, in their shape."""
    if name == "linear":
        return sums, np.ones_like(sums)
    if name == "sigmoid":
        signal = 1 / (1 + np.exp(-sums))
        return signal, signal * (1 - signal)
    if name == "tanh":
        return np.tanh(sums), 1 - np.tanh(sums) ** 2
    if name == "relu":
        return np.maximum(sums, 0), (sums > 0).astype(sums.dtype)
    if name == "gelu":
        below = (1 + np.vectorize(math.erf)(sums / np.sqrt(2))) / 2  # Φ
        density = np.exp(-(sums**2) / 2) / np.sqrt(2 * np.pi)
        return sums * below, below + sums * density
    raise ValueError(f"no activation {name!r}; use linear, sigmoid, tanh, relu or gelu")


# --8<-- [end:activate]


# --8<-- [start:draw_weights]
def draw_weights(random, inputs, outputs, scheme):
    """Return weights (inputs, outputs): "xavier", "he", or a standard deviation."""
    if scheme == "xavier":
        limit = np.sqrt(6 / (inputs + outputs))
        return random.uniform(-limit, limit, (inputs, outputs))
    if scheme != "he" and not isinstance(scheme, float):
        raise ValueError(f"no scheme {scheme!r}; use 'xavier', 'he' or a float")
    deviation = np.sqrt(2 / inputs) if scheme == "he" else scheme
    return random.normal(0, deviation, (inputs, outputs))


# --8<-- [end:draw_weights]


# --8<-- [start:forward]
def forward(images, weights, activation):
    """Return what enters and leaves each layer, and the slopes of its activations.

    Images are (batch, inputs); weights are matrices (inputs, outputs), first layer
    first. Raises ValueError for a matrix that does not fit what enters it.
    """
    signals, slopes = [images], []
    for layer, matrix in enumerate(weights, start=1):
        if signals[-1].shape[1] != len(matrix):
            raise ValueError(
                f"layer {layer}: weights {matrix.shape} do not fit a signal "
                f"{signals[-1].shape}"
            )
        signal, slope = activate(signals[-1] @ matrix, activation)
        signals.append(signal)
        slopes.append(slope)
    return signals, slopes


# --8<-- [end:forward]


# --8<-- [start:backward]
def backward(error, weights, slopes):
    """Return the gradient at each layer's sums, first layer first.

    The error (batch, outputs) is the gradient at what the last layer puts out.
    """
    gradients = []
    for matrix, slope in zip(reversed(weights), reversed(slopes)):
        gradients.append(error * slope)  # through the activation
        error = gradients[-1] @ matrix.T  # through the weights
    return gradients[::-1]


# --8<-- [end:backward]


# --8<-- [start:measure_signals]
def measure_signals(random, images, activation, scheme, depth=20, width=32):
    """Return the standard deviation of signals and of gradients, each (depth,).

    The stack is drawn anew; at its top enters an error of normal noise, size 1.
    """
    sizes = [images.shape[1]] + [width] * depth
    weights = [draw_weights(random, *pair, scheme) for pair in pairwise(sizes)]
    signals, slopes = forward(images, weights, activation)
    gradients = backward(random.normal(size=signals[-1].shape), weights, slopes)
    return [s.std() for s in signals[1:]], [g.std() for g in gradients]


# --8<-- [end:measure_signals]


# --8<-- [start:expected_ratio]
def expected_ratio(inputs, outputs, activation, scheme):
    """Return by how much a layer multiplies the mean square of the sums before it.

    Known for "linear" and "relu"; raises KeyError for another activation.
    """
    known = {"xavier": 2 / (inputs + outputs), "he": 2 / inputs}
    variance = known[scheme] if scheme in known else scheme**2
    return inputs * variance * {"linear": 1, "relu": 1 / 2}[activation]


# --8<-- [end:expected_ratio]


# --8<-- [start:measure_ratios]
def measure_ratios(random, sizes, activation, scheme, draws=400):
    """Return the same as measured, layer by layer: a mean over draws, (layers,)."""
    ratios = np.empty((draws, len(sizes) - 1))
    for draw in range(draws):
        sums = random.normal(size=sizes[0])
        for layer, pair in enumerate(pairwise(sizes)):
            before = np.mean(sums**2)
            sums = activate(sums, activation)[0] @ draw_weights(random, *pair, scheme)
            ratios[draw, layer] = np.mean(sums**2) / before
    return ratios.mean(axis=0)


# --8<-- [end:measure_ratios]
