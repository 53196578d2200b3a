"""The delta rule in PyTorch, by hand and as the gradient of a squared error."""

# --8<-- [start:imports]
import torch

# --8<-- [end:imports]


# --8<-- [start:delta_step]
def delta_step(weights, example, target, rate):
    """Return the weights (d,) after one step of the rule as it was written in 1960."""
    return weights + rate * (target - example @ weights) * example


# --8<-- [end:delta_step]


# --8<-- [start:gradient_step]
def gradient_step(weights, example, target, rate):
    """Return the weights (d,) after one step down the slope of half the squared error.

    Raises FloatingPointError where the loss is no longer a number.
    """
    weights = weights.detach().requires_grad_()
    loss = (target - example @ weights) ** 2 / 2
    if not torch.isfinite(loss):
        raise FloatingPointError(f"the loss is {loss.item()}; try a smaller rate")
    (gradient,) = torch.autograd.grad(loss, weights)
    return (weights - rate * gradient).detach()


# --8<-- [end:gradient_step]


# --8<-- [start:fit]
def fit(step, inputs, targets, rate, passes):
    """Return weights (d,), drawn at random and moved by a step for each example."""
    weights = torch.randn(inputs.shape[1], dtype=inputs.dtype)
    for _ in range(passes):
        for example, target in zip(inputs, targets):
            weights = step(weights, example, target, rate)
    return weights


# --8<-- [end:fit]
