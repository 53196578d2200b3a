"""The study: tune each method, train it on more and more photographs, and test it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lessons.apples import splits
from lessons.apples.metrics import interval, log_loss

SMALL = (10, 25, 50)  # photographs of a class; the full number comes on top
ALL = None


@dataclass(frozen=True)
class Fit:
    """One trained model: its answers on both held-out sides, and its cost.

    tuning and answers: log-probabilities (n, classes) of part 0 and of the tested
    positions; seconds: making the inputs of the photographs trained on, and fitting.
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
    """Photographs, their parts, and the inputs that each method made of them.

    `watch` is told, before each step, what it is.
    """

    def __init__(self, pictures, seed=0, watch=lambda text: None):
        self.pictures, self.watch = pictures, watch
        self.parts = splits.assign_parts(pictures.labels, pictures.groups, seed)
        self.inputs, self.seconds = {}, {}

    def prepare(self, method):
        """Make a method's inputs, once for all runs; return seconds a photograph."""
        self.watch(f"{method.name}: making its inputs")
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
        self.watch(
            f"{method.name}: run {run + 1} on {len(train)} photographs, {setting}"
        )
        start = time.perf_counter()
        predict = method.fit(inputs[train], labels[train], run, **setting)
        seconds = time.perf_counter() - start + len(train) * self.seconds[method.name]
        answers = predict(inputs[test]), predict(inputs[tune])
        return Fit(method.name, run, len(train), each, seconds, test, *answers, predict)

    def tune(self, method):
        """Return the setting with the least log-loss on part 0, its score, and seconds.

        Trained in run 0 only. The scores are the log-loss and its 95 % interval over
        leaves; the seconds are those of all settings together.
        """
        fits = [self.fit(method, setting, run=0) for setting in method.settings]
        here, train = self.parts == 0, splits.split(self.parts, 0)[0]
        labels, groups = self.pictures.labels[here], self.pictures.groups[here]
        scores = [interval(log_loss, groups, fit.tuning, labels) for fit in fits]
        best = int(np.argmin([score[0] for score in scores]))
        making = len(train) * self.seconds[method.name]  # once, for all settings
        seconds = making + sum(fit.seconds - making for fit in fits)
        return method.settings[best], scores[best], seconds

    def tested(self, fits):
        """Return answers, labels and groups of all photographs that runs tested."""
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
        chosen[method.name], score, seconds = study.tune(method)
        report(f"{method.name}: {1000 * each:.1f} ms a photograph before training")
        tried = f"{len(method.settings)} settings tried in {seconds:.0f} s"
        report(f"{method.name}: {tried}, chosen {chosen[method.name]}")
        for name in at_an_end(method, chosen[method.name]):
            beyond = "the end of what was tried; a better one may lie beyond"
            report(f"{method.name}: {name} {chosen[method.name][name]} is {beyond}")
        loss = "log-loss {:.2f} ({:.2f} to {:.2f}) on the tuning leaves".format(*score)
        report(f"{method.name}: {loss}")
        for number in (*small, ALL):
            own = [
                study.fit(method, chosen[method.name], run, number)
                for run in range(study.runs())
            ]
            fits.extend(own)
    return chosen, fits


def at_an_end(method, setting):
    """Return the names of values that are the least or the most that a method tried.

    Of a number with three values or more: a better one may lie beyond.
    """
    tried = {name: {each[name] for each in method.settings} for name in setting}
    return [
        name
        for name, values in tried.items()
        if len(values) > 2 and setting[name] in (min(values), max(values))
    ]


def of(fits, method, each=ALL):
    """Return the fits of one method on one number of photographs a class."""
    return [fit for fit in fits if fit.method == method and fit.each == each]
