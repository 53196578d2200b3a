"""The four ways to tell the conditions apart, and the settings each may choose from."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from lessons.apples.boosting import fit_boosting
from lessons.apples.features import hand_made, pixels
from lessons.apples.networks import fit_network, small
from lessons.apples.pretrained import deep_features, fit_head


@dataclass(frozen=True)
class Method:
    """How photographs become inputs, how a model is fitted, and what may be tuned.

    prepare: photographs to an array (n, …), no labels needed; fit: inputs, labels, seed
    and a setting to a function that turns inputs into log-probabilities; settings:
    dicts to try.
    """

    name: str
    prepare: Callable
    fit: Callable
    settings: tuple


def all_methods():
    """Return the four methods, the simplest first.

    None has fewer settings to choose from than the CNN; where fits are quick, there are
    more. Each range reaches beyond the value that is best on apple leaves.
    """
    few = grid(
        max_iter=(480,),
        max_leaf_nodes=(4, 7, 15, 31),
        max_features=(0.01, 0.03, 0.1),
    )
    many = grid(
        max_iter=(60, 120, 240),
        max_leaf_nodes=(3, 4, 7, 15),
        max_features=(0.03, 0.1, 0.3),
    )
    widths = grid(width=(16, 32, 48), learning_rate=(0.001, 0.002, 0.004, 0.008))
    layers = grid(layers=("end", "middle"), strength=(0.01, 0.1, 1, 10, 100, 1000))
    return [
        Method("boosting on pixels", pixels, fit_boosting, few),
        Method("boosting on features", hand_made, fit_boosting, many),
        Method("CNN from scratch", small, fit_network, widths),
        Method("transfer", deep_features, fit_head, layers),
    ]


def grid(**choices):
    """Return all combinations of the values that each choice may take, as dicts."""
    return tuple(dict(zip(choices, values)) for values in product(*choices.values()))
