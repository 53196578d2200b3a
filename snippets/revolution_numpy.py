"""The lesson on why now, from top to bottom: what both readers run."""

from itertools import pairwise

import numpy as np

from lessons.backpropagation.cost import fastest
from lessons.data import load_digits
from lessons.depth.numpy import to_vectors
from lessons.revolution.numpy import (
    chip_peak,
    growth,
    more_chips,
    parallel_speedup,
    product_by_hand,
    product_cost,
    step_cost,
    years,
)

# --8<-- [start:slides]
print(f"300,000 days are {years(300_000):.0f} years")
print(f"733 s are {733 / 27:.1f} times 27 s")
# --8<-- [end:slides]

# --8<-- [start:spent]
longer = 40 / 5.5  # days of AlphaGo Zero, by those of AlexNet
faster = growth(months=61, doubling_months=24)  # an assumption, to see what is left
for who, compute in (("OpenAI", 300_000), ("Epoch AI", 6.5e20 / 4.7e17)):
    chips = more_chips(compute, longer, faster)
    print(f"{who}: {compute:,.0f} times the compute")
    print(f"  {longer:.1f} (longer) x {faster:.1f} (faster) x {chips:,.0f} (chips)")
    print(f"  on AlexNet's two chips: {years(5.5 * compute):,.0f} years")
# --8<-- [end:spent]

# --8<-- [start:data]
sets = {1989: 7_291, 1998: 60_000, 2009: 50_000, 2012: 1_281_167, 2022: 5.85e9}
for (before, few), (after, many) in pairwise(sets.items()):
    print(f"{before} to {after}: {many / few:,.1f} times the examples")
# --8<-- [end:data]

# --8<-- [start:loops]
left, right = np.random.default_rng(0).normal(size=(2, 48, 48))
print(np.allclose(product_by_hand(left, right), left @ right))
seconds = fastest([lambda: product_by_hand(left, right), lambda: left @ right])
operations, _ = product_cost(48, 48, 48)
for name, time_taken in zip(("loops", "NumPy"), seconds):
    print(f"{name}: {operations / time_taken / 1e6:,.1f} million operations a second")
# --8<-- [end:loops]

# --8<-- [start:chip]
print(f"{chip_peak(cores=2, gigahertz=2.6, lanes=16, units=2) / 1e9:.1f} billion")
# --8<-- [end:chip]

# --8<-- [start:intensity]
for size in (1, 16, 256, 4096):
    operations, moved = product_cost(size, size, size)
    print(f"{size:>4}: {operations / moved:8.2f} operations a byte")
operations, moved = product_cost(1, 4096, 4096)
print(f"one row times a matrix: {operations / moved:.2f}")
# --8<-- [end:intensity]

# --8<-- [start:batches]
sizes, batches = (784, 2048, 2048, 10), (1, 16, 256)
for batch in batches:
    operations, moved = step_cost(sizes, batch)
    print(f"batch {batch:3}: {operations / 1e9:6.2f} billion operations", end=", ")
    print(f"{operations / moved:5.1f} a byte")
# --8<-- [end:batches]

# --8<-- [start:amdahl]
for workers in (2, 16, 1000):
    faster = [parallel_speedup(share, workers) for share in (0.5, 0.9, 0.99)]
    print(f"{workers:4} workers:", "  ".join(f"{each:5.1f}" for each in faster))
# --8<-- [end:amdahl]

# --8<-- [start:digits]
train_images, train_labels, test_images, test_labels = load_digits()
small = to_vectors(train_images, 0, 1)
mean, deviation = small.mean(), small.std()
train_images, test_images = (
    to_vectors(each, mean, deviation) for each in (train_images, test_images)
)
print(train_images.shape, test_images.shape)
# --8<-- [end:digits]
