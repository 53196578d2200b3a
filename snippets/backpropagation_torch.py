"""The lesson on backpropagation in PyTorch, from top to bottom."""

import numpy as np
import torch

from lessons.backpropagation.numpy import initial_parameters
from lessons.backpropagation.torch import (
    derivative,
    gradients,
    kept_bytes,
    mean_loss,
    seconds,
    tanh_of_sine,
    to_batches,
    to_parameters,
    train,
)
from snippets.backpropagation_digits_numpy import answers, arrays, batches, ours
from snippets.backpropagation_numpy import inputs

# --8<-- [start:graph]
w, x, b = (torch.tensor(inputs[name], requires_grad=True) for name in "wxb")
loss = (torch.tanh(w * x + b) - inputs["y"]) ** 2
node, names = loss.grad_fn, []
while node:  # from the loss back to w
    names.append(node.name())
    node = node.next_functions[0][0] if node.next_functions else None
print(" ".join(names))
loss.backward()
print(f"gradients {w.grad:.4f} {x.grad:.4f} {b.grad:.4f}")
# --8<-- [end:graph]

# --8<-- [start:twice]
((torch.tanh(w * x + b) - inputs["y"]) ** 2).backward()
print(f"after a second backward(): {w.grad:.4f}")
w.grad = None  # what an optimizer's zero_grad() does
((torch.tanh(w * x + b) - inputs["y"]) ** 2).backward()
print(f"emptied first: {w.grad:.4f}")
# --8<-- [end:twice]

# --8<-- [start:higher]
here, slope = torch.tensor(0.5, dtype=torch.float64, requires_grad=True), tanh_of_sine
for n in (1, 2, 3, 4):
    slope = derivative(slope)
    print(f"derivative {n}: {slope(here):.6f}")
# --8<-- [end:higher]

# --8<-- [start:gradients]
device = "cpu"  # the numbers are float64, which some GPUs cannot hold
tensors = to_parameters(arrays, device)
pixels, targets = to_batches(batches[:1], device)[0]
_, theirs = gradients(tensors, pixels, targets)
largest = max(np.abs(a - b).max() for a, b in zip(answers, theirs))
print(sum(array.size for array in theirs), "gradients")
print("largest difference below 1e-12:", largest < 1e-12)
# --8<-- [end:gradients]

# --8<-- [start:train]
losses = list(train(to_parameters(arrays, device), to_batches(batches, device), 0.1))
for step in (0, 24, 49, 99):
    print(f"step {step}: loss {losses[step]:.6f}")
largest = np.abs(np.subtract(losses, ours)).max()
print("largest difference below 1e-9:", largest < 1e-9)
# --8<-- [end:train]

# --8<-- [start:cost]
for width in (16, 256):
    wide = to_parameters(initial_parameters((784, *[width] * 3, 10), 0), device)
    forwards, both = seconds(wide, pixels, targets)
    print(f"width {width}: the gradient takes {both / forwards:.1f} forward passes")
# --8<-- [end:cost]

# --8<-- [start:inference]
recorded = mean_loss(tensors, pixels, targets)
with torch.no_grad():
    unrecorded = mean_loss(tensors, pixels, targets)
print(f"training keeps {kept_bytes(tensors, pixels, targets):,} bytes")
print("recorded:", recorded.requires_grad, unrecorded.requires_grad)
print("same loss:", recorded.item() == unrecorded.item())
# --8<-- [end:inference]
