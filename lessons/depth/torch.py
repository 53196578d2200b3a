"""Deep stacks of dense layers in PyTorch, and how to train them."""

# --8<-- [start:imports]
from itertools import pairwise

import numpy as np
import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:dense]
def dense(inputs, outputs, scheme):
    """A dense layer: "default" weights, "xavier", "he", or a standard deviation."""
    layer = nn.Linear(inputs, outputs)
    if scheme == "default":
        return layer
    if scheme == "xavier":
        nn.init.xavier_uniform_(layer.weight)
    elif scheme == "he":
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    else:
        nn.init.normal_(layer.weight, std=scheme)
    nn.init.zeros_(layer.bias)
    return layer


# --8<-- [end:dense]


# --8<-- [start:deep_network]
def deep_network(activation, scheme, depth=20, width=32, norm=False, drop=0.0):
    """Dense layers, `depth` of them: (batch, 196) to (batch, 10).

    The activation is "sigmoid", "tanh", "relu" or "gelu"; norm=True puts batch
    normalisation before each, `drop` dropout after it.
    """
    kinds = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU, "gelu": nn.GELU}
    sizes, stack = [196] + [width] * (depth - 1), []
    for inputs, outputs in pairwise(sizes):
        stack.append(dense(inputs, outputs, scheme))
        stack += [nn.BatchNorm1d(outputs)] if norm else []
        stack.append(kinds[activation]())
        stack += [nn.Dropout(drop)] if drop else []
    return nn.Sequential(*stack, dense(sizes[-1], 10, scheme))


# --8<-- [end:deep_network]


# --8<-- [start:run_epoch]
def run_epoch(network, images, labels, optimizer, batches, rates):
    """Take a step for each batch of indices, at its own rate; return the losses."""
    losses = []
    for batch, rate in zip(batches, rates):
        for group in optimizer.param_groups:
            group["lr"] = float(rate)
        loss = nn.functional.cross_entropy(network(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).cpu().numpy()


# --8<-- [end:run_epoch]


# --8<-- [start:train]
def train(network, images, labels, optimizer, rates, batch_size=50):
    """Train for as many steps as there are rates; yield the mean loss of each epoch.

    Images are (n, 196), labels (n,), and n a multiple of the batch size. Raises
    FloatingPointError with the step whose loss is no longer a number.
    """
    network.train()
    steps = len(images) // batch_size
    for start in range(0, len(rates), steps):
        order = torch.randperm(len(images), device=images.device)
        batches = order.reshape(steps, batch_size)
        some = rates[start : start + steps]
        losses = run_epoch(network, images, labels, optimizer, batches, some)
        if not np.isfinite(losses).all():
            step = start + np.isfinite(losses).argmin()
            raise FloatingPointError(f"the loss of step {step} is not finite")
        yield float(losses.mean())


# --8<-- [end:train]


# --8<-- [start:accuracy]
@torch.no_grad()
def accuracy(network, images, labels):
    """Return the share of the images (n, 196) that the network names rightly."""
    network.eval()
    return (network(images).argmax(dim=1) == labels).float().mean().item()


# --8<-- [end:accuracy]


# --8<-- [start:layer_gradients]
def layer_gradients(network, images, labels):
    """Return the root mean square of the gradient of each dense layer's weights."""
    network.zero_grad()
    nn.functional.cross_entropy(network(images), labels).backward()
    stack = [layer for layer in network if isinstance(layer, nn.Linear)]
    return [layer.weight.grad.square().mean().sqrt().item() for layer in stack]


# --8<-- [end:layer_gradients]


# --8<-- [start:follow]
def follow(kind, gradient_of, weights, rates, **settings):
    """Return the path that an optimizer of the framework takes, (steps + 1, ...)."""
    variable = torch.tensor(weights)
    optimizer, path = kind([variable], **settings), [weights]
    for step, rate in enumerate(rates):
        optimizer.param_groups[0]["lr"] = float(rate)
        variable.grad = torch.from_numpy(gradient_of(path[-1], step))
        optimizer.step()
        path.append(variable.numpy().copy())
    return np.stack(path)


# --8<-- [end:follow]
