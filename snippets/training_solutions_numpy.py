"""Solutions to the exercises on training that need NumPy alone."""

import numpy as np

from lessons.training.losses import evaluate
from lessons.training.numpy import descent_step, forward, initial_parameters, train
from snippets.training_numpy import (
    SIZES,
    held_labels,
    held_pixels,
    random,
    start,
    test_labels,
    test_pixels,
    train_labels,
    train_pixels,
)

# --8<-- [start:count]
shapes = [p.shape for p in initial_parameters((784, 32, 32, 10), random)]
print(sum(np.prod(shape) for shape in shapes))
# --8<-- [end:count]

# --8<-- [start:batches]
for batch_size in (10, 50, 250, 3000):
    parameters = [parameter.copy() for parameter in start]
    step = descent_step(parameters, learning_rate=0.1)
    random = np.random.default_rng(1)
    losses = train(step, train_pixels, train_labels, random, 5, batch_size)
    steps = len(list(losses))
    share = evaluate(forward(parameters, held_pixels)[1], held_labels)[1]
    print(f"batches of {batch_size:4}: {steps:4} steps, accuracy {share:.2f}")
# --8<-- [end:batches]

# --8<-- [start:flatter]
shares = []
for number in range(20):
    random = np.random.default_rng(number)
    parameters = initial_parameters(SIZES, random)
    step = descent_step(parameters, learning_rate=0.1)
    list(train(step, train_pixels, train_labels, random, epochs=1))
    right = forward(parameters, test_pixels)[1].argmax(axis=1) == test_labels
    shares.append((right[:100].mean(), right[100:].mean()))
claimed, true = max(shares)
print(f"the best on 100 digits: {claimed:.2f}; on 900 others: {true:.2f}")
# --8<-- [end:flatter]
