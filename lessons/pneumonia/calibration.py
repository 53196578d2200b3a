"""Temperature scaling: one number that makes scores bolder or more modest.

Source: Guo et al. 2017, section 4.
"""

import numpy as np

from lessons.pneumonia.metrics import probabilities


def slope(labels, scores, scale):
    """Return the derivative of the log loss of scale * scores with respect to scale."""
    return float(np.mean(scores * (probabilities(scale * scores) - labels)))


def temperature(labels, scores):
    """Return the T > 0 for which the scores / T have the least log loss.

    The loss is convex in 1 / T, so its slope is 0 once; bisection finds where. Raises
    ValueError where there is no such place: where the scores are always right, for
    then bolder is always better, or no better than chance.
    """
    low, high = 1e-3, 1e3
    if slope(labels, scores, low) >= 0 or slope(labels, scores, high) <= 0:
        raise ValueError(
            "no temperature is best: the scores are always right, or say nothing; "
            "fit on more pictures"
        )
    for _ in range(100):
        middle = np.sqrt(low * high)
        if slope(labels, scores, middle) < 0:
            low = middle
        else:
            high = middle
    return float(1 / middle)
