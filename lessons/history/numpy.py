"""Machines of 1943 to 1962 in NumPy: a gate, two learning rules, and a straight fit."""

# --8<-- [start:imports]
import numpy as np

# --8<-- [end:imports]


# --8<-- [start:gate]
def gate(excitatory, inhibitory, threshold):
    """Return 1 where a unit of McCulloch and Pitts (1943) fires, 0 where it does not.

    It counts its active excitatory inputs (..., e) and fires from a whole threshold on,
    unless any inhibitory input (..., i) is active. There are no weights.
    Raises ValueError for inputs other than 0 and 1, and for other thresholds.
    """
    if not isinstance(threshold, (int, np.integer)):
        raise ValueError(f"the threshold is {threshold!r}; it has to be a whole number")
    for name, inputs in (("excitatory", excitatory), ("inhibitory", inhibitory)):
        wrong = ~np.isin(inputs, (0, 1))
        if wrong.any():
            place = tuple(map(int, np.argwhere(wrong)[0]))
            value = np.asarray(inputs)[place]
            raise ValueError(f"{name} input {place} is {value}; use 0 or 1")
    enough = np.sum(excitatory, axis=-1) >= threshold
    return (enough & ~np.any(inhibitory, axis=-1)).astype(int)


# --8<-- [end:gate]


# --8<-- [start:two_layers]
def exclusive_or(a, b):
    """Return a XOR b for arrays (n,) of 0 and 1, from three gates in two layers."""
    only_a = gate(a[:, np.newaxis], b[:, np.newaxis], threshold=1)
    only_b = gate(b[:, np.newaxis], a[:, np.newaxis], threshold=1)
    none = np.zeros((len(a), 0), dtype=int)  # no inhibitory inputs
    return gate(np.stack([only_a, only_b], axis=-1), none, threshold=1)


# --8<-- [end:two_layers]


# --8<-- [start:check]
def check_examples(inputs, targets):
    """Raise ValueError unless inputs are (n, d) and targets are n times -1 or +1."""
    if inputs.ndim != 2 or targets.shape != inputs.shape[:1]:
        raise ValueError(
            f"inputs {inputs.shape} need targets ({len(inputs)},), not {targets.shape}"
        )
    for index in np.flatnonzero(~np.isin(targets, (-1, 1))):
        raise ValueError(f"target {index} is {targets[index]}; use -1 or +1")


# --8<-- [end:check]


# --8<-- [start:mistakes]
def mistakes(weights, inputs, targets):
    """Return how many of n targets the sign of the weighted sum misses; 0 is a miss."""
    return int(np.sum(targets * (inputs @ weights) <= 0))


# --8<-- [end:mistakes]


# --8<-- [start:error_correction]
def error_correction(inputs, targets, passes, random):
    """Yield the weights (d,) after each pass; stop after one without a correction.

    Rosenblatt's rule of 1960-62 for inputs (n, d) and targets -1 or +1: after a miss,
    add the target times the input. The order of the examples is drawn anew each pass.
    """
    check_examples(inputs, targets)
    weights = np.zeros(inputs.shape[1])
    for _ in range(passes):
        corrections = 0
        for i in random.permutation(len(inputs)):
            if targets[i] * (weights @ inputs[i]) <= 0:
                weights = weights + targets[i] * inputs[i]
                corrections += 1
        yield weights
        if corrections == 0:
            return


# --8<-- [end:error_correction]


# --8<-- [start:delta_rule]
def delta_rule(inputs, targets, rate, passes, weights):
    """Return the weights (d,) after some passes of the rule of Widrow and Hoff (1960).

    Each of the n examples moves them by rate * (target - weighted sum) * input.
    Raises FloatingPointError, with the pass, where they are no longer finite.
    """
    check_examples(inputs, targets)
    for number in range(passes):
        for example, target in zip(inputs, targets):
            weights = weights + rate * (target - example @ weights) * example
        if not np.isfinite(weights).all():
            raise FloatingPointError(
                f"the weights are {weights} after pass {number + 1}; try a smaller rate"
            )
    return weights


# --8<-- [end:delta_rule]


# --8<-- [start:least_squares]
def least_squares(inputs, targets):
    """Return the weights (d,) with the least sum of squared errors, in one step."""
    return np.linalg.solve(inputs.T @ inputs, inputs.T @ targets)


# --8<-- [end:least_squares]
