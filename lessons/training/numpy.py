"""The training loop from scratch: a network, its gradients, a step, and the loop."""

# --8<-- [start:imports]
import math
from itertools import pairwise

import numpy as np

# --8<-- [end:imports]

# isort: split
from lessons.training.losses import cross_entropy


# --8<-- [start:initial_parameters]
def initial_parameters(sizes, random):
    """Return weights (n, m) and biases (m,) of each layer, in one list, as float32.

    The weights are drawn with variance 2 / n, so that the scores start neither large
    nor near 0; the biases are 0.
    """
    parameters = []
    for inputs, outputs in pairwise(sizes):
        weights = random.normal(0, math.sqrt(2 / inputs), (inputs, outputs))
        parameters += [weights.astype(np.float32), np.zeros(outputs, np.float32)]
    return parameters


# --8<-- [end:initial_parameters]


# --8<-- [start:forward]
def forward(parameters, pixels):
    """Return what enters each layer, as a list, and the scores (batch, classes).

    Pixels are (batch, n) for first weights (n, m). Raises ValueError if they are not.
    """
    if pixels.ndim != 2 or pixels.shape[1] != len(parameters[0]):
        shapes = f"pixels {pixels.shape} do not fit weights {parameters[0].shape}"
        raise ValueError(f"{shapes}; give pixels (batch, {len(parameters[0])})")
    entering = [pixels]
    for weights, bias in zip(parameters[::2], parameters[1::2], strict=True):
        scores = entering[-1] @ weights + bias
        entering.append(np.maximum(scores, 0))  # ReLU
    return entering[:-1], scores


# --8<-- [end:forward]


# --8<-- [start:backward]
def backward(parameters, entering, gradient):
    """Return each parameter's gradient, from that of the scores (batch, classes)."""
    gradients = []
    for layer in reversed(range(len(entering))):
        gradients = [entering[layer].T @ gradient, gradient.sum(axis=0), *gradients]
        through = gradient @ parameters[2 * layer].T  # (batch, m) to (batch, n)
        gradient = through * (entering[layer] > 0)  # ReLU passes on what it let in
    return gradients


# --8<-- [end:backward]


# --8<-- [start:numerical_slope]
def numerical_slope(loss, parameter, place, step=1e-6):
    """Return the derivative of loss() by one number of a parameter, from both sides."""
    before, losses = parameter[place], []
    for shifted in (before + step, before - step):
        parameter[place] = shifted
        losses.append(loss())
    parameter[place] = before
    return (losses[0] - losses[1]) / (2 * step)


# --8<-- [end:numerical_slope]


# --8<-- [start:descent_step]
def descent_step(parameters, learning_rate, loss_function=cross_entropy):
    """Return a function that takes one step on a batch and returns its loss."""

    @np.errstate(all="ignore")  # the loop looks at the loss
    def step(pixels, labels):
        entering, scores = forward(parameters, pixels)
        loss, gradient = loss_function(scores, labels)
        gradients = backward(parameters, entering, gradient)
        for parameter, slope in zip(parameters, gradients, strict=True):
            parameter -= learning_rate * slope  # in place
        return float(loss)

    return step


# --8<-- [end:descent_step]


# --8<-- [start:train]
def train(step, pixels, labels, random, epochs, batch_size=50):
    """Call step(pixels, labels) for each batch of each epoch; yield the losses.

    Each epoch goes through the examples in a new order. Raises FloatingPointError, with
    the step, where the loss is no longer a number.
    """
    if len(pixels) != len(labels):
        raise ValueError(f"there are {len(pixels)} pictures and {len(labels)} labels")
    for epoch in range(epochs):
        order = random.permutation(len(pixels))
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = step(pixels[batch], labels[batch])
            if not math.isfinite(loss):
                place = f"epoch {epoch}, step {start // batch_size}"
                advice = "try a smaller learning rate"
                raise FloatingPointError(f"the loss is {loss} in {place}; {advice}")
            yield loss


# --8<-- [end:train]
