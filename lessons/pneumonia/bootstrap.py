"""A figure of merit over several networks, and its interval over drawn patients."""

import numpy as np

from lessons.bootstrap import interval


def repeated(metric, labels, runs, weights):
    """Return the metric's mean over the runs in each repeat, (repeats,).

    runs: the scores of each network, (networks, n); weights: as from resample. Raises
    ValueError where a repeat lacks a class.
    """
    return np.array(
        [np.mean([metric(labels, scores, w) for scores in runs]) for w in weights]
    )


def summary(metric, labels, runs, weights):
    """Return the mean over runs, its interval over repeats, and each run's value.

    The interval is centred: what drawing adds to a figure on average, as it does to a
    calibration error, which is a mean of absolute values, is taken off again.
    """
    values = [metric(labels, scores) for scores in runs]
    mean, drawn = np.mean(values), repeated(metric, labels, runs, weights)
    return float(mean), interval(drawn - drawn.mean() + mean), values
