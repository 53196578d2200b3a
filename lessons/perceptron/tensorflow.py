"""One layer and two layers in TensorFlow, and many small networks at once."""

# --8<-- [start:imports]
import math

import keras
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:descend]
def descend(loss, parameters, steps, learning_rate):
    """Take steps against the gradient of loss(); return the loss before each.

    Raises FloatingPointError, which names the step, where the loss is no number.
    """

    @tf.function
    def take_step():
        with tf.GradientTape() as tape:
            value = loss()
        gradients = tape.gradient(value, parameters)
        for parameter, gradient in zip(parameters, gradients):
            parameter.assign_sub(learning_rate * gradient)
        return value

    losses = []
    for step in range(steps):
        losses.append(float(take_step()))
        if not math.isfinite(losses[-1]):
            raise FloatingPointError(
                f"the loss is {losses[-1]} at step {step}; try a smaller learning rate"
            )
    return losses


# --8<-- [end:descend]


# --8<-- [start:linear]
def linear_layer(inputs, outputs, dtype):
    """A dense layer whose weights and biases start at 0."""
    layer = layers.Dense(outputs, kernel_initializer="zeros", dtype=dtype)
    layer.build((None, inputs))
    return layer


def squared_error(layer, inputs, targets):
    """Return the mean squared error for inputs (n, d) and targets (n,)."""
    return tf.reduce_mean((layer(inputs)[:, 0] - targets) ** 2)


# --8<-- [end:linear]


# --8<-- [start:softmax]
def penalised_cross_entropy(layer, inputs, labels, penalty):
    """Return the mean cross-entropy plus half the penalty times all squared weights."""
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, layer(inputs))
    return tf.reduce_mean(each) + penalty / 2 * tf.reduce_sum(layer.kernel**2)


# --8<-- [end:softmax]


# --8<-- [start:many]
def many_networks(count, hidden):
    """Return the weights of `count` networks 2-hidden-1, drawn as layers.Dense does."""
    shapes = [(count, 2, hidden), (count, 1, hidden), (count, hidden, 1), (count, 1, 1)]
    limits = [(6 / (2 + hidden)) ** 0.5, 0, (6 / (hidden + 1)) ** 0.5, 0]
    return [
        tf.Variable(tf.random.uniform(shape, -limit, limit))
        for shape, limit in zip(shapes, limits)
    ]


def scores(networks, inputs, activation):
    """Return the score that each network gives each of (n, 2) inputs: (count, n)."""
    first, first_bias, second, second_bias = networks
    hidden = getattr(tf.nn, activation)(
        inputs @ first + first_bias
    )  # (count, n, hidden)
    return (hidden @ second + second_bias)[..., 0]


# --8<-- [end:many]


# --8<-- [start:train_many]
def train_many(networks, inputs, targets, activation, steps=2000, learning_rate=1.0):
    """Train each network on (n, 2) inputs and (n,) targets; return the losses.

    The losses of the networks are added, so that no network feels another one.
    """
    wanted = tf.repeat(targets[tf.newaxis], networks[0].shape[0], axis=0)

    def loss():
        each = tf.nn.sigmoid_cross_entropy_with_logits(
            wanted, scores(networks, inputs, activation)
        )
        return tf.reduce_sum(tf.reduce_mean(each, axis=1))

    return descend(loss, networks, steps, learning_rate)


def solved(networks, inputs, targets, activation):
    """Return for each network whether all its answers are right, as an array."""
    right = (scores(networks, inputs, activation) > 0) == (targets > 0.5)
    return tf.reduce_all(right, axis=1).numpy()


# --8<-- [end:train_many]


# --8<-- [start:pick]
def pick(networks, index, activation):
    """Return one of many networks as a model of its own."""
    first, first_bias, second, second_bias = (part[index] for part in networks)
    network = keras.Sequential(
        [keras.Input((2,)), layers.Dense(first.shape[1], activation), layers.Dense(1)]
    )
    network.set_weights([first, first_bias[0], second, second_bias[0]])
    return network


# --8<-- [end:pick]
