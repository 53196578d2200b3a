"""The four ways to tell the conditions apart, each with four settings to choose from."""

from collections.abc import Callable
from dataclasses import dataclass

from lessons.apples.boosting import fit_boosting
from lessons.apples.features import hand_made, pixels
from lessons.apples.networks import fit_network, small
from lessons.apples.pretrained import deep_features, fit_head


@dataclass(frozen=True)
class Method:
    """How photographs become inputs, how a model is fitted to them, and what may be tuned.

    prepare: photographs to an array (n, …), no labels needed; fit: inputs, labels, seed and a
    setting to a function that turns inputs into log-probabilities; settings: four dicts.
    """

    name: str
    prepare: Callable
    fit: Callable
    settings: tuple


def all_methods():
    """Return the four methods, the simplest first."""
    trees = grid(max_iter=(60, 120), max_leaf_nodes=(7, 15))
    widths = grid(width=(16, 24), learning_rate=(0.01, 0.03))
    layers = grid(layers=("end", "middle"), strength=(0.001, 0.01))
    few = tuple({"max_features": 0.03} | setting for setting in trees)  # of 768, 23 a split
    some = tuple({"max_features": 0.3} | setting for setting in trees)  # of 73, 21 a split
    return [
        Method("boosting on pixels", pixels, fit_boosting, few),
        Method("boosting on features", hand_made, fit_boosting, some),
        Method("CNN from scratch", small, fit_network, widths),
        Method("transfer", deep_features, fit_head, layers),
    ]


def grid(**choices):
    """Return the four combinations of two choices of two values each, as dicts."""
    (first, ones), (second, others) = choices.items()
    return tuple({first: one, second: other} for one in ones for other in others)
