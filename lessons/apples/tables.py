"""Hand-made numbers as a plain table: trees against a line, on good data and bad."""

from dataclasses import replace

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits


def fit_line(inputs, labels, seed, strength):
    """Fit logistic regression to (n, features); return a function that predicts.

    It turns (m, features) into log-probabilities (m, classes). A missing number, nan,
    counts as its column's mean. A larger strength lets weights grow more. Nothing is
    random, so the seed changes nothing.
    """
    line = LogisticRegression(C=strength, max_iter=1000)
    model = make_pipeline(SimpleImputer(), StandardScaler(), line).fit(inputs, labels)
    return lambda inputs: np.log(model.predict_proba(inputs).clip(1e-12))


def rescaled(table):
    """Return a table (n, columns) on other scales: exp(2z), z in standard deviations.

    The order of a column's numbers stays; the distances between them do not.
    """
    spread = table.std(axis=0)
    deviations = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return np.exp(2 * deviations)


def with_holes(table, share, seed=0):
    """Return a copy of a table in which a share of the numbers is missing: nan."""
    holes = np.random.default_rng(seed).random(table.shape) < share
    return np.where(holes, np.float32(np.nan), table)


@threadpool_limits.wrap(limits=1)  # for so small a table, a second thread costs time
def compare(study, methods, tables):
    """Tune and train each method on each table, in every run.

    tables: {name: (n, columns)}, the photographs' numbers in their order. Returns the
    answers to all tested photographs as {(table, method): log-probabilities}.
    """
    answers = {}
    for name, table in tables.items():
        for method in methods:
            own = replace(method, name=f"{method.name}, {name}")
            study.inputs[own.name], study.seconds[own.name] = table, 0.0
            setting, _, _ = study.tune(own)
            fits = [study.fit(own, setting, run) for run in range(study.runs())]
            answers[name, method.name] = study.tested(fits)[0]
    return answers
