"""Solutions to the exercises on attention that need NumPy alone."""

import numpy as np

from lessons.attention.numpy import attend, softmax

# --8<-- [start:hand]
keys = np.array([[1.0, 0, 0, 0], [0, 1.0, 0, 0], [0, 0, 1.0, 0]])
_, shares = attend(np.array([[2.0, 0, 0, 0]]), keys, keys)
print(shares.round(3), np.round(np.e / (np.e + 2), 3))
# --8<-- [end:hand]

# --8<-- [start:order]
random = np.random.default_rng(0)
places = random.normal(size=(6, 4))
order = random.permutation(6)
found, _ = attend(places, places, places)
shuffled, _ = attend(places[order], places[order], places[order])
print(np.allclose(shuffled, found[order]))
# --8<-- [end:order]

# --8<-- [start:causal]
causal = np.tril(np.ones((6, 6), bool))  # place i may look at 0 ... i
found, shares = attend(places, places, places, causal)
print(shares.round(2))
places[5] = 100.0  # the future changes
again, _ = attend(places, places, places, causal)
print(np.allclose(again[:5], found[:5]), np.allclose(again[5], found[5]))
# --8<-- [end:causal]

# --8<-- [start:additive]
places = random.normal(size=(6, 4))
queries = random.normal(size=(2, 4))
of_query, of_key = random.normal(size=(2, 4, 8))
weigh = random.normal(size=8)
hidden = np.tanh((queries @ of_query)[:, np.newaxis] + places @ of_key)  # (2, 6, 8)
shares = softmax(hidden @ weigh)
print(shares.shape, (shares @ places).shape, shares.sum(axis=1).round(6))
# --8<-- [end:additive]
