"""Figures of merit, and how far to trust them: a bootstrap over leaves.

Each figure takes weights, (…, n): how often each photograph counts, once in the data
itself, 0 to many times in a resampling. It returns an array (…).
"""

import numpy as np

BINS = 10


def accuracy(weights, log_probabilities, labels):
    """Return the weighted share of photographs whose most probable class is right."""
    right = log_probabilities.argmax(axis=1) == labels
    return weights @ right / weights.sum(axis=-1)


def balanced_accuracy(weights, log_probabilities, labels):
    """Return the mean, over the classes, of the share of each that is named right."""
    shares = []
    for label in np.unique(labels):
        own = weights * (labels == label)
        with np.errstate(
            invalid="ignore"
        ):  # a class that a resampling left out is skipped
            shares.append(accuracy(own, log_probabilities, labels))
    return np.nanmean(shares, axis=0)


def log_loss(weights, log_probabilities, labels):
    """Return the mean of -log(probability of the right class), in nats."""
    losses = -log_probabilities[np.arange(len(labels)), labels]
    return weights @ losses / weights.sum(axis=-1)


def calibration_error(weights, log_probabilities, labels):
    """Return the expected calibration error over ten bins of confidence of equal width.

    The mean, over photographs, of |accuracy - mean confidence| in the photograph's bin.
    Source: Guo et al. 2017.
    """
    confidence = np.exp(log_probabilities.max(axis=1))
    right = log_probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    in_bin = bins[:, None] == np.arange(BINS)  # (n, bins)
    gaps = weights @ (
        in_bin * (right - confidence)[:, None]
    )  # (…, bins), times their weight
    return np.abs(gaps).sum(axis=-1) / weights.sum(axis=-1)


def resample(groups, draws=2000, seed=0):
    """Return weights (draws, n): as many groups as there are, drawn with replacement.

    A group that is drawn k times counts k times with all its photographs. Raises
    ValueError for a single group, which has no spread.
    """
    names, numbers = np.unique(groups, return_inverse=True)
    if len(names) < 2:
        raise ValueError(
            f"a bootstrap needs at least 2 groups, but there is {len(names)}"
        )
    even = np.full(len(names), 1 / len(names))
    counts = np.random.default_rng(seed).multinomial(len(names), even, size=draws)
    return counts[:, numbers].astype(float)


def interval(figure, groups, log_probabilities, labels, weights=None):
    """Return a figure and the 2.5 % and 97.5 % points of its bootstrap over groups."""
    weights = resample(groups) if weights is None else weights
    value = figure(np.ones(len(labels)), log_probabilities, labels)
    drawn = figure(weights, log_probabilities, labels)
    return float(value), *(float(point) for point in np.quantile(drawn, (0.025, 0.975)))


def paired(figure, groups, first, second, labels):
    """Return how much more the first model has of a figure, with its 95 % interval.

    Both are judged on the same photographs and in the same resamplings.
    """
    weights, ones = resample(groups), np.ones(len(labels))
    value = figure(ones, first, labels) - figure(ones, second, labels)
    drawn = figure(weights, first, labels) - figure(weights, second, labels)
    return float(value), *(float(point) for point in np.quantile(drawn, (0.025, 0.975)))


def mean_interval(values, groups, draws=2000, seed=0):
    """Return the mean of values (n,) and its 95 % interval over groups."""
    weights = resample(groups, draws, seed)
    drawn = weights @ values / weights.sum(axis=1)
    return float(values.mean()), *(float(p) for p in np.quantile(drawn, (0.025, 0.975)))
