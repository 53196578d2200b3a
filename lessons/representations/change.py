"""A network 2-hidden-1 from scratch: it learns new coordinates, and a line in them."""

import numpy as np


# --8<-- [start:start_network]
def start_network(random, hidden=2):
    """Return weights (2, hidden), biases (hidden,), weights (hidden,) and a bias (1,).

    They are drawn between plus and minus one over the root of a unit's inputs.
    """
    shapes = (2, hidden), (hidden,), (hidden,), (1,)
    inputs = 2, 2, hidden, hidden
    return [
        random.uniform(-1, 1, shape) / np.sqrt(count)
        for shape, count in zip(shapes, inputs, strict=True)
    ]


# --8<-- [end:start_network]


# --8<-- [start:new_coordinates]
def new_coordinates(network, points):
    """Return what the hidden units make of points (n, 2): (n, hidden) in (-1, 1)."""
    weights, biases, _, _ = network
    return np.tanh(points @ weights + biases)


def network_scores(network, points):
    """Return the score of each point: above 0 the answer is 1."""
    _, _, weights, bias = network
    return new_coordinates(network, points) @ weights + bias


# --8<-- [end:new_coordinates]


# --8<-- [start:learning_step]
def learning_step(network, points, answers, learning_rate):
    """Change the network by one step of gradient descent; return the loss before it."""
    hidden = new_coordinates(network, points)  # (n, hidden)
    scores = network_scores(network, points)  # (n,)
    loss = np.mean(np.logaddexp(0, scores) - answers * scores)
    errors = (1 / (1 + np.exp(-scores)) - answers) / len(points)  # (n,)
    blame = np.outer(errors, network[2]) * (1 - hidden**2)  # (n, hidden)
    gradients = points.T @ blame, blame.sum(axis=0), errors @ hidden, errors.sum()
    for parameter, gradient in zip(network, gradients, strict=True):
        parameter -= learning_rate * gradient  # in place
    return float(loss)


# --8<-- [end:learning_step]


# --8<-- [start:learn_change]
def learn_change(network, points, answers, steps=1000, learning_rate=1.0):
    """Take many steps on all points (n, 2); return the loss before each.

    Raises FloatingPointError, which names the step, where the loss is no number.
    """
    losses = []
    for step in range(steps):
        losses.append(learning_step(network, points, answers, learning_rate))
        if not np.isfinite(losses[-1]):
            raise FloatingPointError(
                f"the loss is {losses[-1]} at step {step}; try a smaller learning rate"
            )
    return losses


# --8<-- [end:learn_change]
