"""What a gradient costs: multiplications, seconds, and bytes kept for it."""

# --8<-- [start:imports]
import time
from contextlib import contextmanager
from itertools import pairwise

import numpy as np

# --8<-- [end:imports]

# isort: split
from lessons.backpropagation.engine import Tensor, ancestors


# --8<-- [start:multiplications]
def multiplications(sizes, batch):
    """Return how many of the matrix products are forwards, and how many backwards.

    A layer (n, m) takes n · m for each example forwards and as many for its weights
    backwards. Every layer but the first sends blame further back, for as many again.
    """
    layers = [batch * n * m for n, m in pairwise(sizes)]
    return sum(layers), 2 * sum(layers) - layers[0]


# --8<-- [end:multiplications]


# --8<-- [start:fastest]
def fastest(functions, seconds=0.5):
    """Return the least time that each function took, called in turns for so long."""
    rows, begin = [], time.perf_counter()
    while len(rows) < 5 or time.perf_counter() - begin < seconds:
        times = [time.perf_counter()]
        for function in functions:
            function()
            times.append(time.perf_counter())
        rows.append(np.diff(times))
    return np.min(rows, axis=0)


# --8<-- [end:fastest]


# --8<-- [start:no_recording]
@contextmanager
def no_recording():
    """Within, tensors forget what they were computed from: for inference."""
    before, Tensor.recording = Tensor.recording, False
    try:
        yield
    finally:
        Tensor.recording = before


# --8<-- [end:no_recording]


# --8<-- [start:engine_kept_bytes]
def engine_kept_bytes(tensor):
    """Return how many bytes of results a tensor keeps alive for its backward pass."""
    return sum(each.data.nbytes for each in ancestors(tensor) if each.parents)


# --8<-- [end:engine_kept_bytes]
