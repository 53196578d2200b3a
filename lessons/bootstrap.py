"""Intervals by the bootstrap: over patients or leaves, rather than over pictures.

Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993.
"""

import numpy as np


def resample(groups, draws=1000, seed=0):
    """Return how often each picture counts in each draw: (draws, n).

    groups: (n,), whose picture each is. A draw takes as many groups as there are, with
    replacement, and each with all its pictures. Raises ValueError for a single group,
    which has no spread.
    """
    names, numbers = np.unique(groups, return_inverse=True)
    if len(names) < 2:
        raise ValueError(
            f"a bootstrap needs at least 2 groups, but there is {len(names)}"
        )
    even = np.full(len(names), 1 / len(names))
    counts = np.random.default_rng(seed).multinomial(len(names), even, size=draws)
    return counts[:, numbers].astype(float)


def interval(values, level=0.95):
    """Return the two percentiles of drawn values that enclose the level."""
    tail = 50 * (1 - level)
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)
