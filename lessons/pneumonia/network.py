"""A small convolutional network that scores a chest X-ray, and its training."""

import torch
from torch import nn

from lessons.torch import set_seed


def xray_network(widths=(8, 16, 32, 64)):
    """Return a network from (batch, 1, height, width) to (batch,) scores.

    A score is the logarithm of the odds for pneumonia. Each width is a block that
    halves height and width; the mean over what is left makes any size fit.
    """
    layers, channels = [], 1
    for width in widths:
        layers += [
            nn.Conv2d(channels, width, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.MaxPool2d(2),
        ]
        channels = width
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2)]
    return nn.Sequential(*layers, *head, nn.Linear(channels, 1), nn.Flatten(0))


def to_tensor(images):
    """Return uint8 images (n, height, width) as float32 (n, 1, height, width).

    Each picture gets mean 0 and standard deviation 1: exposure is the machine's choice,
    not the child's.
    """
    pixels = torch.from_numpy(images).float()[:, None]
    mean = pixels.mean((2, 3), keepdim=True)
    return (pixels - mean) / (pixels.std((2, 3), keepdim=True) + 1e-6)


def random_shift(pictures, pixels):
    """Move a batch by up to `pixels`; what leaves comes in on the far side."""
    down, right = torch.randint(-pixels, pixels + 1, (2,)).tolist()
    return torch.roll(pictures, (down, right), dims=(2, 3))


def train_network(images, labels, seed, weight=1.0, epochs=12, rate=3e-3, shift=3):
    """Return a network trained on uint8 images and labels 0 and 1.

    `weight` multiplies the loss of the pictures with pneumonia. Batches of 64, AdamW;
    the learning rate rises, then falls to nothing (one cycle). Raises ValueError where
    there are not as many labels as images, FloatingPointError where the loss is not
    finite.
    """
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images need as many labels, not {len(labels)}")
    set_seed(seed)
    network = xray_network().train()
    pictures, targets = to_tensor(images), torch.from_numpy(labels).float()
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    steps = epochs * -(-len(pictures) // 64)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    for epoch in range(epochs):
        for batch in torch.randperm(len(pictures)).split(64):
            scores = network(random_shift(pictures[batch], shift))
            loss = weighted_loss(scores, targets[batch], weight)
            if not torch.isfinite(loss):
                raise FloatingPointError(f"epoch {epoch}: the loss is {loss.item()}")
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


def weighted_loss(scores, targets, weight):
    """Return the mean cross-entropy, pictures with pneumonia counted `weight` times."""
    return nn.functional.binary_cross_entropy_with_logits(
        scores, targets, pos_weight=torch.tensor(float(weight))
    )


def predict(network, images):
    """Return the scores (n,) of uint8 images (n, height, width), as float64."""
    network.eval()
    with torch.no_grad():
        scores = [network(batch) for batch in to_tensor(images).split(256)]
    return torch.cat(scores).double().numpy()
