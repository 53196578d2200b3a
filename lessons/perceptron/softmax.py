"""Ten neurons that share one answer: softmax, its loss and its gradient, in NumPy."""

# --8<-- [start:softmax]
import numpy as np


def softmax(scores):
    """Turn scores (n, classes) into probabilities; each row adds up to 1."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))  # the largest is 1
    return powers / powers.sum(axis=1, keepdims=True)


# --8<-- [end:softmax]


# --8<-- [start:one_hot]
def one_hot(labels, classes):
    """Return (n, classes): a 1 in the column of each label. Raises ValueError."""
    for index in np.flatnonzero((labels < 0) | (labels >= classes))[:1]:
        raise ValueError(f"label {index} is {labels[index]}; give 0 to {classes - 1}")
    return np.eye(classes)[labels]


# --8<-- [end:one_hot]


# --8<-- [start:softmax_regression]
def softmax_regression(inputs, labels, classes, steps, learning_rate, penalty):
    """Return weights (d, classes), biases (classes,) and the loss before each step.

    The loss is the mean cross-entropy plus half the penalty times all squared weights.
    Raises FloatingPointError, which names the step, where the loss is no number.
    """
    targets, losses = one_hot(labels, classes), []
    weights = np.zeros((inputs.shape[1], classes), inputs.dtype)
    biases = np.zeros(classes, inputs.dtype)
    for step in range(steps):
        probabilities = softmax(inputs @ weights + biases)
        right = probabilities[np.arange(len(labels)), labels]
        losses.append(-np.log(right).mean() + penalty / 2 * np.sum(weights**2))
        if not np.isfinite(losses[-1]):
            raise FloatingPointError(
                f"the loss is {losses[-1]} at step {step}; try a smaller learning rate"
            )
        errors = (probabilities - targets).astype(inputs.dtype) / len(labels)
        weights = weights - learning_rate * (inputs.T @ errors + penalty * weights)
        biases = biases - learning_rate * errors.sum(axis=0)
    return weights, biases, losses


# --8<-- [end:softmax_regression]
