"""Gates as threshold units, a search for weights, and the network that XOR needs."""

# --8<-- [start:fires]
import itertools

import numpy as np


def fires(inputs, weights, bias):
    """Return 1 where the weighted sum of inputs (n, d) is above 0, else 0."""
    return (inputs @ np.asarray(weights) + bias > 0).astype(int)


# --8<-- [end:fires]


# --8<-- [start:search]
def search(inputs, targets, values):
    """Try every pair of weights and bias from `values` on (n, 2) inputs.

    Return how many were tried, and the largest number of targets that one got right.
    """
    tried = np.array(list(itertools.product(values, repeat=3)))  # (trials, 3)
    answers = inputs @ tried[:, :2].T + tried[:, 2] > 0  # (n, trials)
    right = (answers == targets[:, np.newaxis]).sum(axis=0)
    return len(tried), right.max()


# --8<-- [end:search]


# --8<-- [start:functions]
def functions_of_one_unit(inputs, values):
    """Return every distinct table of answers that one unit gives, sorted."""
    trials = itertools.product(values, repeat=inputs.shape[1] + 1)
    return sorted({tuple(fires(inputs, trial[:-1], trial[-1])) for trial in trials})


# --8<-- [end:functions]


# --8<-- [start:xor_network]
def xor_network(inputs):
    """XOR as A and not B, or B and not A: three units in two layers."""
    first = fires(inputs, [1, -1], -0.5)  # A and not B
    second = fires(inputs, [-1, 1], -0.5)  # B and not A
    return fires(np.stack([first, second], axis=1), [1, 1], -0.5)  # either


# --8<-- [end:xor_network]
