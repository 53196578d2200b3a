"""Temperature scaling: one number that makes a confidence worth what it says."""

import numpy as np
from scipy.optimize import minimize_scalar

from lessons.apples.metrics import log_loss


def soften(log_probabilities, temperature):
    """Divide scores by a temperature: above 1, answers grow less certain; none changes.

    Log-probabilities (n, classes) are scores up to a constant of each row, so they will
    do.
    Raises ValueError where the temperature is not above 0.
    """
    if not temperature > 0:
        raise ValueError(f"a temperature should be above 0, but is {temperature}")
    scores = log_probabilities / temperature
    largest = scores.max(axis=1, keepdims=True)
    return (
        scores - largest - np.log(np.exp(scores - largest).sum(axis=1, keepdims=True))
    )


def fit_temperature(log_probabilities, labels):
    """Return the temperature with the least log-loss on held-out photographs.

    0.05 to 20. Source: Guo et al. 2017.
    """
    weights = np.ones(len(labels))

    def loss(exponent):
        return log_loss(weights, soften(log_probabilities, np.exp(exponent)), labels)

    limits = np.log(0.05), np.log(20)
    return float(np.exp(minimize_scalar(loss, bounds=limits, method="bounded").x))


def reliability(log_probabilities, labels, edges):
    """Return mean confidence, accuracy and count of each bin of confidence.

    A bin that is empty is left out.
    """
    confidence = np.exp(log_probabilities.max(axis=1))
    right = log_probabilities.argmax(axis=1) == labels
    bins = np.clip(np.digitize(confidence, edges) - 1, 0, len(edges) - 2)
    filled = [bins == number for number in np.unique(bins)]
    return np.array(
        [(confidence[own].mean(), right[own].mean(), own.sum()) for own in filled]
    )
