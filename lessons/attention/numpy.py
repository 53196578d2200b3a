"""Attention from scratch: softmax, one head, many heads."""

# --8<-- [start:imports]
import numpy as np

# --8<-- [end:imports]


# --8<-- [start:softmax]
def softmax(scores):
    """Turn scores (..., n) into shares (..., n) that add up to 1."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# --8<-- [end:softmax]


# --8<-- [start:attend]
def attend(queries, keys, values, mask=None):
    """Return what each query finds, (..., m, v), and its shares of places (..., m, n).

    Queries are (..., m, d), keys (..., n, d), values (..., n, v); mask (..., m, n) or
    (..., 1, n) is True where a query may look. Raises ValueError for other shapes, and
    for a query that may look nowhere.
    """
    check(queries, keys, values)
    scores = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(keys.shape[-1])
    if mask is not None:
        blind = ~np.any(mask, axis=-1)
        if blind.any():
            place = tuple(map(int, np.argwhere(blind)[0]))
            raise ValueError(f"query {place} may look nowhere; let it see one place")
        scores = np.where(mask, scores, -np.inf)  # (..., m, n)
    shares = softmax(scores)
    return shares @ values, shares


def check(queries, keys, values):
    """Raise ValueError where queries, keys and values do not fit each other."""
    if queries.shape[-1] != keys.shape[-1]:
        fault = (
            f"queries {queries.shape} and keys {keys.shape} differ in their last axis"
        )
    elif keys.shape[-2] != values.shape[-2]:
        fault = f"keys {keys.shape} and values {values.shape} are not equally many"
    elif keys.shape[-2] == 0:
        fault = f"keys {keys.shape} name no place to look at; give one at least"
    else:
        return
    raise ValueError(fault)


# --8<-- [end:attend]


# --8<-- [start:multi_head]
def split(vectors, heads):
    """Cut vectors (..., n, d) into heads: (..., heads, n, d / heads)."""
    if vectors.shape[-1] % heads:
        raise ValueError(
            f"vectors {vectors.shape} cannot be cut into {heads} equal parts; choose "
            f"a number of heads that divides {vectors.shape[-1]}"
        )
    parts = vectors.reshape(*vectors.shape[:-1], heads, -1)
    return np.swapaxes(parts, -2, -3)


def multi_head(queries, keys, values, weights, heads, mask=None):
    """Attend in `heads` parts of the features; return (..., m, d) and shares.

    Queries are (..., m, d), keys and values (..., n, d). The weights are four pairs,
    for queries, keys, values and output: a matrix (d, d) and a bias (d,).
    """
    pairs = zip((queries, keys, values), weights[:3])
    parts = [split(vectors @ matrix + bias, heads) for vectors, (matrix, bias) in pairs]
    if mask is not None:
        mask = np.expand_dims(mask, -3)  # the same for every head
    found, shares = attend(*parts, mask)  # (..., heads, m, d / heads)
    joined = np.swapaxes(found, -2, -3).reshape(*queries.shape)
    matrix, bias = weights[3]
    return joined @ matrix + bias, shares


# --8<-- [end:multi_head]
