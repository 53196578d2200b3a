"""Finding a small picture among larger ones, whatever part of them was cut out."""

import numpy as np


def areas(size, low, high, count):
    """Return weights (count, size) that average the pixels from low to high.

    Row i takes the mean of the i-th of `count` equal stretches of [low, high].
    """
    edges = np.linspace(low, high, count + 1)
    left = np.maximum(edges[:-1, None], np.arange(size))
    right = np.minimum(edges[1:, None], np.arange(1, size + 1))
    weights = np.maximum(right - left, 0)
    return (weights / weights.sum(1, keepdims=True)).astype(np.float32)


def middle(images, share, edge):
    """Return the middle `share` of the width of each image, as (n, edge, edge)."""
    height, width = images.shape[1:]
    across = areas(width, width * (1 - share) / 2, width * (1 + share) / 2, edge)
    down = areas(height, 0, height, edge)
    return down @ images.astype(np.float32) @ across.T


def standardised(images):
    """Return images as rows of mean 0 and length 1, whose products are correlations."""
    rows = images.reshape(len(images), -1).astype(np.float32)
    rows = rows - rows.mean(1, keepdims=True)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def match(pictures, images):
    """Return, for each picture, its most similar image and their correlation, (n,).

    pictures: (n, edge, edge), cut from the middle of photographs; images: (m, height,
    width), the same photographs squeezed to a square. How wide they were is not known,
    so shares of the width from half to all are tried.
    """
    wanted = standardised(pictures)
    best, found = np.full(len(pictures), -2.0), np.zeros(len(pictures), int)
    for share in np.arange(0.5, 1.001, 0.02):
        rows = standardised(middle(images, share, pictures.shape[1]))
        correlations = wanted @ rows.T  # (n, m)
        top = correlations.max(1)
        better = top > best
        best[better], found[better] = top[better], correlations[better].argmax(1)
    return found, best
