"""Three losses with their gradients, and how to judge scores."""

import numpy as np


# --8<-- [start:softmax]
def softmax(scores):
    """Return probabilities (batch, classes) that add up to 1 in each row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))  # never above 1
    return powers / powers.sum(axis=1, keepdims=True)


def one_hot(labels, classes=10):
    """Return (batch, classes) with a 1 at each label; ValueError for labels outside."""
    for index in np.flatnonzero((labels < 0) | (labels >= classes))[:1]:
        named = f"labels[{index}] is {labels[index]}"
        raise ValueError(f"{named}; the classes are 0 to {classes - 1}")
    return np.eye(classes, dtype=np.float32)[labels]


# --8<-- [end:softmax]


# --8<-- [start:cross_entropy]
def cross_entropy(scores, labels):
    """Return the loss of scores (batch, classes), and its gradient likewise."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    wanted = one_hot(labels, scores.shape[1])
    loss = -(wanted * logarithms).sum(axis=1).mean()
    return loss, (softmax(scores) - wanted) / len(scores)


# --8<-- [end:cross_entropy]


# --8<-- [start:evaluate]
def evaluate(scores, labels):
    """Return the mean cross-entropy, and the share of labels with the highest score."""
    return cross_entropy(scores, labels)[0], (scores.argmax(axis=1) == labels).mean()


# --8<-- [end:evaluate]


# --8<-- [start:mean_squared_error]
def mean_squared_error(outputs, labels):
    """Return the loss of outputs (batch, classes) against one-hot, and its gradient."""
    errors = outputs - one_hot(labels, outputs.shape[1])
    return (errors**2).mean(), 2 / errors.size * errors


# --8<-- [end:mean_squared_error]


# --8<-- [start:probability_error]
def probability_error(scores, labels):
    """Return the mean squared error of the probabilities, and its gradient."""
    probabilities = softmax(scores)
    loss, slope = mean_squared_error(probabilities, labels)
    mean = (slope * probabilities).sum(axis=1, keepdims=True)
    return loss, probabilities * (slope - mean)


# --8<-- [end:probability_error]
