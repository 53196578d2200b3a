"""One layer and two layers in PyTorch, and many small networks at once."""

# --8<-- [start:imports]
import math

import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:descend]
def descend(loss, parameters, steps, learning_rate):
    """Take steps against the gradient of loss(); return the loss before each.

    Raises FloatingPointError, which names the step, where the loss is no number.
    """
    optimizer = torch.optim.SGD(parameters, lr=learning_rate)
    losses = []
    for step in range(steps):
        value = loss()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
        if not math.isfinite(losses[-1]):
            raise FloatingPointError(
                f"the loss is {losses[-1]} at step {step}; try a smaller learning rate"
            )
    return losses


# --8<-- [end:descend]


# --8<-- [start:linear]
def linear_layer(inputs, outputs, dtype):
    """A dense layer whose weights and biases start at 0."""
    layer = nn.Linear(inputs, outputs, dtype=dtype)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def squared_error(layer, inputs, targets):
    """Return the mean squared error for inputs (n, d) and targets (n,)."""
    return nn.functional.mse_loss(layer(inputs)[:, 0], targets)


# --8<-- [end:linear]


# --8<-- [start:softmax]
def penalised_cross_entropy(layer, inputs, labels, penalty):
    """Return the mean cross-entropy plus half the penalty times all squared weights."""
    loss = nn.functional.cross_entropy(layer(inputs), labels)
    return loss + penalty / 2 * layer.weight.square().sum()


# --8<-- [end:softmax]


# --8<-- [start:many]
def many_networks(count, hidden):
    """Return the weights of `count` networks 2-hidden-1, drawn as nn.Linear does."""
    shapes = [(count, 2, hidden), (count, 1, hidden), (count, hidden, 1), (count, 1, 1)]
    limits = [2**-0.5, 2**-0.5, hidden**-0.5, hidden**-0.5]
    return [
        torch.empty(shape).uniform_(-limit, limit).requires_grad_()
        for shape, limit in zip(shapes, limits)
    ]


def scores(networks, inputs, activation):
    """Return the score that each network gives each of (n, 2) inputs: (count, n)."""
    first, first_bias, second, second_bias = networks
    hidden = getattr(torch, activation)(
        inputs @ first + first_bias
    )  # (count, n, hidden)
    return (hidden @ second + second_bias)[..., 0]


# --8<-- [end:many]


# --8<-- [start:train_many]
def train_many(networks, inputs, targets, activation, steps=2000, learning_rate=1.0):
    """Train each network on (n, 2) inputs and (n,) targets; return the losses.

    The losses of the networks are added, so that no network feels another one.
    """
    wanted = targets.expand(networks[0].shape[0], -1)

    def loss():
        each = nn.functional.binary_cross_entropy_with_logits(
            scores(networks, inputs, activation), wanted, reduction="none"
        )
        return each.mean(dim=1).sum()

    return descend(loss, networks, steps, learning_rate)


@torch.no_grad()
def solved(networks, inputs, targets, activation):
    """Return for each network whether all its answers are right, as an array."""
    right = (scores(networks, inputs, activation) > 0) == (targets > 0.5)
    return right.all(dim=1).numpy()


# --8<-- [end:train_many]


# --8<-- [start:pick]
def pick(networks, index, activation):
    """Return one of many networks as a module of its own."""
    first, first_bias, second, second_bias = (part[index].detach() for part in networks)
    layers = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}
    network = nn.Sequential(
        nn.Linear(*first.shape), layers[activation](), nn.Linear(*second.shape)
    )
    pairs = [(first.T, first_bias[0]), (second.T, second_bias[0])]
    for layer, (weight, bias) in zip(network[::2], pairs):
        layer.weight.data, layer.bias.data = weight.clone(), bias.clone()
    return network


# --8<-- [end:pick]
