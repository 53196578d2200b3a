"""The study: tune each method, train it on growing numbers of photographs, and test it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lessons.apples import splits
from lessons.apples.metrics import log_loss

SMALL = (10, 25, 50)  # photographs of a class; the full number comes on top
ALL = None


@dataclass(frozen=True)
class Fit:
    """One trained model: its answers on both held-out sides, and its cost.

    tuning and answers: log-probabilities (n, classes) of part 0 and of the tested positions;
    seconds: making the inputs of the photographs trained on, and fitting.
    """

    method: str
    run: int
    photographs: int
    each: int | None
    seconds: float
    positions: np.ndarray
    answers: np.ndarray
    tuning: np.ndarray
    predict: Callable


class Study:
    """Photographs, their parts, and the inputs that each method made of them."""

    def __init__(self, pictures, seed=0):
        self.pictures = pictures
        self.parts = splits.assign_parts(pictures.labels, pictures.groups, seed)
        self.inputs, self.seconds = {}, {}

    def prepare(self, method):
        """Make a method's inputs once for all runs; return the seconds for one photograph."""
        start = time.perf_counter()
        self.inputs[method.name] = method.prepare(self.pictures.photographs)
        seconds = time.perf_counter() - start
        self.seconds[method.name] = seconds / len(self.pictures.labels)
        return self.seconds[method.name]

    def fit(self, method, setting, run, each=ALL):
        """Train on whole run or on `each` photographs of a class; return a Fit."""
        inputs, labels = self.inputs[method.name], self.pictures.labels
        train, tune, test = splits.split(self.parts, run)
        if each is not ALL:
            train = splits.fewer(labels, self.pictures.groups, train, each, seed=run)
        start = time.perf_counter()
        predict = method.fit(inputs[train], labels[train], run, **setting)
        seconds = time.perf_counter() - start + len(train) * self.seconds[method.name]
        answers = predict(inputs[test]), predict(inputs[tune])
        return Fit(method.name, run, len(train), each, seconds, test, *answers, predict)

    def tune(self, method):
        """Return the setting with the least log-loss on part 0, and each setting's score.

        Trained in run 0 only; scores are pairs of log-loss and accuracy.
        """
        labels, scores = self.pictures.labels[self.parts == 0], []
        for setting in method.settings:
            answers = self.fit(method, setting, run=0).tuning
            loss = log_loss(np.ones(len(labels)), answers, labels)
            scores.append((loss, (answers.argmax(axis=1) == labels).mean()))
        return method.settings[int(np.argmin([loss for loss, _ in scores]))], scores

    def tested(self, fits):
        """Join the fits of several runs: answers, labels and groups of all tested photographs."""
        positions = np.concatenate([fit.positions for fit in fits])
        answers = np.concatenate([fit.answers for fit in fits])
        return answers, self.pictures.labels[positions], self.pictures.groups[positions]

    def runs(self):
        """Return how many parts are tested in turn."""
        return int(self.parts.max())


def conduct(study, methods, report=print, small=SMALL):
    """Tune every method, then train it in every run on every number of photographs.

    Returns the settings chosen and all fits. `report` is told what was done.
    """
    chosen, fits = {}, []
    for method in methods:
        each = study.prepare(method)
        chosen[method.name], scores = study.tune(method)
        best = min(scores)
        report(f"{method.name}: {chosen[method.name]}, log-loss {best[0]:.2f} on the tuning leaves")
        report(f"{method.name}: {1000 * each:.1f} ms a photograph before training")
        for number in (*small, ALL):
            own = [
                study.fit(method, chosen[method.name], run, number) for run in range(study.runs())
            ]
            fits.extend(own)
    return chosen, fits


def of(fits, method, each=ALL):
    """Return the fits of one method on one number of photographs a class."""
    return [fit for fit in fits if fit.method == method and fit.each == each]
