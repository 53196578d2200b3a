"""One neuron from scratch: a line, the perceptron rule, ADALINE, the logistic."""

# --8<-- [start:imports]
import numpy as np
from mlxtend.data import autompg_data

# --8<-- [end:imports]


# --8<-- [start:load_cars]
def load_cars():
    """Return 392 cars (392, 2), their fuel (392,) and their cylinders (392,).

    A car is its mass in tonnes and its model year; fuel is in litres for 100 km. The
    table comes with the package mlxtend, in pounds and miles per gallon.
    """
    table, miles_per_gallon = autompg_data()
    tonnes, year = table[:, 3] * 0.00045359237, 1900 + table[:, 5]
    return np.stack([tonnes, year], axis=1), 235.214583 / miles_per_gallon, table[:, 0]


# --8<-- [end:load_cars]


# --8<-- [start:check]
def check(inputs, targets):
    """Raise ValueError unless there is one target (n,) for each row of (n, d)."""
    if inputs.ndim != 2 or targets.shape != inputs.shape[:1]:
        raise ValueError(
            f"inputs {inputs.shape} and targets {targets.shape} do not fit; "
            "give inputs (n, d) and targets (n,)"
        )


# --8<-- [end:check]


# --8<-- [start:closed_form]
def closed_form(inputs, targets):
    """Return the weights (d,) and the bias of the least squared error, at once."""
    check(inputs, targets)
    with_one = np.column_stack([inputs, np.ones(len(inputs))])  # (n, d + 1)
    solution = np.linalg.solve(with_one.T @ with_one, with_one.T @ targets)
    return solution[:-1], solution[-1]


# --8<-- [end:closed_form]


# --8<-- [start:gradient_descent]
def gradient_descent(inputs, targets, steps, learning_rate):
    """Return the weights (d,), the bias and the loss before each step.

    Raises FloatingPointError, which names the step, where the loss is no number.
    """
    check(inputs, targets)
    weights, bias, losses = np.zeros(inputs.shape[1]), 0.0, []
    for step in range(steps):
        errors = inputs @ weights + bias - targets  # (n,)
        losses.append(np.mean(errors**2))
        if not np.isfinite(losses[-1]):
            raise FloatingPointError(
                f"the loss is {losses[-1]} at step {step}; try a smaller learning rate"
            )
        weights = weights - learning_rate * 2 * inputs.T @ errors / len(errors)
        bias = bias - learning_rate * 2 * errors.mean()
    return weights, bias, losses


# --8<-- [end:gradient_descent]


# --8<-- [start:perceptron]
def perceptron(inputs, labels, passes=1000, learning_rate=1.0):
    """Learn by correcting mistakes; return weights (d,), bias and mistakes by pass.

    Labels are -1 or 1. It stops after the first pass without a mistake. Raises
    ValueError for another label.
    """
    check(inputs, labels)
    for index in np.flatnonzero((labels != 1) & (labels != -1))[:1]:
        raise ValueError(f"label {index} is {labels[index]}; give -1 or 1")
    weights, bias, mistakes = np.zeros(inputs.shape[1]), 0.0, []
    while len(mistakes) < passes and (not mistakes or mistakes[-1]):
        mistakes.append(0)
        for x, y in zip(inputs, labels):
            if y * (weights @ x + bias) <= 0:
                weights = weights + learning_rate * y * x
                bias = bias + learning_rate * y
                mistakes[-1] += 1
    return weights, bias, mistakes


# --8<-- [end:perceptron]


# --8<-- [start:bound]
def most_mistakes(inputs, labels, weights, bias):
    """Return (R / gamma)², for weights that put every point on its side.

    The bias counts as one more weight, whose input is always 1. Raises ValueError
    where a point lies on the wrong side.
    """
    radius_squared = (inputs**2).sum(axis=1).max() + 1
    margins = (
        labels * (inputs @ weights + bias) / np.hypot(np.linalg.norm(weights), bias)
    )
    if margins.min() <= 0:
        wrong = margins.argmin()
        raise ValueError(f"point {wrong} lies on the wrong side: {margins[wrong]:.3g}")
    return radius_squared / margins.min() ** 2


# --8<-- [end:bound]


# --8<-- [start:separable]
def separable_points(random, count, dimensions, gap):
    """Draw points that a known plane separates; return them, labels, weights, bias.

    The points lie in the cube from -1 to 1, each at least `gap` from the plane.
    """
    weights = random.normal(size=dimensions)
    weights, bias = weights / np.linalg.norm(weights), random.uniform(-0.3, 0.3)
    points = np.empty((0, dimensions))
    while len(points) < count:
        drawn = random.uniform(-1, 1, size=(4 * count, dimensions))
        points = np.concatenate([points, drawn[abs(drawn @ weights + bias) >= gap]])
    points = points[:count]
    return points, np.sign(points @ weights + bias), weights, bias


# --8<-- [end:separable]


# --8<-- [start:adaline]
def adaline(inputs, targets, passes, learning_rate):
    """Yield the weights (d,) and the bias after each pass of the delta rule.

    Raises FloatingPointError, which names the pass, where the bias is no number.
    """
    check(inputs, targets)
    weights, bias = np.zeros(inputs.shape[1]), 0.0
    for number in range(passes):
        for x, target in zip(inputs, targets):
            error = target - (weights @ x + bias)  # before any threshold
            weights, bias = (
                weights + learning_rate * error * x,
                bias + learning_rate * error,
            )
        if not np.isfinite(bias):
            raise FloatingPointError(
                f"the bias is {bias} after pass {number}; try a smaller learning rate"
            )
        yield weights, bias


# --8<-- [end:adaline]


# --8<-- [start:sigmoid]
def sigmoid(scores):
    """Squeeze scores of any size into (0, 1), without overflow."""
    return np.exp(-np.logaddexp(0, -scores))


# --8<-- [end:sigmoid]


# --8<-- [start:logistic]
def logistic(inputs, targets, steps, learning_rate):
    """Return the weights (d,) and the bias of a logistic neuron; targets are 0 or 1."""
    check(inputs, targets)
    weights, bias = np.zeros(inputs.shape[1]), 0.0
    for _ in range(steps):
        errors = targets - sigmoid(inputs @ weights + bias)
        weights = weights + learning_rate * inputs.T @ errors / len(errors)
        bias = bias + learning_rate * errors.mean()
    return weights, bias


# --8<-- [end:logistic]
