"""Solutions to the exercises of the introduction in TensorFlow."""

import numpy as np

from lessons.convolutions.numpy import shift
from lessons.introduction.numpy import enclosed, score
from lessons.introduction.tensorflow import deep_network, neuron, probabilities, train
from lessons.tensorflow import set_seed
from snippets.introduction_numpy import answers, images, test_answers, test_images

# --8<-- [start:wrong]
shuffled = np.random.default_rng(0).permutation(answers)
set_seed(0)
misled = neuron()
losses = train(misled, images, shuffled)
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
print(f"held out: {score(probabilities(misled, test_images) > 0.5, test_answers):.3f}")
# --8<-- [end:wrong]

# --8<-- [start:help]


def with_hint(pictures):
    """Write the number of enclosed pixels into a corner, which is empty in all."""
    hinted = pictures.copy()
    hinted[:, 0, 0] = np.minimum(enclosed(pictures), 10) / 5
    return hinted


set_seed(0)
helped = neuron()
train(helped, with_hint(images), answers)
chances = probabilities(helped, with_hint(test_images))
print(f"held out: {score(chances > 0.5, test_answers):.3f}")
# --8<-- [end:help]

# --8<-- [start:moved]
random = np.random.default_rng(0)
copies = [shift(images, *random.integers(-3, 4, size=2)) for _ in range(6)]
set_seed(0)
taught = deep_network()
train(taught, np.concatenate(copies), np.tile(answers, 6), epochs=2, learning_rate=0.1)
for pixels in (0, 1, 2, 3):
    moved = shift(test_images, down=0, right=pixels)
    right = score(probabilities(taught, moved) > 0.5, test_answers)
    print(f"moved by {pixels}: {right:.3f}")
# --8<-- [end:moved]
