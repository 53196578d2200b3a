"""Solutions to the exercises on depth that need NumPy alone."""

from itertools import pairwise

import numpy as np

from lessons.depth.layers_numpy import dropout
from lessons.depth.numpy import (
    activate,
    draw_weights,
    expected_ratio,
    measure_ratios,
)
from lessons.depth.optimizers_numpy import Momentum, descend, softmax_gradient
from snippets.depth_numpy import images, labels, test_images, weights

# --8<-- [start:count]
for scheme in ("xavier", "he"):
    random = np.random.default_rng(0)
    measured = measure_ratios(random, [256, 64], "relu", scheme)[0]
    print(f"{scheme}: {expected_ratio(256, 64, 'relu', scheme):.2f}, {measured:.2f}")
# --8<-- [end:count]

# --8<-- [start:halve]
for title, plan in (
    ("level", [1 / 128] * 40),
    ("halved", [1 / 128] * 20 + [1 / 256] * 20),
):
    first, second = (
        descend(
            Momentum(inside=inside),
            lambda at, step: softmax_gradient(at, images[step], labels[step]),
            weights,
            plan,
        )
        for inside in (False, True)
    )
    print(
        f"{title}: apart by more than rounding: {np.abs(first - second).max() > 1e-12}"
    )
# --8<-- [end:halve]

# --8<-- [start:noise]
random = np.random.default_rng(0)
sizes = [196] + [32] * 19
stack = [draw_weights(random, *pair, "he") for pair in pairwise(sizes)]
for drop in (0.0, 0.1, 0.2):
    passes = []
    for _ in range(2):
        signal = test_images
        for matrix in stack:
            signal = dropout(random, activate(signal @ matrix, "relu")[0], drop)
        passes.append((signal - signal.mean(axis=0)).ravel())
    print(f"drop {drop}: correlation {np.corrcoef(passes)[0, 1]:.2f}")
# --8<-- [end:noise]
