"""Representations in PyTorch, from top to bottom."""

import numpy as np

from lessons.data import load_digits
from lessons.plots import draw_chart, draw_images, plt
from lessons.representations.change import learn_change, start_network
from lessons.representations.features import oriented_gradients, zones
from lessons.representations.measures import flat_map, nearest, probe_score
from lessons.representations.torch import (
    activations,
    change_network,
    conv_network,
    dense_network,
    train,
    train_change,
)
from lessons.torch import set_seed
from snippets.representations_numpy import band, inside

# --8<-- [start:change]
start = start_network(np.random.default_rng(1))
theirs = train_change(change_network(*start), band, inside)
ours = learn_change(start, band, inside)
print("the same 1,000 losses:", np.allclose(theirs, ours, rtol=1e-9))
# --8<-- [end:change]

# --8<-- [start:digits]
images, labels, test_images, test_labels = load_digits()
set_seed(0)
digit_network = dense_network()
untrained = activations(digit_network, images), activations(digit_network, test_images)
losses = train(digit_network, images, labels, epochs=20)
seen = activations(digit_network, images)
asked = activations(digit_network, test_images)
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
print(f"held out: {np.mean(asked[-1].argmax(axis=1) == test_labels):.3f}")
# --8<-- [end:digits]

# --8<-- [start:probes]
for depth, name in enumerate(["pixels", "hidden 1", "hidden 2", "hidden 3"]):
    trained = probe_score(seen[depth], labels, asked[depth], test_labels)
    before, after = untrained[0][depth], untrained[1][depth]
    drawn = probe_score(before, labels, after, test_labels)
    print(f"{name}: {trained:.3f}, untrained {drawn:.3f}")
# --8<-- [end:probes]

# --8<-- [start:neighbours]
for depth, name in enumerate(["pixels", "hidden 1", "hidden 2", "hidden 3"]):
    ten = labels[nearest(seen[depth], asked[depth])] == test_labels[:, np.newaxis]
    print(f"{name}: the nearest {ten[:, 0].mean():.3f}, of ten {ten.mean():.3f}")
place = int(np.argmin(ten.mean(axis=1) < 1))  # a digit among ten of its own
rows = [nearest(seen[depth], asked[depth][place : place + 1], 7)[0] for depth in (0, 3)]
draw_images([image for row in rows for image in [test_images[place], *images[row]]])
plt.show()
# --8<-- [end:neighbours]

# --8<-- [start:map]
figure, axes = draw_chart(width=7.4, height=3.6, columns=2)
for axis, depth in zip(axes, (0, 3)):
    places, share = flat_map(asked[depth])
    axis.scatter(*places.T, c=test_labels, cmap="tab10", s=8)
    print(f"depth {depth}: two coordinates keep {share:.0%} of the variance")
plt.show()
# --8<-- [end:map]

# --8<-- [start:contest]
for measure in (zones, oriented_gradients):
    by_hand = measure(images), measure(test_images)
    right = probe_score(by_hand[0], labels, by_hand[1], test_labels)
    size = by_hand[0].shape[1]
    print(f"{measure.__name__:18} by hand, {size:3} numbers: {right:.3f}")
set_seed(0)
deeper = conv_network()
train(deeper, images, labels, epochs=10)
learned = activations(deeper, images)[-2], activations(deeper, test_images)[-2]
right = probe_score(learned[0], labels, learned[1], test_labels)
print(f"conv_network       learned,  64 numbers: {right:.3f}")
# --8<-- [end:contest]
