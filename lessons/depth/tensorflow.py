"""Deep stacks of dense layers in TensorFlow, and how to train them."""

# --8<-- [start:imports]
from itertools import pairwise

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:dense]
def dense(inputs, outputs, scheme):
    """A dense layer: "default" weights, "xavier", "he", or a standard deviation."""
    if scheme == "default":
        return layers.Dense(outputs)
    if scheme == "xavier":
        start = keras.initializers.GlorotUniform()
    elif scheme == "he":
        start = keras.initializers.RandomNormal(stddev=(2 / inputs) ** 0.5)
    else:
        start = keras.initializers.RandomNormal(stddev=scheme)
    return layers.Dense(outputs, kernel_initializer=start)  # biases are 0


# --8<-- [end:dense]


# --8<-- [start:deep_network]
def deep_network(activation, scheme, depth=20, width=32, norm=False, drop=0.0):
    """Dense layers, `depth` of them: (batch, 196) to (batch, 10).

    The activation is "sigmoid", "tanh", "relu" or "gelu"; norm=True puts batch
    normalisation before each, `drop` dropout after it.
    """
    sizes, stack = [196] + [width] * (depth - 1), [keras.Input((196,))]
    for inputs, outputs in pairwise(sizes):
        stack.append(dense(inputs, outputs, scheme))
        stack += [layers.BatchNormalization()] if norm else []
        stack.append(layers.Activation(activation))
        stack += [layers.Dropout(drop)] if drop else []
    return keras.Sequential([*stack, dense(sizes[-1], 10, scheme)])


# --8<-- [end:deep_network]


# --8<-- [start:run_epoch]
def run_epoch(network, images, labels, optimizer, batches, rates):
    """Take a step for each batch of indices, at its own rate; return the losses."""
    measure = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    losses = tf.TensorArray(tf.float32, len(batches))
    for step in tf.range(len(batches)):  # tf.function compiles it to one loop
        some, wanted = (
            tf.gather(images, batches[step]),
            tf.gather(labels, batches[step]),
        )
        with tf.GradientTape() as tape:
            loss = measure(wanted, network(some, training=True))
        optimizer.learning_rate = rates[step]
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        losses = losses.write(step, loss)
    return losses.stack()


# --8<-- [end:run_epoch]


# --8<-- [start:train]
def train(network, images, labels, optimizer, rates, batch_size=50):
    """Train for as many steps as there are rates; yield the mean loss of each epoch.

    Images are (n, 196), labels (n,), and n a multiple of the batch size. Raises
    FloatingPointError with the step whose loss is no longer a number.
    """
    optimizer.build(network.trainable_variables)
    epoch, steps = tf.function(run_epoch), len(images) // batch_size
    for start in range(0, len(rates), steps):
        order = tf.random.shuffle(tf.range(len(images)))
        batches = tf.reshape(order, (steps, batch_size))
        some = tf.constant(rates[start : start + steps])
        losses = epoch(network, images, labels, optimizer, batches, some).numpy()
        if not np.isfinite(losses).all():
            step = start + np.isfinite(losses).argmin()
            raise FloatingPointError(f"the loss of step {step} is not finite")
        yield float(losses.mean())


# --8<-- [end:train]


# --8<-- [start:accuracy]
def accuracy(network, images, labels):
    """Return the share of the images (n, 196) that the network names rightly."""
    answers = tf.argmax(network(images, training=False), axis=1)
    return float(tf.reduce_mean(tf.cast(answers == labels, tf.float32)))


# --8<-- [end:accuracy]


# --8<-- [start:layer_gradients]
def layer_gradients(network, images, labels):
    """Return the root mean square of the gradient of each dense layer's weights."""
    measure = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = measure(labels, network(images, training=True))
    kernels = [x.kernel for x in network.layers if isinstance(x, layers.Dense)]
    gradients = tape.gradient(loss, kernels)
    return [float(tf.sqrt(tf.reduce_mean(tf.square(g)))) for g in gradients]


# --8<-- [end:layer_gradients]


# --8<-- [start:follow]
def follow(kind, gradient_of, weights, rates, **settings):
    """Return the path that an optimizer of the framework takes, (steps + 1, ...)."""
    variable = keras.Variable(weights, dtype="float64")
    optimizer, path = kind(**settings), [weights]
    optimizer.build([variable])
    for step, rate in enumerate(rates):
        optimizer.learning_rate = float(rate)
        gradient = tf.constant(gradient_of(path[-1], step))
        optimizer.apply([gradient], [variable])
        path.append(variable.numpy().copy())
    return np.stack(path)


# --8<-- [end:follow]
