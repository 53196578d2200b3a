"""Features of digits that a person thought of: dark squares, and edges by direction."""

import numpy as np


# --8<-- [start:zones]
def zones(images):
    """Return how dark each 4 x 4 square of images (n, 28, 28) is: (n, 49)."""
    return images.reshape(len(images), 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49)


# --8<-- [end:zones]


# --8<-- [start:oriented_gradients]
def oriented_gradients(images, cell=4, directions=9):
    """Return how much edge runs which way in each cell of images (n, 28, 28): (n, 441).

    A pixel's edge is shared between the two nearest directions, and each cell is scaled
    to a length of about 1. Raises ValueError where the cells do not fit.
    """
    size, rest = divmod(images.shape[1], cell)
    if rest:
        raise ValueError(f"cells of {cell} do not fill images {images.shape}")
    down, right = np.gradient(images, axis=(1, 2))
    strength = np.hypot(down, right)
    turned = np.arctan2(down, right) / (2 * np.pi) * directions  # 0 to 9 is all round
    cells = np.empty((len(images), size, size, directions), np.float32)
    for direction in range(directions):
        away = (turned - direction + directions / 2) % directions - directions / 2
        part = strength * np.clip(1 - np.abs(away), 0, None)
        part = part.reshape(len(images), size, cell, size, cell)
        cells[..., direction] = part.sum(axis=(2, 4))
    lengths = np.sqrt(np.sum(cells**2, axis=3, keepdims=True) + 0.1)
    return (cells / lengths).reshape(len(images), -1)


# --8<-- [end:oriented_gradients]
