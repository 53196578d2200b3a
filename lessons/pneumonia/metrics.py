"""Figures of merit for two classes. Each takes weights: how often each picture counts.

labels: 0 or 1, (n,); scores: log-odds for class 1, (n,); weights: (n,), ones if None.
Each raises ValueError where a class that it needs is absent.
"""

import numpy as np


def counted(weights, labels):
    """Return weights as float64 (n,); a mask counts its pictures once."""
    return np.ones(len(labels)) if weights is None else np.asarray(weights, float)


def recall(labels, scores, weights, label, threshold=0.0):
    """Return the share of the pictures of a class that are given this class."""
    weights = counted(weights, labels)
    weights = weights * (labels == label)
    if weights.sum() == 0:
        raise ValueError(f"no picture of class {label}: its recall is undefined")
    return float(weights @ ((scores > threshold) == label) / weights.sum())


def sensitivity(labels, scores, weights=None, threshold=0.0):
    """Return the share of the ill that are found."""
    return recall(labels, scores, weights, 1, threshold)


def specificity(labels, scores, weights=None, threshold=0.0):
    """Return the share of the healthy that are left in peace."""
    return recall(labels, scores, weights, 0, threshold)


def balanced_accuracy(labels, scores, weights=None, threshold=0.0):
    """Return the mean of sensitivity and specificity; guessing gives 0.5."""
    both = [recall(labels, scores, weights, label, threshold) for label in (0, 1)]
    return sum(both) / 2


def roc_curve(labels, scores, weights=None):
    """Return false and true positive rates, (k + 1,), for falling thresholds.

    k is the number of different scores; both rates start at 0 and end at 1.
    """
    weights = counted(weights, labels)
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)  # equal scores go together
    rates = []
    for label in (0, 1):
        passed = np.cumsum(weights[order] * (labels[order] == label))
        if passed[-1] == 0:
            raise ValueError(f"no picture of class {label}: the curve is undefined")
        rates.append(np.append(0.0, passed[last] / passed[-1]))
    return tuple(rates)


def auc(labels, scores, weights=None):
    """Return the area under the ROC curve.

    It is the chance that an ill picture scores above a healthy one, ties counting half.
    """
    false, true = roc_curve(labels, scores, weights)
    return float(np.sum(np.diff(false) * (true[1:] + true[:-1]) / 2))


def probabilities(scores):
    """Return the probabilities of pneumonia, (n,), that scores stand for."""
    return 1 / (1 + np.exp(-np.clip(scores, -500, 500)))


def log_loss(labels, scores, weights=None):
    """Return the mean of -log of the probability given to what was true, in nats."""
    losses = np.logaddexp(0, np.where(labels == 1, -scores, scores))
    return float(np.average(losses, weights=counted(weights, labels)))


def reliability(labels, scores, weights=None, bins=10):
    """Return, for each bin of probability, its weight, mean probability, share ill.

    The bins are equally wide; (bins,) each, with 0 where a bin is empty.
    """
    weights = counted(weights, labels)
    given = probabilities(scores)
    index = np.minimum((given * bins).astype(int), bins - 1)
    total, said, ill = (
        np.bincount(index, weights * values, minlength=bins)
        for values in (1.0, given, labels)
    )
    filled = np.maximum(total, 1e-12)
    return total / total.sum(), said / filled, ill / filled


def calibration_error(labels, scores, weights=None, bins=10):
    """Return the mean distance, over pictures, of a bin's probability from its share.

    This is the expected calibration error, for the probability of pneumonia.
    """
    share, said, ill = reliability(labels, scores, weights, bins)
    return float(share @ np.abs(said - ill))


def predictive_value(sensitivity, specificity, prevalence):
    """Return the chance that a picture called ill is ill, where `prevalence` are."""
    found = sensitivity * prevalence
    alarms = (1 - specificity) * (1 - prevalence)
    return found / (found + alarms)
