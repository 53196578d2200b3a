"""Backpropagation in NumPy: a graph by hand, checks, and the digit network."""

# --8<-- [start:imports]
from itertools import pairwise

import numpy as np

# --8<-- [end:imports]

# isort: split
from lessons.backpropagation.engine import Tensor, cross_entropy, relu


# --8<-- [start:by_hand]
def by_hand(w, x, b, y):
    """Return the loss (tanh(w x + b) - y)², and its gradient by each input."""
    product = w * x  # forwards: values
    total = product + b
    output = np.tanh(total)
    error = output - y
    loss = error**2

    to_error = 2 * error  # backwards: derivatives of the loss
    to_output = to_error * 1
    to_total = to_output * (1 - output**2)
    to_product = to_total * 1
    gradients = {"w": to_product * x, "x": to_product * w, "b": to_total}
    return loss, gradients | {"y": to_error * -1}


# --8<-- [end:by_hand]


# --8<-- [start:finite_differences]
def finite_differences(function, array, step=1e-5):
    """Return the gradient of function() by each entry of an array, by nudging it."""
    gradient = np.empty_like(array)
    for place in np.ndindex(array.shape):
        kept, values = array[place], []
        for nudge in (step, -step):
            array[place] = kept + nudge
            values.append(function())
        array[place] = kept
        gradient[place] = (values[0] - values[1]) / (2 * step)
    return gradient


# --8<-- [end:finite_differences]


# --8<-- [start:initial_parameters]
def initial_parameters(sizes, seed):
    """Return weights (inputs, outputs) and biases (outputs,), by turns, in float64."""
    random = np.random.default_rng(seed)
    arrays = []
    for inputs, outputs in pairwise(sizes):
        arrays.append(random.normal(0, np.sqrt(2 / inputs), (inputs, outputs)))
        arrays.append(np.zeros(outputs))
    return arrays


# --8<-- [end:initial_parameters]


# --8<-- [start:draw_batches]
def draw_batches(images, labels, steps, size, seed):
    """Return pairs of pixels (size, 784) and labels (size,), drawn at random."""
    random = np.random.default_rng(seed)
    pixels = images.reshape(len(images), -1).astype(np.float64)
    draws = [random.choice(len(pixels), size, replace=False) for _ in range(steps)]
    return [(pixels[draw], labels[draw]) for draw in draws]


# --8<-- [end:draw_batches]


# --8<-- [start:engine_loss]
def engine_loss(parameters, pixels, labels):
    """Return the mean cross-entropy of dense layers with rectifiers between them."""
    hidden = pixels  # (batch, 784)
    for weights, biases in zip(parameters[:-2:2], parameters[1:-2:2]):
        hidden = relu(hidden @ weights + biases)  # (batch, units)
    scores = hidden @ parameters[-2] + parameters[-1]  # (batch, 10)
    return cross_entropy(scores, labels)


def engine_gradients(arrays, pixels, labels):
    """Return the loss of a batch, and its gradient by each of the arrays."""
    parameters = [Tensor(array) for array in arrays]
    loss = engine_loss(parameters, pixels, labels)
    loss.backward()
    return loss.data.item(), [parameter.gradient for parameter in parameters]


# --8<-- [end:engine_loss]


# --8<-- [start:engine_train]
def engine_train(arrays, batches, learning_rate):
    """Step against the gradient, batch by batch; yield the loss before each step.

    Raises FloatingPointError, with the number of the step, if that is not finite.
    """
    parameters = [Tensor(array.copy()) for array in arrays]
    for step, (pixels, labels) in enumerate(batches):
        loss = engine_loss(parameters, pixels, labels)
        if not np.isfinite(loss.data):
            message = f"the loss is {loss.data} at step {step}"
            raise FloatingPointError(f"{message}; try a smaller learning rate")
        loss.backward()
        for parameter in parameters:
            parameter.data -= learning_rate * parameter.gradient
        yield loss.data.item()


# --8<-- [end:engine_train]
