"""Solutions to the exercises on the perceptron in PyTorch."""

import numpy as np
import torch
from torch import nn

from lessons.perceptron.torch import descend
from lessons.torch import set_seed
from snippets.perceptron_numpy import corners
from snippets.perceptron_torch import t

# --8<-- [start:product]
three = np.column_stack([corners, corners.prod(axis=1)])  # (4, 3)
three = torch.tensor(three, dtype=torch.float32)
set_seed(0)
neurons = nn.Linear(3, 100)  # a hundred neurons, each from its own start
wanted = t[:, np.newaxis].expand(-1, 100)
cross_entropy = nn.functional.binary_cross_entropy_with_logits
descend(
    lambda: 100 * cross_entropy(neurons(three), wanted), neurons.parameters(), 2000, 1.0
)
right = ((neurons(three) > 0) == (wanted > 0.5)).all(dim=0)
print(f"{right.sum()} of 100 starts")
# --8<-- [end:product]
