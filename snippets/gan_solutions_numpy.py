"""Solutions to the exercises on adversarial networks that need NumPy alone."""

import numpy as np

from lessons.gan.numpy import best_discriminator, normal_density, value
from lessons.gan.pictures import frechet_distance
from snippets.gan_numpy import points, real, width

# --8<-- [start:divergence]
for mean in (1, 2, 4):
    moved = normal_density(points, mean, 0.5)
    middle = (real + moved) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(p > 0, p * np.log(p / middle), 0) for p in (real, moved)]
    divergence = width * np.sum(parts) / 2
    found = value(real, moved, best_discriminator(real, moved), width)
    print(f"{mean}: {found:.4f} and {2 * divergence - np.log(4):.4f}")
# --8<-- [end:divergence]

# --8<-- [start:distance]
random = np.random.default_rng(0)
some, others = random.standard_normal((2, 100_000, 3))
print(f"the same law: {frechet_distance(some, others):.3f}")
print(f"moved by 2: {frechet_distance(some, others + [2, 0, 0]):.2f}")
print(f"three times as wide: {frechet_distance(some, 3 * others):.2f}")
few = random.standard_normal((2, 10, 3))
print(f"ten pictures each: {frechet_distance(*few):.2f}")
# --8<-- [end:distance]
