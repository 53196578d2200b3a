"""Plain and residual networks of one width in PyTorch, and how to train them."""

# --8<-- [start:imports]
import math

import torch
from torch import nn

# --8<-- [end:imports]
from lessons.imagenet.blocks_torch import Network, convolve, pooled_head
from lessons.imagenet.numpy import learning_rates
from lessons.imagenet.residual_torch import Residual


# --8<-- [start:pair]
def pair(inputs, outputs, stride, residual, norm):
    """Two convolutions of 3 x 3, with a shortcut round them or without.

    The shortcut has no parameters: where the stride is 2 it takes every second pixel.
    """
    first = convolve(inputs, outputs, 3, stride, norm=norm)
    body = [first, convolve(outputs, outputs, 3, norm=norm, activation=None)]
    if residual:
        return Residual(body, nn.MaxPool2d(1, stride))
    return nn.Sequential(*body, nn.ReLU())


# --8<-- [end:pair]


# --8<-- [start:small_network]
def small_network(depth, residual, norm=True, width=8):
    """6n + 2 layers, all of one width: (batch, 1, 14, 14) to (batch, 10)."""
    if depth % 6 != 2 or depth < 8:
        raise ValueError(f"depth should be 6n + 2, such as 8, 20 or 56, but is {depth}")
    stages = {"stage1": [convolve(1, width, 3, norm=norm)]}
    for number in (2, 3, 4):
        strides = [1 if number == 2 else 2] + [1] * (depth // 6 - 1)
        stages[f"stage{number}"] = [
            pair(width, width, stride, residual, norm) for stride in strides
        ]
    return Network(stages | {"head": pooled_head(width, 10)}, size=14, channels=1)


# --8<-- [end:small_network]


# --8<-- [start:to_tensor]
def to_tensor(images, device):
    """Turn an array (n, 14, 14) into a tensor (n, 1, 14, 14) on the device."""
    if images.shape[1:] != (14, 14):
        raise ValueError(f"images should be (n, 14, 14), but are {images.shape}")
    return torch.from_numpy(images).unsqueeze(1).to(device)


# --8<-- [end:to_tensor]


# --8<-- [start:train]
def take_step(network, optimizer, images, labels, rate):
    """Take one step on a batch and return its loss before it."""
    loss = nn.functional.cross_entropy(network(images), labels)
    optimizer.zero_grad()
    loss.backward()
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    return loss.item()


def train(network, optimizer, images, labels, epochs=5, batch_size=50, peak=0.01):
    """Take steps on shuffled batches; yield the mean loss of each epoch.

    Images are (n, 1, 14, 14), labels (n,). Raises FloatingPointError where the loss
    is no longer a number.
    """
    steps = math.ceil(len(images) / batch_size) * epochs
    rates = iter(learning_rates(peak, steps).tolist())
    network.train()
    for _ in range(epochs):
        total, order = 0.0, torch.randperm(len(images), device=images.device)
        for batch in order.split(batch_size):
            some, names = images[batch], labels[batch]
            loss = take_step(network, optimizer, some, names, next(rates))
            total += loss * len(batch)
        mean = total / len(images)
        if not math.isfinite(mean):
            raise FloatingPointError(f"the loss is {mean}; try a smaller learning rate")
        yield mean


# --8<-- [end:train]


# --8<-- [start:accuracy]
@torch.no_grad()
def accuracy(network, images, labels):
    """Return the share of images (n, 1, 14, 14) that are given their labels (n,)."""
    right = network.eval()(images).argmax(dim=1) == labels
    return right.float().mean().item()


# --8<-- [end:accuracy]


# --8<-- [start:layer_gradients]
def layer_gradients(network, images, labels):
    """Return the size of the loss's gradient in each convolution, first to last.

    The size is the root of the mean square over the layer's weights. The network
    normalises by the batch, as in training; nothing in it changes but running means.
    """
    kernels = [each.weight for each in network.modules() if isinstance(each, nn.Conv2d)]
    loss = nn.functional.cross_entropy(network.train()(images), labels)
    gradients = torch.autograd.grad(loss, kernels)
    return [gradient.square().mean().sqrt().item() for gradient in gradients]


# --8<-- [end:layer_gradients]
