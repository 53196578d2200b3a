"""Solutions to the exercises on the perceptron in TensorFlow."""

import numpy as np
import tensorflow as tf
from keras import layers

from lessons.perceptron.tensorflow import descend
from lessons.tensorflow import set_seed
from snippets.perceptron_numpy import corners
from snippets.perceptron_tensorflow import t

# --8<-- [start:product]
three = np.column_stack([corners, corners.prod(axis=1)])  # (4, 3)
three = tf.constant(three, tf.float32)
set_seed(0)
neurons = layers.Dense(100)  # a hundred neurons, each from its own start
neurons.build((None, 3))
wanted = tf.repeat(t[:, np.newaxis], 100, axis=1)
cross_entropy = tf.nn.sigmoid_cross_entropy_with_logits
descend(
    lambda: 100 * tf.reduce_mean(cross_entropy(wanted, neurons(three))),
    neurons.variables,
    2000,
    1.0,
)
right = tf.reduce_all((neurons(three) > 0) == (wanted > 0.5), axis=0).numpy()
print(f"{right.sum()} of 100 starts")
# --8<-- [end:product]
