"""Representations in NumPy, from top to bottom: what both readers run first."""

import numpy as np

from lessons.introduction.numpy import best_threshold, decide, score
from lessons.plots import draw_chart, plt
from lessons.representations.change import (
    learn_change,
    network_scores,
    new_coordinates,
    start_network,
)
from lessons.representations.numpy import (
    band_points,
    fold,
    search_turns,
    slanted_points,
    turn,
)

# --8<-- [start:no_threshold]
random = np.random.default_rng(0)
points, answers = slanted_points(random)
held_points, held_answers = slanted_points(random, count=1000)
for axis, name in enumerate("xy"):
    threshold, above = best_threshold(points[:, axis], answers)
    right = score(decide(points[:, axis], threshold, above), answers)
    print(f"{name} > {threshold:5.2f}: {right:.3f}")
# --8<-- [end:no_threshold]

# --8<-- [start:by_hand]
feature = turn(points, degrees=50)[:, 0]
print(f"on turned axes: {score(decide(feature, 0.0), answers):.3f}")
# --8<-- [end:by_hand]

# --8<-- [start:search]
angles = np.arange(0, 180, 1.0)
(degrees, threshold, above), scores = search_turns(points, answers, angles)
print(f"{np.sum(np.array(scores) == 1)} of {len(angles)} angles make no mistake")
print(f"the first of them: {degrees:.0f} degrees, threshold {threshold:.3f}")
held_out = turn(held_points, degrees)[:, 0]
print(f"held out: {score(decide(held_out, threshold, above), held_answers):.3f}")
figure, axis = draw_chart()
axis.plot(angles, scores)
axis.set(xlabel="degrees that the axes are turned", ylabel="score")
plt.show()
# --8<-- [end:search]

# --8<-- [start:band]
band, inside = band_points(random)
held_band, held_inside = band_points(random, count=1000)
rule, scores = search_turns(band, inside, angles)
print(f"best of all turns: {max(scores):.3f} at {rule[0]:.0f} degrees")
# --8<-- [end:band]

# --8<-- [start:fold]
rule = best_threshold(fold(band, 30), inside)
print(f"turned and folded: {score(decide(fold(band, 30), *rule), inside):.3f}")
print(f"held out: {score(decide(fold(held_band, 30), *rule), held_inside):.3f}")
# --8<-- [end:fold]

# --8<-- [start:learn]
network = start_network(np.random.default_rng(1))
losses = learn_change(network, band, inside)
print(f"loss: {losses[0]:.3f} at first, {losses[-1]:.3f} at last")
print(f"seen:     {score(network_scores(network, band) > 0, inside):.3f}")
print(f"held out: {score(network_scores(network, held_band) > 0, held_inside):.3f}")
figure, axis = draw_chart(width=3.6, height=3.4)
axis.scatter(*new_coordinates(network, band).T, c=inside, cmap="PuOr", edgecolor="k")
axis.set(xlabel="first hidden unit", ylabel="second hidden unit")
plt.show()
# --8<-- [end:learn]

# --8<-- [start:starts]
solved = []
for seed in range(20):
    start = start_network(np.random.default_rng(seed))
    learn_change(start, band, inside)
    solved.append(score(network_scores(start, band) > 0, inside) == 1)
print(f"no mistake from {sum(solved)} of {len(solved)} starts")
# --8<-- [end:starts]
