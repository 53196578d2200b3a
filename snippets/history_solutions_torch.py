"""Solutions to the exercises on history in PyTorch."""

import torch

from snippets.history_torch import examples, targets

# --8<-- [start:slope]
weights = torch.tensor([0.5, -1.0, 0.25], dtype=torch.float64, requires_grad=True)
for example, target in zip(examples, targets):
    loss = torch.relu(-target * (example @ weights))
    (gradient,) = torch.autograd.grad(loss, weights)
    print("missed" if loss > 0 else "right ", (-gradient).numpy() + 0.0)
# --8<-- [end:slope]
