"""A task that is nothing but memory: name the first symbol of a sequence at its end."""

import numpy as np


# --8<-- [start:recall]
def recall_task(length, count, seed, symbols=8):
    """Return sequences of random symbols, (count, length), and the first of each.

    Raises ValueError for sequences without a symbol.
    """
    if length < 1:
        raise ValueError(f"sequences of {length} symbols have no first; use at least 1")
    random = np.random.RandomState(seed)  # the same in every version of NumPy
    sequences = random.randint(0, symbols, size=(count, length))
    return sequences.astype(np.int64), sequences[:, 0].astype(np.int64)


# --8<-- [end:recall]
