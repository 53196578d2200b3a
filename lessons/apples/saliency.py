"""Where in a photograph a network's answer depends on it, and what that is worth."""

import torch

from lessons.apples.networks import to_tensor


def saliency(network, images, labels):
    """Return how strongly each pixel moves the score of a photograph's own class.

    The sum over channels of |d score / d pixel|: images (n, 64, 64, 3) to (n, 64, 64),
    each map divided by its sum. Source: Simonyan, Vedaldi & Zisserman 2014.
    """
    tensor = to_tensor(images).clone().requires_grad_()
    scores = network(tensor)
    scores[torch.arange(len(labels)), torch.from_numpy(labels)].sum().backward()
    maps = tensor.grad.abs().sum(dim=1).numpy()
    return maps / maps.sum(axis=(1, 2), keepdims=True)


def share_on(maps, masks):
    """Return which share of each map lies where its mask is true: (n,)."""
    if maps.shape != masks.shape:
        raise ValueError(f"masks {masks.shape} do not fit maps {maps.shape}")
    return (maps * masks).sum(axis=(1, 2)) / maps.sum(axis=(1, 2))
