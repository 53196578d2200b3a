"""Famous factors redone; operations and bytes counted; what a machine allows."""

# --8<-- [start:imports]
import math
from itertools import pairwise

import numpy as np

# --8<-- [end:imports]


# --8<-- [start:years]
def years(days):
    """Return a number of days in years of 365.25 days."""
    return days / 365.25


# --8<-- [end:years]


# --8<-- [start:shares]
def growth(months, doubling_months):
    """Return by what factor something grows that doubles in so many months."""
    return 2 ** (months / doubling_months)


def more_chips(compute, longer, faster):
    """Return the factor left for the number of chips, and for how well they are used.

    Compute spent is chips x speed of a chip x time, so the factors multiply.
    """
    return compute / (longer * faster)


# --8<-- [end:shares]


# --8<-- [start:by_hand]
def product_by_hand(left, right):
    """Return the product of matrices (n, k) and (k, m), number by number.

    Raises ValueError where the shapes do not fit.
    """
    (n, k), (rows, m) = left.shape, right.shape
    if k != rows:
        raise ValueError(
            f"a matrix {left.shape} times {right.shape}: the {k} columns of the "
            f"first should be the {rows} rows of the second; transpose one of them?"
        )
    result = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            for inner in range(k):
                result[i, j] += left[i, inner] * right[inner, j]
    return result


# --8<-- [end:by_hand]


# --8<-- [start:product_cost]
def product_cost(n, k, m, width=4):
    """Return the operations of (n, k) times (k, m), and the fewest bytes moved.

    A number takes `width` bytes. Each of the three matrices is moved once.
    """
    return 2 * n * k * m, width * (n * k + k * m + n * m)


# --8<-- [end:product_cost]


# --8<-- [start:chip_peak]
def chip_peak(cores, gigahertz, lanes, units):
    """Return the operations a second of a chip that multiplies and adds at once.

    In a cycle, each of a core's units multiplies and adds `lanes` pairs of numbers.
    """
    return cores * gigahertz * 1e9 * lanes * units * 2


# --8<-- [end:chip_peak]


# --8<-- [start:roof]
def roof(intensity, peak, bandwidth):
    """Return the most operations a second at so many operations a byte.

    The peak is in operations a second, the bandwidth in bytes a second.
    """
    if peak <= 0 or bandwidth <= 0:
        raise ValueError(
            f"peak {peak} and bandwidth {bandwidth} should both be positive; "
            "measure them first"
        )
    return np.minimum(peak, np.asarray(intensity) * bandwidth)


# --8<-- [end:roof]


# --8<-- [start:step_cost]
def step_cost(sizes, batch, width=4):
    """Return the operations of one training step, and the fewest bytes moved.

    Each layer (n, m) takes one product forwards and two backwards, the first layer
    one backwards. The step itself reads weights and gradients, and writes weights.
    """
    operations, moved = 0, 0
    for layer, (n, m) in enumerate(pairwise(sizes)):
        products = [(batch, n, m), (n, batch, m)]  # scores; gradient of the weights
        products += [(batch, m, n)] if layer else []  # gradient of the inputs
        for shape in products:
            operations += product_cost(*shape, width)[0]
            moved += product_cost(*shape, width)[1]
        moved += 3 * width * n * m
    return operations, moved


# --8<-- [end:step_cost]


# --8<-- [start:speedup]
def parallel_speedup(share, workers):
    """Return how much faster a task gets when a share of it is spread over workers."""
    if not 0 <= share <= 1 or math.floor(workers) < 1:
        raise ValueError(
            f"share {share} and workers {workers}: give a share from 0 to 1 and at "
            "least 1 worker"
        )
    return 1 / (1 - share + share / workers)


# --8<-- [end:speedup]
