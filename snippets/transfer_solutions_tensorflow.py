"""Solutions to the exercises on transfer in TensorFlow."""

import numpy as np
import tensorflow as tf

from lessons.tensorflow import set_seed
from lessons.transfer.numpy import choose
from lessons.transfer.tensorflow import maps, to_tensor
from lessons.transfer.training_tensorflow import (
    accuracy,
    fit_head,
    small_network,
    train,
)
from snippets.transfer_numpy import few, labels, patches
from snippets.transfer_tensorflow import (
    device,
    images,
    moved,
    network,
    same,
    truth,
)

# --8<-- [start:one]
test_features = tf.reduce_mean(maps(network, moved, stop=14), axis=[1, 2])
for count in (1, 2, 5):
    scores = []
    for seed in range(10):
        chosen = choose(labels, count, np.random.default_rng(seed))
        few_maps = maps(network, to_tensor(patches[chosen], device), stop=14)
        head = fit_head(
            tf.reduce_mean(few_maps, axis=[1, 2]), tf.constant(labels[chosen]), 3
        )
        scores.append(accuracy(head, test_features, truth))
    print(f"{count} of each: {np.mean(scores):.2f}")
# --8<-- [end:one]

# --8<-- [start:wrong]
set_seed(0)
shuffled = np.random.default_rng(3).permutation(labels[few])
liar = small_network(3)
losses = train(liar, images, tf.constant(shuffled), 100, 0.01)
print(f"last loss {losses[-1]:.2f}, test accuracy {accuracy(liar, same, truth):.2f}")
# --8<-- [end:wrong]
