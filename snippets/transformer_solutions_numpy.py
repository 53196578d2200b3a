"""Solutions to the exercises on transformers that need NumPy alone."""

import tracemalloc

import numpy as np

from lessons.transformer.numpy import attend, attend_in_parts

# --8<-- [start:count]
sizes = {
    "GPT-2, small": (768, 12, 50257, 1024),
    "GPT-2": (1600, 48, 50257, 1024),
    "GPT-3": (12288, 96, 50257, 2048),
}
for name, (features, depth, tokens, length) in sizes.items():
    attention = 4 * (features * features + features)
    network = 8 * features * features + 5 * features
    block = attention + network + 4 * features  # and two norms
    total = depth * block + (tokens + length) * features + 2 * features
    rule = 12 * depth * features**2
    print(f"{name}: {total:,}; 12 n d² is {rule / total:.0%} of it")
# --8<-- [end:count]

# --8<-- [start:parts]
keys = np.random.default_rng(0).normal(size=(1024, 64)).astype(np.float32)
for function in (attend, attend_in_parts):
    tracemalloc.start()
    seen = function(keys, keys, keys)
    print(f"{function.__name__}: {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB")
    tracemalloc.stop()
print(np.allclose(seen, attend(keys, keys, keys), atol=1e-6))
# --8<-- [end:parts]
