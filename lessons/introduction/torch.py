"""The learned rules in PyTorch: one neuron, a dense network and a deep one."""

# --8<-- [start:imports]
import math

import numpy as np
import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:to_tensor]
def to_tensor(images):
    """Turn an array (batch, 28, 28) into a tensor (batch, 1, 28, 28)."""
    if images.shape[1:] != (28, 28):
        raise ValueError(f"images should be (batch, 28, 28), but are {images.shape}")
    return torch.from_numpy(np.ascontiguousarray(images, np.float32)).unsqueeze(1)


# --8<-- [end:to_tensor]


# --8<-- [start:neuron]
def neuron():
    """One neuron: a weight for each pixel and a bias, all 0 at first."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 1))
    for weight in network.parameters():
        nn.init.zeros_(weight)
    return network


# --8<-- [end:neuron]


# --8<-- [start:train]
def train(network, images, answers, epochs=10, batch_size=20, learning_rate=0.05):
    """Show the network all images (n, 28, 28), again and again; return its losses.

    Answers are (n,) of 0 and 1. Raises FloatingPointError where a loss is no number.
    """
    images, answers = to_tensor(images), torch.from_numpy(answers)
    optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate)
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(images)).split(batch_size):
            scores = network(images[batch]).squeeze(1)
            loss = nn.functional.binary_cross_entropy_with_logits(
                scores, answers[batch]
            )
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


# --8<-- [start:probabilities]
@torch.no_grad()
def probabilities(network, images):
    """Return how sure the network is of answer 1, from 0 to 1: (n, 28, 28) to (n,)."""
    return network(to_tensor(images)).squeeze(1).sigmoid().numpy()


# --8<-- [end:probabilities]


# --8<-- [start:dense_network]
def dense_network():
    """Three dense layers, 784-64-64-1: (batch, 1, 28, 28) to (batch, 1)."""
    return nn.Sequential(
        nn.Flatten(),  # (batch, 784)
        nn.Linear(784, 64),
        nn.ReLU(),
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Linear(64, 1),
    )


# --8<-- [end:dense_network]


# --8<-- [start:deep_network]
def deep_network():
    """Two convolutions and a neuron: (batch, 1, 28, 28) to (batch, 1)."""
    return nn.Sequential(
        nn.Conv2d(1, 8, kernel_size=5, padding=2),  # (batch, 8, 28, 28)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (batch, 8, 14, 14)
        nn.Conv2d(8, 16, kernel_size=5),  # (batch, 16, 10, 10)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (batch, 16, 5, 5)
        nn.Flatten(),  # (batch, 400)
        nn.Linear(400, 1),
    )


# --8<-- [end:deep_network]
