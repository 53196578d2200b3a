"""Solutions to the exercises on history in TensorFlow."""

import tensorflow as tf

from snippets.history_tensorflow import examples, targets

# --8<-- [start:slope]
weights = tf.Variable([0.5, -1.0, 0.25], dtype=tf.float64)
for example, target in zip(examples, targets):
    with tf.GradientTape() as tape:
        loss = tf.nn.relu(-target * tf.tensordot(example, weights, 1))
    gradient = tape.gradient(loss, weights)
    print("missed" if loss > 0 else "right ", (-gradient).numpy() + 0.0)
# --8<-- [end:slope]
