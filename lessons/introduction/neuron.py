"""One neuron that learns, from scratch."""

import numpy as np


# --8<-- [start:probability]
def probability(inputs, weights, bias):
    """Return how sure the neuron is of answer 1: inputs (n, 784) to (n,) in [0, 1]."""
    return 1 / (1 + np.exp(-(inputs @ weights + bias)))


# --8<-- [end:probability]


# --8<-- [start:step]
def step(inputs, answers, weights, bias, learning_rate):
    """Return weights (784,) and a bias that do a little better on inputs (n, 784).

    Raises FloatingPointError where a weight is no longer a number.
    """
    errors = probability(inputs, weights, bias) - answers  # (n,)
    weights = weights - learning_rate * errors @ inputs / len(inputs)
    bias = bias - learning_rate * errors.mean()
    if not np.isfinite(weights).all():
        raise FloatingPointError("a weight is no number; try a smaller learning rate")
    return weights, bias


# --8<-- [end:step]


# --8<-- [start:learn]
def learn(images, answers, steps=400, batch_size=20, learning_rate=0.05, seed=0):
    """Start from weights of 0 and take many steps; return the weights and the bias.

    Each step looks at `batch_size` images, drawn at random from images (n, 28, 28).
    """
    inputs = images.reshape(len(images), -1)
    weights, bias = np.zeros(inputs.shape[1]), 0.0
    random = np.random.default_rng(seed)
    for _ in range(steps):
        batch = random.integers(len(inputs), size=batch_size)
        weights, bias = step(
            inputs[batch], answers[batch], weights, bias, learning_rate
        )
    return weights, bias


# --8<-- [end:learn]
