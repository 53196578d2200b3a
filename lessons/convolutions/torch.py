"""A dense and a convolutional digit network in PyTorch, and how to train them."""

# --8<-- [start:imports]
import math

import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:dense_network]
def dense_network():
    """Three dense layers, 784-16-16-10: (batch, 1, 28, 28) to (batch, 10)."""
    return nn.Sequential(
        nn.Flatten(),  # (batch, 784)
        nn.Linear(784, 16),
        nn.ReLU(),
        nn.Linear(16, 16),
        nn.ReLU(),
        nn.Linear(16, 10),
    )


# --8<-- [end:dense_network]


# --8<-- [start:to_tensor]
def to_tensor(images, device):
    """Turn an array (batch, 28, 28) into a tensor (batch, 1, 28, 28) on the device."""
    if images.shape[1:] != (28, 28):
        raise ValueError(f"images should be (batch, 28, 28), but are {images.shape}")
    return torch.from_numpy(images).unsqueeze(1).to(device)


# --8<-- [end:to_tensor]


# --8<-- [start:random_shift]
def random_shift(images, pixels):
    """Move a batch up or down and left or right, by up to `pixels` each."""
    down, right = torch.randint(-pixels, pixels + 1, (2,)).tolist()
    return nn.functional.pad(images, (right, -right, down, -down))  # < 0 cuts off


# --8<-- [end:random_shift]


# --8<-- [start:schedule]
def schedule(learning_rate, steps):
    """Return the learning rate at a step: up for 3/10, then down half a cosine."""
    warm = max(1, 3 * steps // 10)

    def at(step):
        if step < warm:
            return learning_rate * step / warm
        return (
            learning_rate * (1 + math.cos(math.pi * (step - warm) / (steps - warm))) / 2
        )

    return at


# --8<-- [end:schedule]


# --8<-- [start:train]
def train(network, images, labels, epochs, batch_size=64, learning_rate=0.01, pixels=0):
    """Train with Adam, in shuffled batches; yield the mean loss of each epoch.

    Images are (n, 1, 28, 28), labels (n,); each batch moves by up to `pixels`.
    Raises FloatingPointError where the loss is no longer a number.
    """
    rate = schedule(learning_rate, steps=epochs * math.ceil(len(images) / batch_size))
    optimizer = torch.optim.Adam(network.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)  # 1.0 times the rate
    for _ in range(epochs):
        total = torch.zeros((), device=images.device)
        order = torch.randperm(len(images), device=images.device)
        for batch in order.split(batch_size):
            scores = network(random_shift(images[batch], pixels))
            loss = nn.functional.cross_entropy(scores, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            total += loss.detach() * len(batch)
        mean = total.item() / len(images)
        if not math.isfinite(mean):
            raise FloatingPointError(f"the loss is {mean}; try a smaller learning rate")
        yield mean


# --8<-- [end:train]


# --8<-- [start:predict]
@torch.no_grad()
def predict(network, images, batch_size=640):
    """Return the class with the highest score for each image, as an array (batch,)."""
    scores = [network(batch) for batch in images.split(batch_size)]
    return torch.cat(scores).argmax(dim=1).cpu().numpy()


# --8<-- [end:predict]


# --8<-- [start:accuracy]
def accuracy(network, images, labels, device):
    """Return the share of the images (batch, 28, 28) that the network names rightly."""
    return (predict(network, to_tensor(images, device)) == labels).mean()


# --8<-- [end:accuracy]


# --8<-- [start:digit_network]
def digit_network():
    """Two convolutions and one dense layer: (batch, 1, 28, 28) to (batch, 10)."""
    return nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=5, padding=2),  # (batch, 16, 28, 28)
        nn.MaxPool2d(2),  # (batch, 16, 14, 14)
        nn.ReLU(),
        nn.Conv2d(16, 48, kernel_size=5),  # (batch, 48, 10, 10)
        nn.MaxPool2d(2),  # (batch, 48, 5, 5)
        nn.ReLU(),
        nn.Flatten(),  # (batch, 1200)
        nn.Linear(1200, 10),
    )


# --8<-- [end:digit_network]
