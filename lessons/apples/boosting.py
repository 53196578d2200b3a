"""Gradient boosting: trees, each of which corrects the sum of those before it."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier


def fit_boosting(inputs, labels, seed, **setting):
    """Fit scikit-learn's boosting to (n, features); return a function that predicts.

    It turns (m, features) into log-probabilities (m, classes).
    """
    trees = HistGradientBoostingClassifier(
        early_stopping=False, min_samples_leaf=5, random_state=seed, **setting
    ).fit(inputs, labels)
    return lambda inputs: np.log(trees.predict_proba(inputs).clip(1e-12))
