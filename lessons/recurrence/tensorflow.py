"""Recurrent networks in TensorFlow: of names and weather, and their training."""

# --8<-- [start:imports]
import math

import keras
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]
from lessons.recurrence.cells_tensorflow import recurrent_layer


# --8<-- [start:networks]
class LastState(layers.Layer):
    """Keep the last of a layer's states: (batch, time, units) to (batch, units)."""

    def call(self, states):
        return states[:, -1]


def name_reader(letters, languages, kind="gru", units=96):
    """Rows of letters, (batch, 16), to a score for each language."""
    normal = keras.initializers.RandomNormal(stddev=1.0)  # as in PyTorch
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int64"),
            layers.Embedding(letters + 1, 32, normal),  # (batch, 16, 32)
            recurrent_layer(kind, 32, units),  # (batch, 16, units)
            LastState(),  # (batch, units)
            layers.Dropout(0.4),
            layers.Dense(languages),
        ]
    )


def forecaster(features, units=32):
    """Windows of weather, (batch, 24, features), to the change of temperature."""
    return keras.Sequential(
        [
            keras.Input((None, features)),
            recurrent_layer("lstm", features, units),  # (batch, 24, units)
            LastState(),  # (batch, units)
            layers.Dense(1),
        ]
    )


# --8<-- [end:networks]


# --8<-- [start:train]
def name_loss(targets, scores):
    """The cross-entropy of scores (…, classes) with targets (…), in nats, for each."""
    return keras.losses.sparse_categorical_crossentropy(targets, scores, True)


def change_loss(targets, changes):
    """The absolute error of each of changes (batch, 1); `fit` gives targets an axis."""
    return tf.abs(changes[:, 0] - targets[:, 0])


def train(network, inputs, targets, loss, epochs, batch_size=64, learning_rate=0.005):
    """Train with Adam on shuffled batches of arrays; yield the mean loss of each epoch.

    Gradients are cut to a norm of 1; the rate falls to 0 along half a cosine. Raises
    ValueError where inputs and targets differ in number or are none, and
    FloatingPointError where the loss is no longer a number.
    """
    if not 0 < len(inputs) == len(targets):
        raise ValueError(f"{len(inputs)} inputs and {len(targets)} targets do not fit")
    steps = epochs * math.ceil(len(inputs) / batch_size)
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    optimizer = keras.optimizers.Adam(rate, global_clipnorm=1.0)
    network.compile(optimizer, loss, jit_compile=False)
    for _ in range(epochs):
        run = network.fit(inputs, targets, batch_size=batch_size, verbose=0)
        (mean,) = run.history["loss"]
        if not math.isfinite(mean):
            raise FloatingPointError(f"the loss is {mean}; try a smaller learning rate")
        yield mean


# --8<-- [end:train]


# --8<-- [start:predict]
def predict(network, inputs, batch_size=1000):
    """Return what a network makes of an array, batch after batch, as an array."""
    return network.predict(inputs, batch_size=batch_size, verbose=0)


# --8<-- [end:predict]
