"""Splits that keep all pictures of a patient on one side."""

import numpy as np


def split_by_patient(patients, labels, shares, seed):
    """Return one sorted array of indices for each share; no patient is in two of them.

    patients and labels: whole numbers (n,). The shares, which add up to 1, are shares
    of the patients, taken from those with and without pneumonia alike. Raises
    ValueError where a part would stay empty.
    """
    if min(shares) <= 0 or not np.isclose(sum(shares), 1):
        raise ValueError(f"shares have to be above 0 and add up to 1, not {shares}")
    random = np.random.RandomState(seed)  # the same in every version of NumPy
    numbers, which = np.unique(patients, return_inverse=True)
    ill = np.zeros(len(numbers), bool)
    np.logical_or.at(ill, which, labels == 1)
    parts = np.empty(len(numbers), int)  # the part that each patient goes to
    for group in (np.flatnonzero(ill), np.flatnonzero(~ill)):
        ends = np.rint(np.cumsum(shares) * len(group))
        parts[random.permutation(group)] = np.searchsorted(
            ends, np.arange(len(group)), side="right"
        )
    indices = [np.flatnonzero(parts[which] == part) for part in range(len(shares))]
    if any(len(part) == 0 for part in indices):
        raise ValueError(f"{len(numbers)} patients are too few for {len(shares)} parts")
    return indices


def split_by_picture(count, shares, seed):
    """Return indices as split_by_patient does, with each picture drawn by itself."""
    order = np.random.RandomState(seed).permutation(count)
    ends = np.rint(np.cumsum(shares) * count).astype(int)
    return [np.sort(part) for part in np.split(order, ends[:-1])]


def seen(patients, part, others):
    """Return which pictures of a part show a patient who is among the others, (n,)."""
    return np.isin(patients[part], patients[others])
