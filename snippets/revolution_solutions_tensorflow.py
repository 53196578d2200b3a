"""Solutions of the lesson on why now, in TensorFlow."""

import keras

from lessons.depth.tensorflow import deep_network
from lessons.revolution.tensorflow import passes_until, product_speed
from lessons.tensorflow import set_seed
from snippets.revolution_tensorflow import device, digits, unseen

# --8<-- [start:sizes]
for size in (16, 128, 1024):
    print(f"{size:4}: {product_speed(size, device=device) / 1e9:8.1f} billion a second")
# --8<-- [end:sizes]

# --8<-- [start:unfair]
recipes = (("sigmoid", "xavier", "SGD", 0.3), ("relu", "he", "SGD", 0.1))
for activation, scheme, kind, rate in recipes:
    set_seed(0)
    network = deep_network(activation, scheme, depth=5, width=64)
    optimizer = getattr(keras.optimizers, kind)()
    passes = passes_until(0.9, network, optimizer, rate, digits, unseen)
    print(f"{activation}, {scheme}, {kind}: passes {passes}")
# --8<-- [end:unfair]
