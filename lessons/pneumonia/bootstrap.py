"""Intervals by the bootstrap, over patients rather than pictures.

Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993.
"""

import numpy as np


def resample(groups, repeats=1000, seed=0):
    """Return how often each picture counts in each repeat, (repeats, n).

    A repeat draws as many groups as there are, with replacement; all pictures of a
    group come along together.
    """
    numbers, which = np.unique(groups, return_inverse=True)
    random = np.random.RandomState(seed)
    draws = random.randint(len(numbers), size=(repeats, len(numbers)))
    counts = np.stack([np.bincount(d, minlength=len(numbers)) for d in draws])
    return counts[:, which].astype(float)


def repeated(metric, labels, runs, weights):
    """Return the metric's mean over the runs in each repeat, (repeats,).

    runs: the scores of each network, (networks, n); weights: as from resample. Raises
    ValueError where a repeat lacks a class.
    """
    return np.array(
        [np.mean([metric(labels, scores, w) for scores in runs]) for w in weights]
    )


def interval(values, level=0.95):
    """Return the two percentiles of repeated values that enclose the level."""
    tail = 50 * (1 - level)
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)


def summary(metric, labels, runs, weights):
    """Return the mean over runs, its interval over repeats, and each run's value.

    The interval is centred: what drawing adds to a figure on average, as it does to a
    calibration error, which is a mean of absolute values, is taken off again.
    """
    values = [metric(labels, scores) for scores in runs]
    mean, drawn = np.mean(values), repeated(metric, labels, runs, weights)
    return float(mean), interval(drawn - drawn.mean() + mean), values
