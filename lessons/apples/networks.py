"""A small convolutional network for photographs, trained from scratch in PyTorch."""

import copy
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from lessons.apples.features import shrink
from lessons.torch import set_seed

SIZE, BATCH, STEPS = (
    64,
    32,
    200,
)  # pixels along an edge; photographs a step; fewest steps


class Mean(nn.Module):
    """The mean of each map: (batch, channels, height, width) to (batch, channels)."""

    def forward(self, maps):
        return maps.mean(dim=(2, 3))


def small_network(classes, width=16):
    """Four convolutions: (batch, 3, 64, 64) to scores (batch, classes)."""
    parts, inputs = [], 3
    for number, outputs in enumerate((width, 2 * width, 4 * width, 4 * width)):
        kernel, stride = (3, 1) if number else (5, 2)
        parts += [nn.MaxPool2d(2)] if number else []
        parts += [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)]
        parts += [nn.BatchNorm2d(outputs), nn.ReLU()]
        inputs = outputs
    return nn.Sequential(*parts, Mean(), nn.Linear(inputs, classes))


def small(photographs):
    """Return photographs at 64 x 64: uint8 (n, h, w, 3) to float32 (n, 64, 64, 3)."""
    return shrink(photographs, SIZE)


def to_tensor(images):
    """Turn images (n, height, width, 3) into a tensor (n, 3, height, width)."""
    if images.ndim != 4 or images.shape[3] != 3:
        raise ValueError(
            f"images should be (n, height, width, 3), but are {images.shape}"
        )
    return torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2) - 0.5


def turn(batch):
    """Mirror a batch or swap its rows and columns, at random: a leaf has no upright."""
    draw = torch.rand(3) < 0.5
    batch = batch.flip(2) if draw[0] else batch
    batch = batch.flip(3) if draw[1] else batch
    return batch.transpose(2, 3) if draw[2] else batch


def train(network, images, labels, epochs, learning_rate):
    """Train with AdamW on a tensor of images; yield the mean loss of each epoch.

    The rate rises and falls in one cycle. Few images are shown more often, so that
    there are at least STEPS steps. Raises FloatingPointError where the loss is no
    longer a number.
    """
    batches = math.ceil(len(images) / BATCH)
    epochs = max(epochs, math.ceil(STEPS / batches))
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.05)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, learning_rate, epochs * batches
    )
    network.train()
    for epoch in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(images)).chunk(batches):
            loss = functional.cross_entropy(network(turn(images[batch])), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            cycle.step()
            total += loss.item() * len(batch) / len(images)
        if not math.isfinite(total):
            problem = f"the loss of epoch {epoch + 1} is {total}"
            raise FloatingPointError(f"{problem}; try a smaller learning rate")
        yield total


def fit_network(inputs, labels, seed, width, learning_rate, epochs=20):
    """Train a new network on images (n, 64, 64, 3); return a function that predicts.

    It turns images (m, 64, 64, 3) into log-probabilities (m, classes), and has the
    network as its attribute `network`.
    """
    set_seed(seed)
    network = small_network(int(labels.max()) + 1, width).to(
        memory_format=torch.channels_last
    )
    for _ in train(
        network, to_tensor(inputs), torch.from_numpy(labels), epochs, learning_rate
    ):
        pass
    return Predictor(network.eval())


class Predictor:
    """A trained network as a function from images to log-probabilities."""

    def __init__(self, network):
        self.network = network

    @torch.no_grad()
    def __call__(self, images):
        scores = [self.network(batch) for batch in to_tensor(images).split(200)]
        return functional.log_softmax(torch.cat(scores).double(), dim=1).numpy()


def randomised(network, seed):
    """Return a copy of a network with weights drawn anew: it has learned nothing."""
    set_seed(seed)
    network = copy.deepcopy(network)
    for module in network.modules():
        if hasattr(module, "reset_parameters"):
            module.reset_parameters()
    return network.eval()
