"""Layers of recurrent cells in TensorFlow: their weights, and what they remember."""

# --8<-- [start:imports]
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:layer]
CELLS = {"rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}


def recurrent_layer(kind, inputs, units):
    """Return a layer of cells, "rnn", "lstm" or "gru", for (batch, time, inputs)."""
    layer = getattr(layers, CELLS[kind])(units, return_sequences=True)
    layer.build((None, None, inputs))
    return layer


# --8<-- [end:layer]


# --8<-- [start:cell_weights]
def cell_weights(layer):
    """Return a layer's weights as the steps from scratch take them, as arrays."""
    W, U, b = layer.get_weights()  # a GRU's b has two rows: for the input, the state
    return (W, U, *b) if isinstance(layer, layers.GRU) else (W, U, b)


# --8<-- [end:cell_weights]


# --8<-- [start:gradient_by_lag]
def gradient_by_lag(layer, inputs):
    """Return how strongly the last state hangs on the input k steps back, for each k.

    Inputs are an array (batch, time, inputs). The result, (time,), is the norm of the
    gradient of the last state's sum by the input, as a share of that at lag 0.
    """
    inputs = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        total = tf.reduce_sum(layer(inputs)[:, -1])
    norms = tf.norm(tape.gradient(total, inputs), axis=2)
    sizes = tf.reduce_mean(norms, axis=0).numpy()[::-1]
    return sizes / sizes[0]


def open_forget_gate(layer, bias):
    """Set the bias of an LSTM's forget gates: the larger, the more open they start.

    Raises TypeError for another kind of layer: its weights have another order.
    """
    if not isinstance(layer, layers.LSTM):
        raise TypeError(f"only an LSTM has a forget gate, not {type(layer).__name__}")
    W, U, b = layer.get_weights()
    b[layer.units : 2 * layer.units] = bias
    layer.set_weights([W, U, b])


# --8<-- [end:gradient_by_lag]
