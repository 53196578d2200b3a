"""How alike two sets of maps are, of what networks look at."""

import numpy as np
from scipy.stats import spearmanr


def rank_correlation(first, second):
    """Return Spearman's correlation of n maps with n others, pair by pair: (n,).

    It is 1 where both rank the pixels alike, and 0 where the ranks are unrelated.
    """
    pairs = zip(first, second, strict=True)
    return np.array([spearmanr(a.ravel(), b.ravel()).statistic for a, b in pairs])
