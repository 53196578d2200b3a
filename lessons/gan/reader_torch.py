"""An independent reader in PyTorch: it learns from real digits alone."""

# --8<-- [start:imports]
import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:digit_reader]
def digit_reader():
    """Name digits: (batch, 1, 28, 28) to (batch, 10), by way of 32 features."""
    return nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=5, padding=2),  # (batch, 16, 28, 28)
        nn.MaxPool2d(2),  # (batch, 16, 14, 14)
        nn.ReLU(),
        nn.Conv2d(16, 32, kernel_size=5),  # (batch, 32, 10, 10)
        nn.MaxPool2d(2),  # (batch, 32, 5, 5)
        nn.ReLU(),
        nn.Flatten(),  # (batch, 800)
        nn.Linear(800, 32),
        nn.ReLU(),  # the features
        nn.Linear(32, 10),
    )


# --8<-- [end:digit_reader]


# --8<-- [start:read]
@torch.no_grad()
def read(reader, images):
    """Return the features (n, 32) and the chances (n, 10) of images (n, 1, 28, 28)."""
    features = reader[:-1](images)
    chances = reader[-1](features).softmax(dim=1)
    return features.cpu().numpy(), chances.cpu().numpy()


# --8<-- [end:read]
