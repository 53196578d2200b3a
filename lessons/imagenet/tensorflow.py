"""Plain and residual networks of one width in TensorFlow, and how to train them."""

# --8<-- [start:imports]
import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]
from lessons.imagenet.blocks_tensorflow import Network, convolve, pooled_head
from lessons.imagenet.numpy import learning_rates
from lessons.imagenet.residual_tensorflow import Residual


# --8<-- [start:pair]
def pair(outputs, stride, residual, norm):
    """Two convolutions of 3 x 3, with a shortcut round them or without.

    The shortcut has no parameters: where the stride is 2 it takes every second pixel.
    """
    first = convolve(outputs, 3, stride, norm=norm)
    body = [first, convolve(outputs, 3, norm=norm, activation=None)]
    if residual:
        return [Residual(body, layers.MaxPooling2D(1, stride))]
    return [*body, layers.ReLU()]


# --8<-- [end:pair]


# --8<-- [start:small_network]
def small_network(depth, residual, norm=True, width=8):
    """6n + 2 layers, all of one width: (batch, 14, 14, 1) to (batch, 10)."""
    if depth % 6 != 2 or depth < 8:
        raise ValueError(f"depth should be 6n + 2, such as 8, 20 or 56, but is {depth}")
    stages = {"stage1": [convolve(width, 3, norm=norm)]}
    for number in (2, 3, 4):
        strides = [1 if number == 2 else 2] + [1] * (depth // 6 - 1)
        stages[f"stage{number}"] = [
            block for stride in strides for block in pair(width, stride, residual, norm)
        ]
    return Network(stages | {"head": pooled_head(10)}, size=14, channels=1)


# --8<-- [end:small_network]


# --8<-- [start:to_tensor]
def to_tensor(images, device):
    """Turn an array (n, 14, 14) into a tensor (n, 14, 14, 1) on the device."""
    if images.shape[1:] != (14, 14):
        raise ValueError(f"images should be (n, 14, 14), but are {images.shape}")
    with tf.device(device):
        return tf.constant(images[..., np.newaxis])


# --8<-- [end:to_tensor]


# --8<-- [start:train]
@tf.function(jit_compile=False)
def take_step(network, optimizer, images, labels, rate):
    """Take one step on a batch and return its loss before it."""
    with tf.GradientTape() as tape:
        scores = network(images, training=True)
        losses = keras.losses.sparse_categorical_crossentropy(labels, scores, True)
        loss = tf.reduce_mean(losses)
    weights = network.trainable_variables
    optimizer.learning_rate.assign(rate)
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    return loss


def train(network, optimizer, images, labels, epochs=5, batch_size=50, peak=0.01):
    """Take steps on shuffled batches; yield the mean loss of each epoch.

    Images are (n, 14, 14, 1), labels (n,). Raises FloatingPointError where the loss
    is no longer a number.
    """
    steps = math.ceil(len(images) / batch_size) * epochs
    rates = iter(learning_rates(peak, steps))
    if not optimizer.built:
        optimizer.build(network.trainable_variables)
    for _ in range(epochs):
        total, order = 0.0, tf.random.shuffle(tf.range(len(images)))
        for start in range(0, len(images), batch_size):
            batch = order[start : start + batch_size]
            some, names = tf.gather(images, batch), tf.gather(labels, batch)
            loss = take_step(network, optimizer, some, names, tf.constant(next(rates)))
            total += float(loss) * len(batch)
        mean = total / len(images)
        if not math.isfinite(mean):
            raise FloatingPointError(f"the loss is {mean}; try a smaller learning rate")
        yield mean


# --8<-- [end:train]


# --8<-- [start:accuracy]
def accuracy(network, images, labels):
    """Return the share of images (n, 14, 14, 1) that are given their labels (n,)."""
    right = tf.argmax(network(images, training=False), axis=1) == labels
    return float(tf.reduce_mean(tf.cast(right, tf.float32)))


# --8<-- [end:accuracy]


# --8<-- [start:layer_gradients]
def layer_gradients(network, images, labels):
    """Return the size of the loss's gradient in each convolution, first to last.

    The size is the root of the mean square over the layer's weights. The network
    normalises by the batch, as in training; nothing in it changes but running means.
    """
    every = [layer for stage in network.layers for layer in stage.layers]
    kernels = [each.kernel for each in every if isinstance(each, layers.Conv2D)]
    with tf.GradientTape() as tape:
        scores = network(images, training=True)
        losses = keras.losses.sparse_categorical_crossentropy(labels, scores, True)
        loss = tf.reduce_mean(losses)
    gradients = tape.gradient(loss, kernels)
    return [float(tf.sqrt(tf.reduce_mean(g**2))) for g in gradients]


# --8<-- [end:layer_gradients]
