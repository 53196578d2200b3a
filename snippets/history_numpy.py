"""The lesson on history in NumPy, from top to bottom: what both readers run."""

import numpy as np

from lessons.history.numpy import (
    delta_rule,
    error_correction,
    exclusive_or,
    gate,
    least_squares,
    mistakes,
)

# --8<-- [start:gates]
a, b = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]).T
both, none = np.stack([a, b], axis=-1), np.zeros((4, 0), dtype=int)
print("a         ", a)
print("b         ", b)
print("a and b   ", gate(both, none, threshold=2))
print("a or b    ", gate(both, none, threshold=1))
print("a, not b  ", gate(a[:, np.newaxis], b[:, np.newaxis], threshold=1))
# --8<-- [end:gates]

# --8<-- [start:xor]
print("a xor b   ", exclusive_or(a, b))
# --8<-- [end:xor]

# --8<-- [start:examples]
inputs = np.stack([np.ones(4), a, b], axis=-1)  # (4, 3): a constant 1, then a and b
is_and = np.where(a & b, 1, -1)
is_xor = np.where(a ^ b, 1, -1)
print(inputs.shape, is_and, is_xor)
# --8<-- [end:examples]

# --8<-- [start:learn_and]
for weights in error_correction(inputs, is_and, 100, np.random.default_rng(0)):
    print(weights, "mistakes:", mistakes(weights, inputs, is_and))
# --8<-- [end:learn_and]

# --8<-- [start:delta]
print("least squares", least_squares(inputs, is_and))
for rate in (0.1, 0.05, 0.01):
    weights = delta_rule(inputs, is_and, rate, passes=1000, weights=np.zeros(3))
    print(f"rate {rate:4}   ", weights.round(3))
print("and, mistakes:", mistakes(weights, inputs, is_and))
# --8<-- [end:delta]

# --8<-- [start:learn_xor]
tried = list(error_correction(inputs, is_xor, 1000, np.random.default_rng(0)))
left = [mistakes(weights, inputs, is_xor) for weights in tried]
print(len(tried), "passes; mistakes after a pass: from", min(left), "to", max(left))
# --8<-- [end:learn_xor]

# --8<-- [start:delta_xor]
print("least squares", np.abs(least_squares(inputs, is_xor)).round(3))
# --8<-- [end:delta_xor]
