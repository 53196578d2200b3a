"""A small learner for each tribe but the connectionists, who have the neuron."""

import numpy as np


# --8<-- [start:symbolist]
def grow_tree(inked, answers, depth):
    """Return a tree of questions "is this pixel inked?": (pixel, no, yes) or answer.

    Inked is (n, 784) of booleans. Each question parts the answers as well as it can.
    """
    if depth == 0 or answers.min() == answers.max():
        return float(answers.mean() > 0.5)
    yes, ones = inked.sum(axis=0), answers @ inked  # (784,), (784,)
    no, others = len(inked) - yes, answers.sum() - ones
    mixed = ones * (yes - ones) / np.maximum(yes, 1)
    mixed += others * (no - others) / np.maximum(no, 1)
    pixel = int(mixed.argmin())
    sides = (inked[:, pixel] == side for side in (False, True))
    return pixel, *(
        grow_tree(inked[side], answers[side], depth - 1) if side.any() else 0.0
        for side in sides
    )


def ask_tree(tree, inked):
    """Return the tree's answer for one picture, (784,) of booleans."""
    while isinstance(tree, tuple):
        pixel, no, yes = tree
        tree = yes if inked[pixel] else no
    return tree


# --8<-- [end:symbolist]


# --8<-- [start:evolutionary]
def evolve(inputs, answers, generations=300, children=20, seed=0):
    """Return weights (784,) by trial: the best of twenty random changes stays.

    The fitness is minus the cross-entropy of the neuron with these weights.
    """
    random = np.random.default_rng(seed)
    signs = 2 * answers - 1
    parent = np.zeros(inputs.shape[1])
    for _ in range(generations):
        changes = random.normal(scale=0.02, size=(children, len(parent)))
        family = np.vstack([parent, parent + changes])
        margins = signs * (family @ inputs.T)  # (1 + children, n)
        parent = family[np.logaddexp(0, -margins).mean(axis=1).argmin()]
    return parent


# --8<-- [end:evolutionary]


# --8<-- [start:bayesian]
def believe(inked, answers):
    """Return weights (784,) and a bias, by Bayes' theorem: no search, only counting.

    It takes the pixels of a digit to be independent. They are not.
    """
    shares = [
        (inked[answers == answer].sum(axis=0) + 1) / ((answers == answer).sum() + 2)
        for answer in (0, 1)
    ]  # how often each pixel is inked, never quite 0 or 1
    bare = np.log(1 - shares[1]) - np.log(1 - shares[0])
    weights = np.log(shares[1]) - np.log(shares[0]) - bare
    return weights, bare.sum()


# --8<-- [end:bayesian]


# --8<-- [start:analogizer]
def most_alike(inputs, answers, asked):
    """Return the answer of the inputs (n, 784) nearest to each of asked (m, 784)."""
    squares = (inputs**2).sum(axis=1)
    distances = squares - 2 * asked @ inputs.T  # squared; |asked|² is left out
    return answers[distances.argmin(axis=1)]


# --8<-- [end:analogizer]
