"""What a score depends on: its gradient with respect to the pixels.

Sources: Simonyan et al. 2014 for the map, Adebayo et al. 2018 for its check.
"""

import torch

from lessons.pneumonia.network import to_tensor


def gradients(network, pictures):
    """Return the gradient of each score by its own pixels, (n, height, width).

    pictures: float tensors (n, 1, height, width), as the network takes them.
    """
    network.eval()  # else a picture's score would depend on the others in its batch
    pictures = pictures.detach().requires_grad_()
    (result,) = torch.autograd.grad(network(pictures).sum(), pictures)
    return result[:, 0]


def saliency(network, images):
    """Return the mean of |gradient| over images, (height, width), summing to 1."""
    batches = to_tensor(images).split(128)
    total = sum(gradients(network, batch).abs().sum(0).double() for batch in batches)
    return (total / total.sum()).numpy()
