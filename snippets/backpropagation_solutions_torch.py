"""Solutions to the exercises on backpropagation in PyTorch."""

import numpy as np
import torch

from lessons.backpropagation.torch import mean_loss, to_batches, to_parameters
from snippets.backpropagation_digits_numpy import answers, arrays, batches
from snippets.backpropagation_torch import device, losses, pixels, targets

# --8<-- [start:forgotten]
forgetful, piled = to_parameters(arrays, device), []
for batch in to_batches(batches, device):
    loss = mean_loss(forgetful, *batch)
    loss.backward()
    with torch.no_grad():
        for parameter in forgetful:
            parameter -= 0.1 * parameter.grad  # and never parameter.grad = None
    piled.append(loss.item())
for step in (0, 24, 49, 99):
    print(f"step {step}: loss {piled[step]:.3f} instead of {losses[step]:.3f}")
# --8<-- [end:forgotten]

# --8<-- [start:forward]
random = np.random.default_rng(1)
direction = [random.normal(size=array.shape) for array in arrays]
_, change = torch.func.jvp(
    lambda *weights: mean_loss(weights, pixels, targets),
    tuple(torch.tensor(array) for array in arrays),
    tuple(torch.tensor(array) for array in direction),
)
products = sum((a * d).sum() for a, d in zip(answers, direction))
print(f"forwards {change.item():.6f}, backwards {products:.6f}")
# --8<-- [end:forward]
