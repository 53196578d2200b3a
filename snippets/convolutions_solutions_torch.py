"""Solutions to the exercises on convolutions in PyTorch."""

import numpy as np
import torch
from torch import nn

from lessons.convolutions.numpy import shift
from lessons.convolutions.torch import (
    accuracy,
    dense_network,
    digit_network,
    to_tensor,
    train,
)
from lessons.torch import count_parameters, set_seed
from snippets.convolutions_numpy import test_images, test_labels, train_images
from snippets.convolutions_torch import device, images, labels

# --8<-- [start:count]
layer = nn.Conv2d(3, 8, kernel_size=3, stride=2, padding=1)
print(count_parameters(layer), tuple(layer(torch.zeros(1, 3, 32, 32)).shape))
# --8<-- [end:count]

# --8<-- [start:teach]
set_seed(0)
taught = digit_network().to(device)
list(train(taught, images, labels, epochs=4, pixels=2))
for pixels in range(5):
    moved = shift(test_images, down=0, right=pixels)
    print(f"moved by {pixels}: {accuracy(taught, moved, test_labels, device):.3f}")
# --8<-- [end:teach]

# --8<-- [start:shuffle]
order = np.random.default_rng(0).permutation(28 * 28)
shuffled, test_shuffled = (
    array.reshape(-1, 28 * 28)[:, order].reshape(-1, 28, 28)
    for array in (train_images, test_images)
)
for name, build in (("dense", dense_network), ("convolutional", digit_network)):
    set_seed(0)
    network = build().to(device)
    list(train(network, to_tensor(shuffled, device), labels, epochs=4))
    print(f"{name}: {accuracy(network, test_shuffled, test_labels, device):.3f}")
# --8<-- [end:shuffle]
