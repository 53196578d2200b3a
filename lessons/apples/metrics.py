"""Figures of merit, and how far to trust them: a bootstrap over leaves.

Each figure takes weights, (…, n): how often each photograph counts, once in the data
itself, 0 to many times in a resampling. It returns an array (…).
"""

import numpy as np

from lessons import bootstrap

BINS = 10
DRAWS = 2000


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


def interval(figure, groups, log_probabilities, labels):
    """Return a figure and the 2.5 % and 97.5 % points of its bootstrap over groups."""
    value = figure(np.ones(len(labels)), log_probabilities, labels)
    drawn = figure(bootstrap.resample(groups, DRAWS), log_probabilities, labels)
    return float(value), *bootstrap.interval(drawn)


def paired(figure, groups, first, second, labels):
    """Return how much more the first model has of a figure, with its 95 % interval.

    Both are judged on the same photographs and in the same resamplings.
    """
    weights, ones = bootstrap.resample(groups, DRAWS), np.ones(len(labels))
    value = figure(ones, first, labels) - figure(ones, second, labels)
    drawn = figure(weights, first, labels) - figure(weights, second, labels)
    return float(value), *bootstrap.interval(drawn)


def mean_interval(values, groups):
    """Return the mean of values (n,) and its 95 % interval over groups."""
    weights = bootstrap.resample(groups, DRAWS)
    drawn = weights @ values / weights.sum(axis=1)
    return float(values.mean()), *bootstrap.interval(drawn)
