"""The reader's machine, timed in PyTorch: products, memory, training steps."""

# --8<-- [start:imports]
from itertools import pairwise

import numpy as np
import torch

# --8<-- [end:imports]
from lessons.backpropagation.cost import fastest
from lessons.backpropagation.torch import mean_loss
from lessons.depth.torch import accuracy, train


# --8<-- [start:finish]
def finish(tensor):
    """Wait for a tensor, which a GPU computes while Python goes on; return a number."""
    return tensor.reshape(-1)[0].item()


# --8<-- [end:finish]


# --8<-- [start:product_speed]
def product_speed(size, precision="float32", device="cpu", seconds=0.3):
    """Return the operations a second of the product of two square matrices."""
    kind = getattr(torch, precision)
    left, right = (torch.rand(size, size, device=device).to(kind) for _ in range(2))
    (least,) = fastest([lambda: finish(left @ right)], seconds)
    return 2 * size**3 / least


# --8<-- [end:product_speed]


# --8<-- [start:reading_speed]
def reading_speed(megabytes=256, device="cpu"):
    """Return the bytes a second at which numbers are read, to be added up."""
    numbers = torch.ones(megabytes * 2**18, device=device)  # of 4 bytes
    (seconds,) = fastest([lambda: finish(numbers.sum())])
    return 4 * len(numbers) / seconds


# --8<-- [end:reading_speed]


# --8<-- [start:make_parameters]
def make_parameters(sizes, precision="float32", device="cpu"):
    """Return weights (n, m) with He's variance and biases (m,), layer by layer."""
    parameters, kind = [], getattr(torch, precision)
    for n, m in pairwise(sizes):
        weights = torch.randn(n, m, device=device) * (2 / n) ** 0.5
        parameters += [weights, torch.zeros(m, device=device)]
    return [each.to(kind).requires_grad_() for each in parameters]


# --8<-- [end:make_parameters]


# --8<-- [start:training_step]
def training_step(parameters, pixels, labels, rate=0.01):
    """Step once against the gradient, in place; return the loss before the step."""
    loss = mean_loss(parameters, pixels, labels)
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients):
            parameter -= rate * gradient
    return loss.detach()


# --8<-- [end:training_step]


# --8<-- [start:step_seconds]
def step_seconds(sizes, batch, precision="float32", device="cpu", seconds=0.3):
    """Return the seconds of one training step on a batch of random pixels."""
    parameters = make_parameters(sizes, precision, device)
    pixels = torch.rand(batch, sizes[0], device=device).to(parameters[0].dtype)
    labels = torch.randint(sizes[-1], (batch,), device=device)

    def step():
        finish(training_step(parameters, pixels, labels))
        finish(parameters[0])

    step()  # the first call prepares what the later ones reuse
    return fastest([step], seconds)[0]


# --8<-- [end:step_seconds]


# --8<-- [start:passes_until]
def passes_until(goal, network, optimizer, rate, digits, unseen, most=60):
    """Return how many passes over the digits bring the test accuracy to the goal.

    The digits are images (n, 196) and labels (n,). Raises RuntimeError where the goal
    is not reached in `most` passes.
    """
    rates = np.full(most * len(digits[0]) // 50, rate, np.float32)
    for passes, _ in enumerate(train(network, *digits, optimizer, rates), start=1):
        if accuracy(network, *unseen) >= goal:
            return passes
    raise RuntimeError(f"an accuracy of {goal} was not reached in {most} passes")


# --8<-- [end:passes_until]
