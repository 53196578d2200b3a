"""What EfficientNet-Lite0, trained on ImageNet, sees in a photograph; a new head."""

import numpy as np
import torch

from lessons.apples.tables import fit_line
from lessons.transfer.torch import load_pretrained, to_tensor

MIDDLE = (10, 15)  # parts of the body: with 112 and with 192 maps
WIDTHS = (112, 192)


@torch.no_grad()
def see(network, images):
    """Return (batch, 1888) numbers of a batch: 608 from the middle, 1280 from the end.

    From each map in the middle the mean and the largest value, since a spot is small;
    from each map at the end the mean, as the network's own head takes it.
    """
    middle = []
    for number, part in enumerate(network.body):
        images = part(images)
        if number in MIDDLE:
            middle += [images.mean(dim=(2, 3)), images.amax(dim=(2, 3))]
    return torch.cat([*middle, images.mean(dim=(2, 3))], dim=1)


def deep_features(photographs, batch_size=50):
    """Return what the network sees: uint8 (n, 128, 128, 3) to float32 (n, 1888)."""
    network, seen = load_pretrained("cpu"), []
    for start in range(0, len(photographs), batch_size):
        batch = photographs[start : start + batch_size].astype(np.float32) / 255
        seen.append(see(network, to_tensor(batch, "cpu")))
    return torch.cat(seen).numpy()


def choose(features, layers):
    """Return the columns from the "middle" or from the "end" of the network."""
    middle = 2 * sum(WIDTHS)
    return features[:, :middle] if layers == "middle" else features[:, middle:]


def fit_head(inputs, labels, seed, layers, strength):
    """Fit logistic regression on the chosen layers; return a function that predicts.

    It turns features (m, 1888) into log-probabilities (m, classes).
    """
    predict = fit_line(choose(inputs, layers), labels, seed, strength)
    return lambda inputs: predict(choose(inputs, layers))
