"""The learned rules in TensorFlow: one neuron, a dense network and a deep one."""

# --8<-- [start:imports]
import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:to_tensor]
def to_tensor(images):
    """Turn an array (batch, 28, 28) into a tensor (batch, 28, 28, 1)."""
    if images.shape[1:] != (28, 28):
        raise ValueError(f"images should be (batch, 28, 28), but are {images.shape}")
    return tf.constant(images[..., np.newaxis], tf.float32)


# --8<-- [end:to_tensor]


# --8<-- [start:neuron]
def neuron():
    """One neuron: a weight for each pixel and a bias, all 0 at first."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(1, kernel_initializer="zeros"),
        ]
    )


# --8<-- [end:neuron]


# --8<-- [start:train]
def train(network, images, answers, epochs=10, batch_size=20, learning_rate=0.05):
    """Show the network all images (n, 28, 28), again and again; return its losses.

    Answers are (n,) of 0 and 1. Raises FloatingPointError where a loss is no number.
    """
    network.compile(
        keras.optimizers.SGD(learning_rate),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    history = network.fit(
        to_tensor(images), answers, batch_size=batch_size, epochs=epochs, verbose=0
    )
    losses = history.history["loss"]
    for epoch, loss in enumerate(losses):
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"the loss of epoch {epoch} is {loss}; try a smaller learning rate"
            )
    return losses


# --8<-- [end:train]


# --8<-- [start:probabilities]
def probabilities(network, images):
    """Return how sure the network is of answer 1, from 0 to 1: (n, 28, 28) to (n,)."""
    return tf.sigmoid(network(to_tensor(images)))[:, 0].numpy()


# --8<-- [end:probabilities]


# --8<-- [start:dense_network]
def dense_network():
    """Three dense layers, 784-64-64-1: (batch, 28, 28, 1) to (batch, 1)."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),  # (batch, 784)
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(1),
        ]
    )


# --8<-- [end:dense_network]


# --8<-- [start:deep_network]
def deep_network():
    """Two convolutions and a neuron: (batch, 28, 28, 1) to (batch, 1)."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, kernel_size=5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),  # (batch, 14, 14, 8)
            layers.Conv2D(16, kernel_size=5, activation="relu"),  # (batch, 10, 10, 16)
            layers.MaxPooling2D(2),  # (batch, 5, 5, 16)
            layers.Flatten(),  # (batch, 400)
            layers.Dense(1),
        ]
    )


# --8<-- [end:deep_network]
