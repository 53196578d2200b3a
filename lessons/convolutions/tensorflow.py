"""A dense and a convolutional digit network in TensorFlow, and how to train them."""

# --8<-- [start:imports]
import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:dense_network]
def dense_network():
    """Three dense layers, 784-16-16-10: (batch, 28, 28, 1) to (batch, 10)."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),  # (batch, 784)
            layers.Dense(16, activation="relu"),
            layers.Dense(16, activation="relu"),
            layers.Dense(10),
        ]
    )


# --8<-- [end:dense_network]


# --8<-- [start:to_tensor]
def to_tensor(images, device):
    """Turn an array (batch, 28, 28) into a tensor (batch, 28, 28, 1) on the device."""
    if images.shape[1:] != (28, 28):
        raise ValueError(f"images should be (batch, 28, 28), but are {images.shape}")
    with tf.device(device):
        return tf.constant(images[..., np.newaxis])


# --8<-- [end:to_tensor]


# --8<-- [start:random_shift]
def random_shift(images, pixels):
    """Move a batch up or down and left or right, by up to `pixels` each."""
    margin = [pixels, pixels]
    wider = tf.pad(images, [[0, 0], margin, margin, [0, 0]])
    return tf.image.random_crop(wider, tf.shape(images))  # one place for all


# --8<-- [end:random_shift]


# --8<-- [start:schedule]
def schedule(learning_rate, steps):
    """Return the learning rate at a step: up for 3/10, then down half a cosine."""
    warm = max(1, 3 * steps // 10)
    return keras.optimizers.schedules.CosineDecay(
        0.0, steps - warm, warmup_target=learning_rate, warmup_steps=warm
    )


# --8<-- [end:schedule]


# --8<-- [start:train]
def train(network, images, labels, epochs, batch_size=64, learning_rate=0.01, pixels=0):
    """Train with Adam, in shuffled batches; yield the mean loss of each epoch.

    Images are (n, 28, 28, 1), labels (n,); each batch moves by up to `pixels`.
    Raises FloatingPointError where the loss is no longer a number.
    """
    rate = schedule(learning_rate, steps=epochs * math.ceil(len(images) / batch_size))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(rate), loss)
    batches = tf.data.Dataset.from_tensor_slices((images, labels))
    batches = batches.shuffle(len(images)).batch(batch_size)
    batches = batches.map(lambda some, names: (random_shift(some, pixels), names))
    for _ in range(epochs):
        mean = network.fit(batches, shuffle=False, verbose=0).history["loss"][0]
        if not math.isfinite(mean):
            raise FloatingPointError(f"the loss is {mean}; try a smaller learning rate")
        yield mean


# --8<-- [end:train]


# --8<-- [start:predict]
def predict(network, images, batch_size=640):
    """Return the class with the highest score for each image, as an array (batch,)."""
    starts = range(0, len(images), batch_size)
    scores = [network(images[start : start + batch_size]) for start in starts]
    return tf.concat(scores, axis=0).numpy().argmax(axis=1)


# --8<-- [end:predict]


# --8<-- [start:accuracy]
def accuracy(network, images, labels, device):
    """Return the share of the images (batch, 28, 28) that the network names rightly."""
    return (predict(network, to_tensor(images, device)) == labels).mean()


# --8<-- [end:accuracy]


# --8<-- [start:digit_network]
def digit_network():
    """Two convolutions and one dense layer: (batch, 28, 28, 1) to (batch, 10)."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, kernel_size=5, padding="same"),  # (batch, 28, 28, 16)
            layers.MaxPooling2D(2),  # (batch, 14, 14, 16)
            layers.ReLU(),
            layers.Conv2D(48, kernel_size=5),  # (batch, 10, 10, 48)
            layers.MaxPooling2D(2),  # (batch, 5, 5, 48)
            layers.ReLU(),
            layers.Flatten(),  # (batch, 1200)
            layers.Dense(10),
        ]
    )


# --8<-- [end:digit_network]
