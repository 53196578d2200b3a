"""Write a trained generator as one .safetensors file, for the demo in the page.

Batch normalisation is folded into the layers before it, so that three layers are left.
The arrays have PyTorch's layout, whichever framework they come from: dense weights
(out, in), kernels of transposed convolutions (in, out, height, width).
"""

import json

import numpy as np
from safetensors.numpy import save

from lessons.gan.layers import transposed_convolution


def pack(generator, noise):
    """Return a PyTorch generator's file, in float16 where that costs nothing.

    Nothing is lost if no pixel bends by a level of grey, for this noise (n, latent).
    """
    arrays = torch_arrays(generator)
    halves = {name: array.astype(np.float16) for name, array in arrays.items()}
    bent = abs(paint(halves, noise) - paint(arrays, noise)).max()
    arrays = halves if bent < 1 / 255 else arrays
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return save(arrays, {"latent": json.dumps(noise.shape[1])})


def torch_arrays(generator):
    """Return a PyTorch generator's arrays by name."""
    host = [
        {
            name: array.detach().cpu().numpy()
            for name, array in layer.state_dict().items()
        }
        for layer in generator
    ]
    norms = [
        (part["weight"], part["bias"], part["running_mean"], part["running_var"])
        for part in (host[2], host[5])
    ]
    layers = [(host[place]["weight"], host[place]["bias"]) for place in (0, 4, 7)]
    return fold(layers, norms)


def keras_arrays(generator):
    """Return the same for a Keras generator, in PyTorch's layout."""
    weight, bias = generator.layers[0].get_weights()  # (latent, 7 * 7 * channels)
    weight = weight.reshape(len(weight), 7, 7, -1).transpose(3, 1, 2, 0)
    dense = (
        weight.reshape(-1, weight.shape[-1]),
        bias.reshape(7, 7, -1).T.swapaxes(1, 2),
    )
    layers = [(dense[0], dense[1].ravel())]
    for place in (4, 7):
        kernel, bias = generator.layers[place].get_weights()  # (k, l, out, in)
        layers.append((kernel.transpose(3, 2, 0, 1), bias))
    return fold(layers, [generator.layers[place].get_weights() for place in (2, 5)])


def fold(layers, norms, epsilon=1e-5):
    """Return arrays by name; a norm scales and shifts what comes before it."""
    arrays = {}
    for name, (weight, bias), norm in zip(
        ("dense", "first", "second"), layers, [*norms, None], strict=True
    ):
        if norm:
            scale, shift, mean, variance = (
                np.repeat(part, len(bias) // len(part)) for part in norm
            )
            factor = scale / np.sqrt(variance + epsilon)
            axes = (-1, 1) if weight.ndim == 2 else (1, -1, 1, 1)  # where outputs lie
            weight, bias = weight * factor.reshape(axes), (bias - mean) * factor + shift
        arrays |= {f"{name}.weight": weight, f"{name}.bias": bias}
    return arrays


def paint(arrays, noise):
    """Return the pictures (n, 28, 28) of folded arrays, as the demo computes them."""
    part = {name: array.astype(float) for name, array in arrays.items()}
    hidden = np.maximum(noise @ part["dense.weight"].T + part["dense.bias"], 0)
    hidden = hidden.reshape(len(noise), -1, 7, 7)
    for name in ("first", "second"):
        bias = part[f"{name}.bias"][:, np.newaxis, np.newaxis]
        hidden = transposed_convolution(hidden, part[f"{name}.weight"]) + bias
        hidden = np.maximum(hidden, 0) if name == "first" else 1 / (1 + np.exp(-hidden))
    return hidden[:, 0]
