"""Convolutions from scratch: kernel, layer, pooling, and the arithmetic of sizes."""

# --8<-- [start:imports]
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

# --8<-- [end:imports]


# --8<-- [start:shift]
def shift(images, down, right):
    """Move images (..., height, width) by whole pixels; what comes in is 0."""
    moved = np.zeros_like(images)
    height, width = images.shape[-2:]
    rows = slice(max(-down, 0), max(height - down, 0))
    columns = slice(max(-right, 0), max(width - right, 0))
    kept = images[..., rows, columns]
    top, left = max(down, 0), max(right, 0)
    moved[..., top : top + kept.shape[-2], left : left + kept.shape[-1]] = kept
    return moved


# --8<-- [end:shift]


# --8<-- [start:cross_correlate]
def cross_correlate(image, kernel):
    """Slide a kernel (k, l) over an image; return (height - k + 1, width - l + 1).

    Raises ValueError where the kernel does not fit into the image.
    """
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    if rows < 1 or columns < 1:
        raise ValueError(
            f"a kernel {kernel.shape} does not fit into an image {image.shape}"
        )
    response = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = image[i : i + kernel.shape[0], j : j + kernel.shape[1]]
            response[i, j] = np.sum(patch * kernel)
    return response


# --8<-- [end:cross_correlate]


# --8<-- [start:output_size]
def output_size(size, kernel, stride=1, padding=0):
    """Return in how many places a kernel fits along an edge of `size` pixels."""
    return (size + 2 * padding - kernel) // stride + 1


# --8<-- [end:output_size]


# --8<-- [start:convolution_layer]
def convolution_layer(images, kernels, bias, stride=1, padding=0):
    """Return (batch, out, rows, columns) for images (batch, in, height, width).

    The kernels are (out, in, k, l), the bias (out,). Raises ValueError if these
    shapes do not fit.
    """
    if images.ndim != 4 or kernels.ndim != 4 or images.shape[1] != kernels.shape[1]:
        raise ValueError(
            f"images {images.shape} and kernels {kernels.shape} do not fit"
        )
    if bias.shape != kernels.shape[:1]:
        raise ValueError(
            f"kernels {kernels.shape} need as many biases, not {bias.shape}"
        )
    images = np.pad(images, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    patches = sliding_window_view(images, kernels.shape[2:], axis=(2, 3))
    patches = patches[:, :, ::stride, ::stride]  # (batch, in, rows, columns, k, l)
    response = np.einsum("bcijkl,ockl->boij", patches, kernels, optimize=True)
    return response + bias[:, np.newaxis, np.newaxis]


# --8<-- [end:convolution_layer]


# --8<-- [start:max_pool]
def max_pool(images, size=2):
    """Return the largest value of each square of (batch, channels, height, width)."""
    batch, channels, height, width = images.shape
    rows, columns = height // size, width // size
    # A remainder at the edge is dropped, as the frameworks do.
    images = images[:, :, : rows * size, : columns * size]
    return images.reshape(batch, channels, rows, size, columns, size).max(axis=(3, 5))


# --8<-- [end:max_pool]


# --8<-- [start:receptive_field]
def receptive_field(layers):
    """Return how many pixels wide one output sees; layers are (kernel, stride)."""
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step *= stride
    return field


# --8<-- [end:receptive_field]


# --8<-- [start:confusion_matrix]
def confusion_matrix(labels, predictions, classes=10):
    """Return counts (classes, classes): a row a label, a column a prediction."""
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


# --8<-- [end:confusion_matrix]
