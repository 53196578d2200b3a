"""Four optimizers from scratch, each in the definitions of both frameworks."""

# --8<-- [start:softmax_gradient]
import numpy as np


def softmax_gradient(weights, images, labels):
    """Return the gradient (inputs, classes) of the cross-entropy of images @ weights.

    Images are (batch, inputs), labels (batch,). Raises ValueError for shapes that do
    not fit and for a label that is no class, and says which.
    """
    if images.shape[1] != len(weights):
        raise ValueError(
            f"images {images.shape} and weights {weights.shape} do not fit"
        )
    wrong = np.flatnonzero((labels < 0) | (labels >= weights.shape[1]))
    if len(wrong):
        raise ValueError(
            f"label {labels[wrong[0]]} at index {wrong[0]} is none of the classes "
            f"0 to {weights.shape[1] - 1}"
        )
    scores = images @ weights
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(len(labels)), labels] -= 1
    return images.T @ shares / len(labels)


# --8<-- [end:softmax_gradient]


# --8<-- [start:descend]
def descend(optimizer, gradient_of, weights, rates):
    """Return the weights before the first step and after each, (steps + 1, ...).

    gradient_of(weights, step) is asked at every step, and the learning rate set.
    Raises FloatingPointError where a gradient is no longer a number.
    """
    path = [weights]
    for step, rate in enumerate(rates):
        gradient = gradient_of(path[-1], step)
        if not np.isfinite(gradient).all():
            raise FloatingPointError(
                f"the gradient of step {step} is not finite; try a smaller rate"
            )
        optimizer.rate = rate
        path.append(optimizer.step(path[-1], gradient))
    return np.stack(path)


# --8<-- [end:descend]


# --8<-- [start:sgd]
class SGD:
    """Against the gradient."""

    def step(self, weights, gradient):
        return weights - self.rate * gradient


# --8<-- [end:sgd]


# --8<-- [start:momentum]
class Momentum:
    """A velocity remembers past gradients; the rate stands outside it or inside."""

    def __init__(self, momentum=0.9, inside=False):
        self.momentum, self.inside, self.velocity = momentum, inside, 0.0

    def step(self, weights, gradient):
        if self.inside:  # Keras
            self.velocity = self.momentum * self.velocity - self.rate * gradient
            return weights + self.velocity
        self.velocity = self.momentum * self.velocity + gradient  # PyTorch
        return weights - self.rate * self.velocity


# --8<-- [end:momentum]


# --8<-- [start:rmsprop]
class RMSProp:
    """Divide by the root of a running mean of squares; ε stands outside or inside."""

    def __init__(self, decay=0.99, epsilon=1e-8, inside=False):
        self.decay, self.epsilon, self.inside, self.square = decay, epsilon, inside, 0.0

    def step(self, weights, gradient):
        self.square = self.decay * self.square + (1 - self.decay) * gradient**2
        if self.inside:  # Keras
            return weights - self.rate * gradient / np.sqrt(self.square + self.epsilon)
        return weights - self.rate * gradient / (np.sqrt(self.square) + self.epsilon)


# --8<-- [end:rmsprop]


# --8<-- [start:adam]
class Adam:
    """Running means of gradient and square, corrected; ε joins after that or before."""

    def __init__(self, decays=(0.9, 0.999), epsilon=1e-8, hat=False):
        self.decays, self.epsilon, self.hat = decays, epsilon, hat
        self.mean, self.square, self.steps = 0.0, 0.0, 0

    def step(self, weights, gradient):
        (one, two), self.steps = self.decays, self.steps + 1
        self.mean = one * self.mean + (1 - one) * gradient
        self.square = two * self.square + (1 - two) * gradient**2
        root, bias = np.sqrt(self.square), np.sqrt(1 - two**self.steps)
        if self.hat:  # Keras: ε is added to the uncorrected root
            root = (root + self.epsilon) / bias
        else:  # PyTorch, and algorithm 1 of the paper
            root = root / bias + self.epsilon
        return weights - self.rate * self.mean / (1 - one**self.steps) / root


# --8<-- [end:adam]
