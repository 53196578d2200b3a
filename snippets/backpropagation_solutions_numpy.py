"""Solutions to the exercises on backpropagation that need the engine alone."""

import numpy as np

from lessons.backpropagation.engine import Tensor, array
from lessons.backpropagation.numpy import finite_differences

# --8<-- [start:paths]
a, b = Tensor(2.0), Tensor(1.0)
((a + b) * (b + 1.0)).backward()
print(a.gradient, b.gradient)
# --8<-- [end:paths]


# --8<-- [start:logistic]
def logistic(a):
    y = 1 / (1 + np.exp(-array(a)))
    return Tensor(y, [(a, lambda g: g * y * (1 - y))])


entries = Tensor(np.random.default_rng(0).normal(size=(3, 4)))
loss = (logistic(entries) ** 2) @ np.ones((4, 1))
loss = np.ones((1, 3)) @ loss  # the sum of all squares, (1, 1)
loss.backward()
nudged = finite_differences(
    lambda: (logistic(entries.data).data ** 2).sum(), entries.data
)
print("largest difference below 1e-8:", np.abs(entries.gradient - nudged).max() < 1e-8)
# --8<-- [end:logistic]
