"""The learned changes in PyTorch: one of the plane, and those of two digit networks."""

# --8<-- [start:imports]
import math

import numpy as np
import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:change_network]
def change_network(weights, biases, last, last_bias):
    """A network 2-hidden-1 in float64, from weights (2, hidden) and so on."""
    hidden = len(biases)
    network = nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 1))
    given = weights.T, biases, last[np.newaxis], last_bias
    for own, array in zip(network.double().parameters(), given, strict=True):
        own.data = torch.tensor(array)
    return network


# --8<-- [end:change_network]


# --8<-- [start:train_change]
def train_change(network, points, answers, steps=1000, learning_rate=1.0):
    """Take steps on all points (n, 2), answers (n,); return the loss before each."""
    points, answers = torch.tensor(points), torch.tensor(answers, dtype=torch.float64)
    optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate)
    losses = []
    for _ in range(steps):
        scores = network(points).squeeze(1)
        loss = nn.functional.binary_cross_entropy_with_logits(scores, answers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# --8<-- [end:train_change]


# --8<-- [start:to_tensor]
def to_tensor(images):
    """Turn an array (batch, 28, 28) into a tensor (batch, 1, 28, 28)."""
    if images.shape[1:] != (28, 28):
        raise ValueError(f"images should be (batch, 28, 28), but are {images.shape}")
    return torch.from_numpy(np.ascontiguousarray(images, np.float32)).unsqueeze(1)


# --8<-- [end:to_tensor]


# --8<-- [start:dense_network]
def dense_network():
    """Four stages after the pixels, 784-64-64-64-10: (batch, 1, 28, 28) to scores."""
    return nn.Sequential(
        nn.Flatten(),  # (batch, 784)
        nn.Sequential(nn.Linear(784, 64), nn.ReLU()),
        nn.Sequential(nn.Linear(64, 64), nn.ReLU()),
        nn.Sequential(nn.Linear(64, 64), nn.ReLU()),
        nn.Linear(64, 10),
    )


# --8<-- [end:dense_network]


# --8<-- [start:train]
def train(network, images, labels, epochs=10, batch_size=50, learning_rate=0.1):
    """Train on images (n, 28, 28) and labels (n,); return the mean loss of each epoch.

    Raises FloatingPointError, which names the epoch, where a loss is no number.
    """
    images, labels = to_tensor(images), torch.from_numpy(labels)
    optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate)
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(images)).split(batch_size):
            loss = nn.functional.cross_entropy(network(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(images))
        if not math.isfinite(losses[-1]):
            raise FloatingPointError(
                f"the loss of epoch {epoch} is {losses[-1]}; "
                "try a smaller learning rate"
            )
    return losses


# --8<-- [end:train]


# --8<-- [start:activations]
@torch.no_grad()
def activations(network, images):
    """Return what comes out of each stage, as arrays (n, d); the last are scores."""
    value, found = to_tensor(images), []
    for stage in network:
        value = stage(value)
        found.append(value.flatten(1).numpy())
    return found


# --8<-- [end:activations]


# --8<-- [start:conv_network]
def conv_network():
    """Two convolutions, a hidden layer of 64 units, and a layer of scores."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 8, kernel_size=5), nn.ReLU(), nn.MaxPool2d(2)),
        nn.Sequential(nn.Conv2d(8, 16, kernel_size=5), nn.ReLU(), nn.MaxPool2d(2)),
        nn.Sequential(nn.Flatten(), nn.Linear(256, 64), nn.ReLU()),
        nn.Linear(64, 10),
    )


# --8<-- [end:conv_network]
