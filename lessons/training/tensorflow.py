"""The training loop in TensorFlow: network, one step with a tape, `fit`, state."""

# --8<-- [start:imports]
import io

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:dense_network]
def dense_network(sizes):
    """Dense layers with ReLU between them: (batch, sizes[0]) to (batch, sizes[-1])."""
    hidden = [layers.Dense(size, activation="relu") for size in sizes[1:-1]]
    return keras.Sequential([keras.Input(sizes[:1]), *hidden, layers.Dense(sizes[-1])])


# --8<-- [end:dense_network]


# --8<-- [start:parameters]
def set_parameters(network, parameters):
    """Copy weights (n, m) and biases (m,), layer by layer, into a network."""
    network.set_weights(parameters)  # Keras keeps weights as (n, m)


def get_parameters(network):
    """Return copies of the weights (n, m) and biases (m,), layer by layer."""
    return network.get_weights()


# --8<-- [end:parameters]


# --8<-- [start:class_loss]
def class_loss(scores, labels):
    """Return the mean cross-entropy of scores (batch, classes) and labels (batch,)."""
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores)
    return tf.reduce_mean(each)


# --8<-- [end:class_loss]


# --8<-- [start:training_step]
def training_step(network, optimizer, loss_function=class_loss):
    """Return a function that takes one step on a batch and returns its loss."""
    variables = network.trainable_variables
    optimizer.build(variables)
    pixels = tf.TensorSpec((None, variables[0].shape[0]), tf.float32)
    labels = tf.TensorSpec((None,), tf.int64)

    @tf.function(input_signature=[pixels, labels])
    def step(pixels, labels):
        with tf.GradientTape() as tape:
            loss = loss_function(network(pixels, training=True), labels)
        gradients = tape.gradient(loss, variables)
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return loss

    return lambda pixels, labels: float(step(pixels, labels))


# --8<-- [end:training_step]


# --8<-- [start:gradient_descent]
def gradient_descent(network, learning_rate, weight_decay=0.0):
    """Return the optimizer that subtracts learning rate times gradient."""
    return keras.optimizers.SGD(learning_rate, weight_decay=weight_decay or None)


# --8<-- [end:gradient_descent]


# --8<-- [start:fit]
def fit(network, optimizer, pixels, labels, random, epochs, batch_size=50):
    """Train as most Keras programs do, with `fit`; yield the losses."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(optimizer, loss)
    losses = []
    watch = keras.callbacks.LambdaCallback(
        # Keras reports the mean since the last reset; so this makes it the batch's own.
        on_train_batch_begin=lambda batch, logs: network.reset_metrics(),
        on_train_batch_end=lambda batch, logs: losses.append(float(logs["loss"])),
    )
    for _ in range(epochs):
        order = random.permutation(len(pixels))
        data, settings = (pixels[order], labels[order], batch_size), {"shuffle": False}
        network.fit(*data, **settings, verbose=0, callbacks=[watch])
    yield from losses


# --8<-- [end:fit]


# --8<-- [start:compute_scores]
def compute_scores(network, pixels):
    """Return the scores (batch, classes) of an array of pixels, as an array."""
    return network(pixels).numpy()


# --8<-- [end:compute_scores]


# --8<-- [start:squared_losses]
def squared_loss(scores, labels):
    """Return the mean squared error of scores (batch, classes) against one-hot."""
    wanted = tf.one_hot(labels, scores.shape[1], dtype=scores.dtype)
    return tf.reduce_mean((scores - wanted) ** 2)


def softmax_squared_loss(scores, labels):
    """Return the mean squared error of the softmax's probabilities."""
    return squared_loss(tf.nn.softmax(scores), labels)


# --8<-- [end:squared_losses]


# --8<-- [start:state]
def pack_state(network, optimizer):
    """Return the weights, and what the optimizer remembers, as bytes."""
    content = io.BytesIO()
    variables = network.weights + optimizer.variables
    np.savez(content, *[variable.numpy() for variable in variables])
    return content.getvalue()


def unpack_state(network, optimizer, content):
    """Put back what pack_state returned; ValueError where it is another network's."""
    with np.load(io.BytesIO(content), allow_pickle=False) as state:
        arrays = [state[name] for name in state.files]
    optimizer.build(network.trainable_variables)
    variables = network.weights + optimizer.variables
    found = [array.shape for array in arrays]
    wanted = [tuple(variable.shape) for variable in variables]
    if found != wanted:
        raise ValueError(f"the state has weights {found}, the network {wanted}")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


# --8<-- [end:state]
