"""The lesson on the perceptron in TensorFlow, from top to bottom."""

import numpy as np
import tensorflow as tf

from lessons.perceptron.tensorflow import (
    descend,
    linear_layer,
    many_networks,
    penalised_cross_entropy,
    pick,
    solved,
    squared_error,
    train_many,
)
from lessons.tensorflow import count_parameters, set_seed
from snippets.perceptron_numpy import (
    centred,
    corners,
    exact,
    fuel,
    inputs,
    labels,
    settings,
    test_centred,
    test_labels,
    xor,
)

# --8<-- [start:line]
line = linear_layer(2, 1, "float64")
x, t = tf.constant(inputs), tf.constant(fuel)
descend(lambda: squared_error(line, x, t), line.variables, 100, learning_rate=0.3)
theirs = np.append(line.kernel, line.bias)
print(theirs.round(6), np.allclose(theirs, exact, rtol=0, atol=1e-6))
# --8<-- [end:line]

# --8<-- [start:digits]
layer = linear_layer(784, 10, "float32")
x, t = tf.constant(centred), tf.constant(labels)
penalty, rate = settings["penalty"], settings["learning_rate"]
losses = descend(
    lambda: penalised_cross_entropy(layer, x, t, penalty),
    layer.variables,
    settings["steps"],
    rate,
)
answers = tf.argmax(layer(test_centred), axis=1).numpy()
print(f"loss {losses[-1]:.3f}, test accuracy {(answers == test_labels).mean():.2f}")
# --8<-- [end:digits]

# --8<-- [start:starts]
x, t = tf.constant(corners, tf.float32), tf.constant(xor, tf.float32)
for activation in ("relu", "sigmoid", "tanh"):
    for hidden in (4, 2):
        set_seed(0)
        networks = many_networks(100, hidden)
        train_many(networks, x, t, activation)
        right = solved(networks, x, t, activation)
        print(f"2-{hidden}-1 {activation}: {right.sum()} of 100 starts")
# --8<-- [end:starts]

# --8<-- [start:one]
one = pick(networks, right.argmax(), activation)  # the first that got all four right
print(
    count_parameters(one),
    "parameters;",
    tf.cast(one(x)[:, 0] > 0, tf.int32).numpy().tolist(),
)
# --8<-- [end:one]
