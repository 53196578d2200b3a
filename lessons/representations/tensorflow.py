"""The learned changes in TensorFlow: one of the plane, and those of two networks."""

# --8<-- [start:imports]
import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:change_network]
def change_network(weights, biases, last, last_bias):
    """A network 2-hidden-1 in float64, from weights (2, hidden) and so on."""
    hidden = layers.Dense(len(biases), activation="tanh", dtype="float64")
    scores = layers.Dense(1, dtype="float64")
    network = keras.Sequential([keras.Input((2,), dtype="float64"), hidden, scores])
    network.set_weights([weights, biases, last[:, np.newaxis], last_bias])
    return network


# --8<-- [end:change_network]


# --8<-- [start:train_change]
def train_change(network, points, answers, steps=1000, learning_rate=1.0):
    """Take steps on all points (n, 2), answers (n,); return the loss before each."""
    points, answers = tf.constant(points), tf.constant(answers, tf.float64)
    weights = network.trainable_variables

    @tf.function
    def take_step():
        with tf.GradientTape() as tape:
            scores = network(points)[:, 0]
            each = tf.nn.sigmoid_cross_entropy_with_logits(answers, scores)
            loss = tf.reduce_mean(each)
        for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(learning_rate * gradient)
        return loss

    return [float(take_step()) for _ in range(steps)]


# --8<-- [end:train_change]


# --8<-- [start:to_tensor]
def to_tensor(images):
    """Turn an array (batch, 28, 28) into a tensor (batch, 28, 28, 1)."""
    if images.shape[1:] != (28, 28):
        raise ValueError(f"images should be (batch, 28, 28), but are {images.shape}")
    return tf.constant(images[..., np.newaxis], tf.float32)


# --8<-- [end:to_tensor]


# --8<-- [start:dense_network]
def dense_network():
    """Four stages after the pixels, 784-64-64-64-10: (batch, 28, 28, 1) to scores."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),  # (batch, 784)
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )


# --8<-- [end:dense_network]


# --8<-- [start:train]
def train(network, images, labels, epochs=10, batch_size=50, learning_rate=0.1):
    """Train on images (n, 28, 28) and labels (n,); return the mean loss of each epoch.

    Raises FloatingPointError, which names the epoch, where a loss is no number.
    """
    network.compile(
        keras.optimizers.SGD(learning_rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    history = network.fit(
        to_tensor(images), labels, batch_size=batch_size, epochs=epochs, verbose=0
    )
    losses = history.history["loss"]
    for epoch, loss in enumerate(losses):
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"the loss of epoch {epoch} is {loss}; try a smaller learning rate"
            )
    return losses


# --8<-- [end:train]


# --8<-- [start:activations]
def activations(network, images):
    """Return what comes out of each stage, as arrays (n, d); the last are scores."""
    value, found = to_tensor(images), []
    for stage in network.layers:
        value = stage(value)
        found.append(value.numpy().reshape(len(images), -1))
    return found


# --8<-- [end:activations]


# --8<-- [start:conv_network]
def conv_network():
    """Two convolutions, a hidden layer of 64 units, and a layer of scores."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, kernel_size=5, activation="relu"),
            layers.MaxPooling2D(2),  # (batch, 12, 12, 8)
            layers.Conv2D(16, kernel_size=5, activation="relu"),
            layers.MaxPooling2D(2),  # (batch, 4, 4, 16)
            layers.Flatten(),  # (batch, 256)
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )


# --8<-- [end:conv_network]
