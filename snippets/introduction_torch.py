"""The introduction in PyTorch, from top to bottom."""

import numpy as np

from lessons.convolutions.numpy import shift
from lessons.introduction.neuron import step
from lessons.introduction.numpy import score
from lessons.introduction.torch import (
    deep_network,
    dense_network,
    neuron,
    probabilities,
    train,
)
from lessons.plots import draw_images, plt
from lessons.torch import count_parameters, set_seed
from snippets.introduction_numpy import (
    answers,
    held_images,
    held_labels,
    images,
    seen,
    test_answers,
    test_images,
)

# --8<-- [start:neuron]
set_seed(0)
learner = neuron()
losses = train(learner, images, answers)
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
print(f"held out: {score(probabilities(learner, test_images) > 0.5, test_answers):.3f}")
# --8<-- [end:neuron]

# --8<-- [start:same]
fresh = neuron()
train(fresh, images[:20], answers[:20], epochs=1)  # a single step
weights, bias = step(seen[:20], answers[:20], np.zeros(784), 0.0, learning_rate=0.05)
theirs = fresh[1].weight.detach().numpy().ravel()
print(np.allclose(theirs, weights, atol=1e-6))
# --8<-- [end:same]

# --8<-- [start:layers]
networks = {"one neuron": learner}
for name, build in (("dense", dense_network), ("deep", deep_network)):
    set_seed(0)
    networks[name] = build()
    train(networks[name], images, answers, learning_rate=0.1)
for name, network in networks.items():
    right = score(probabilities(network, test_images) > 0.5, test_answers)
    print(f"{name:10} {count_parameters(network):6,} parameters, held out: {right:.3f}")
# --8<-- [end:layers]

# --8<-- [start:world]
for pixels in (0, 1, 2, 3):
    moved = shift(test_images, down=0, right=pixels)
    rights = [
        score(probabilities(networks[name], moved) > 0.5, test_answers)
        for name in ("one neuron", "deep")
    ]
    print(f"moved by {pixels}: neuron {rights[0]:.3f}, deep network {rights[1]:.3f}")
rights = [
    score(probabilities(networks[name], 1 - test_images) > 0.5, test_answers)
    for name in ("one neuron", "deep")
]
print(f"inverted:   neuron {rights[0]:.3f}, deep network {rights[1]:.3f}")
# --8<-- [end:world]

# --8<-- [start:certain]
neither = held_images[(held_labels != 3) & (held_labels != 8)]
chances = probabilities(networks["deep"], neither)
certainty = np.maximum(chances, 1 - chances)
print(f"{len(neither)} pictures of neither; more than 99 % sure of", end=" ")
print(f"{np.mean(certainty > 0.99):.1%}")
surest = np.argsort(-certainty)[:8]
names = [f"{'38'[int(chances[i] > 0.5)]}: {certainty[i]:.1%}" for i in surest]
draw_images(neither[surest], names, size=1.2)
plt.show()
# --8<-- [end:certain]
