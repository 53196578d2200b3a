"""Splits that keep a leaf whole: no photograph of it on both sides."""

import numpy as np

PARTS = 5  # one to tune on, four to be tested in turn


def assign_parts(labels, groups, seed, parts=PARTS):
    """Return the part, 0 to parts - 1, of each photograph: (n,) integers.

    Whole groups are dealt out, the largest first and equals in random order, each to
    the part with the fewest photographs of its class: every part has nearly the same
    classes.
    """
    names, numbers = np.unique(groups, return_inverse=True)
    counts = np.zeros(
        (len(names), labels.max() + 1), int
    )  # photographs by group and class
    np.add.at(counts, (numbers, labels), 1)
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-counts.sum(axis=1)[order], kind="stable")]
    held, chosen = np.zeros((parts, counts.shape[1]), int), np.zeros(len(names), int)
    for group in order:
        of_class = held[:, counts[group].argmax()]
        chosen[group] = np.lexsort((held.sum(axis=1), of_class))[
            0
        ]  # ties: fewest in all
        held[chosen[group]] += counts[group]
    return chosen[numbers]


def split(parts, run):
    """Return the positions to train on, to tune on and to test on in a run, from 0.

    Part 0 is for tuning in every run and never tested; run r tests part r + 1, and
    trains on the rest. So each photograph outside part 0 is tested once.
    """
    if not 0 <= run < parts.max():
        raise ValueError(f"run should be 0 to {parts.max() - 1}, but is {run}")
    test = parts == run + 1
    return [np.flatnonzero(mask) for mask in (~test & (parts != 0), parts == 0, test)]


def fewer(labels, groups, positions, each, seed):
    """Return a part of the positions, sorted: `each` photographs of every class.

    Leaf after leaf is taken, in random order, until a class has enough; of its last
    leaf, some photographs may be left out. A class that has not enough gives all that
    it has.
    """
    random, kept = np.random.default_rng(seed), []
    for label in np.unique(labels[positions]):
        own = random.permutation(positions[labels[positions] == label])
        rank = {
            group: rank
            for rank, group in enumerate(random.permutation(np.unique(groups)))
        }
        leaf_by_leaf = sorted(own, key=lambda position: rank[groups[position]])
        kept.extend(leaf_by_leaf[:each])
    return np.sort(np.array(kept))
