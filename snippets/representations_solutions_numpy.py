"""Solutions to the exercises on representations that need NumPy alone."""

import numpy as np

from lessons.introduction.numpy import best_threshold, decide, score
from lessons.representations.change import learn_change, network_scores, start_network
from lessons.representations.numpy import fold, search_turns
from snippets.representations_numpy import angles, band, inside

# --8<-- [start:ring]


def ring_points(random, count=60):
    """Return points (count, 2) in a disc and in a ring around it, and answers."""
    kind = np.arange(count) % 2
    radius = np.where(
        kind, random.uniform(0.6, 0.9, count), random.uniform(0, 0.4, count)
    )
    angle = random.uniform(0, 2 * np.pi, count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), kind


ring, outer = ring_points(np.random.default_rng(0))
distance = np.hypot(ring[:, 0], ring[:, 1])
rule = best_threshold(distance, outer)
print(f"best turn:            {max(search_turns(ring, outer, angles)[1]):.3f}")
print(f"distance from middle: {score(decide(distance, *rule), outer):.3f}")
# --8<-- [end:ring]

# --8<-- [start:folds]
found = []
for degrees in angles:
    feature = fold(band, degrees)
    rule = best_threshold(feature, inside)
    found.append(score(decide(feature, *rule), inside))
print(f"best of all folds: {max(found):.3f} at {angles[np.argmax(found)]:.0f} degrees")
print(f"angles without a mistake: {np.sum(np.array(found) == 1)} of {len(angles)}")
# --8<-- [end:folds]

# --8<-- [start:units]
for hidden in (1, 2, 3, 4):
    solved = 0
    for seed in range(10):
        network = start_network(np.random.default_rng(seed), hidden)
        learn_change(network, ring, outer, steps=2000)
        solved += score(network_scores(network, ring) > 0, outer) == 1
    print(f"{hidden} hidden units: no mistake from {solved} of 10 starts")
# --8<-- [end:units]
