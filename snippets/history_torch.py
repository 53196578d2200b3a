"""The lesson on history in PyTorch, from top to bottom."""

import torch

from lessons.history.torch import delta_step, fit, gradient_step
from lessons.torch import set_seed
from snippets.history_numpy import inputs, is_and

# --8<-- [start:fit]
examples = torch.from_numpy(inputs)  # (4, 3), in float64
targets = torch.from_numpy(is_and).to(torch.float64)
for step in (delta_step, gradient_step):
    set_seed(0)
    weights = fit(step, examples, targets, rate=0.1, passes=150)
    print(f"{step.__name__:13}", weights.numpy().round(2))
# --8<-- [end:fit]
