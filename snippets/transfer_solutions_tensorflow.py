"""Solutions to the exercises on transfer in TensorFlow."""

import numpy as np
import tensorflow as tf

from lessons.tensorflow import set_seed
from lessons.transfer.numpy import choose, fit_head
from lessons.transfer.tensorflow import maps, to_tensor
from lessons.transfer.training_tensorflow import (
    accuracy,
    small_network,
    train,
)
from snippets.transfer_numpy import few, labels, patches, test_labels
from snippets.transfer_tensorflow import (
    device,
    images,
    moved,
    network,
    same,
    truth,
)

# --8<-- [start:one]
every = maps(network, to_tensor(patches, device), stop=14)
test_every = maps(network, moved, stop=14)
features = tf.reduce_mean(every, axis=[1, 2]).numpy()
test_features = tf.reduce_mean(test_every, axis=[1, 2]).numpy()
for count in (1, 2, 5):
    scores = []
    for seed in range(10):
        chosen = choose(labels, count, np.random.default_rng(seed))
        weights, biases = fit_head(features[chosen], labels[chosen], 3)
        answers = np.argmax(test_features @ weights + biases, axis=1)
        scores.append(np.mean(answers == test_labels))
    print(f"{count} of each: {np.mean(scores):.2f}")
# --8<-- [end:one]

# --8<-- [start:wrong]
set_seed(0)
shuffled = np.random.default_rng(3).permutation(labels[few])
liar = small_network(3)
losses = train(liar, images, tf.constant(shuffled), 100, 0.01)
print(f"last loss {losses[-1]:.2f}, test accuracy {accuracy(liar, same, truth):.2f}")
# --8<-- [end:wrong]
