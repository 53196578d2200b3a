"""The lesson on history in TensorFlow, from top to bottom."""

import tensorflow as tf

from lessons.history.tensorflow import delta_step, fit, gradient_step
from lessons.tensorflow import set_seed
from snippets.history_numpy import inputs, is_and

# --8<-- [start:fit]
examples = tf.constant(inputs)  # (4, 3), in float64
targets = tf.cast(is_and, tf.float64)
for step in (delta_step, gradient_step):
    set_seed(0)
    weights = fit(step, examples, targets, rate=0.1, passes=150)
    print(f"{step.__name__:13}", weights.numpy().round(2))
# --8<-- [end:fit]
