"""What measures a representation: a linear probe, its neighbours, a flat map of it."""

import numpy as np


# --8<-- [start:probe]
def fit_probe(inputs, labels, penalty=0.1):
    """Return weights (d, 10) and biases (10,) that name classes from inputs (n, d).

    They are the least squares to one-hot answers, with a penalty on squared weights,
    in closed form. Raises ValueError where labels do not fit, or all inputs are alike.
    """
    if len(inputs) != len(labels):
        raise ValueError(f"there are {len(inputs)} inputs and {len(labels)} labels")
    inputs, targets = inputs.astype(float), np.eye(10)[labels]
    middle, shares = inputs.mean(axis=0), targets.mean(axis=0)
    spread = (inputs - middle).std()
    if spread == 0:
        raise ValueError("all inputs are alike; no probe can tell classes from them")
    scaled = (inputs - middle) / spread  # so that the penalty means the same anywhere
    matrix = scaled.T @ scaled / len(inputs) + penalty * np.eye(inputs.shape[1])
    weights = np.linalg.solve(matrix, scaled.T @ targets / len(inputs)) / spread
    return weights, shares - middle @ weights


def probe_score(seen, labels, asked, expected):
    """Fit a probe to seen (n, d), and return its share of right answers on asked."""
    weights, biases = fit_probe(seen, labels)
    return float(np.mean((asked @ weights + biases).argmax(axis=1) == expected))


# --8<-- [end:probe]


# --8<-- [start:nearest]
def nearest(seen, asked, count=10):
    """Return which `count` of seen (n, d) are nearest to each asked: (m, count)."""
    squares = (seen**2).sum(axis=1)
    distances = squares - 2 * asked @ seen.T  # squared; |asked|² is left out
    return np.argsort(distances, axis=1, kind="stable")[:, :count]


# --8<-- [end:nearest]


# --8<-- [start:flat_map]
def flat_map(inputs):
    """Return inputs (n, d) seen from where they spread most, (n, 2), and the share.

    The share is the part of the variance that the two coordinates keep.
    """
    centred = inputs - inputs.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    return centred @ directions[:2].T, float(np.sum(sizes[:2] ** 2) / np.sum(sizes**2))


# --8<-- [end:flat_map]
