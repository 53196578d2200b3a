"""Solutions to the exercises on training in TensorFlow."""

import keras
import numpy as np

from lessons.tensorflow import set_seed
from lessons.training.losses import evaluate
from lessons.training.numpy import train
from lessons.training.tensorflow import (
    compute_scores,
    dense_network,
    gradient_descent,
    set_parameters,
    training_step,
)
from snippets.training_numpy import (
    SIZES,
    start,
    test_labels,
    test_pixels,
    train_pixels,
)
from snippets.training_tensorflow import data

# --8<-- [start:forget]
for remembered in (True, False):
    forgetful = dense_network(SIZES)
    set_parameters(forgetful, start)
    random = np.random.default_rng(0)
    for visit in (1, 2):
        if visit == 1 or not remembered:  # a new optimizer remembers nothing
            optimizer = keras.optimizers.Adam(0.002)
            step = training_step(forgetful, optimizer)
        losses = list(train(step, *data, random, epochs=2))
    print(f"last ten losses: {np.mean(losses[-10:]):.4f}")
# --8<-- [end:forget]

# --8<-- [start:lottery]
drawn = np.random.default_rng(0).integers(0, 10, 200)  # labels by lot
set_seed(0)
memory = dense_network((784, 64, 64, 10))
step = training_step(memory, gradient_descent(memory, learning_rate=0.1))
random = np.random.default_rng(0)
list(train(step, train_pixels[:200], drawn, random, epochs=200))
seen = evaluate(compute_scores(memory, train_pixels[:200]), drawn)
print(f"training accuracy {seen[1]:.3f}")
share = evaluate(compute_scores(memory, test_pixels), test_labels)[1]
print(f"test accuracy {share:.3f}")
# --8<-- [end:lottery]
