"""The delta rule in TensorFlow, by hand and as the gradient of a squared error."""

# --8<-- [start:imports]
import tensorflow as tf

# --8<-- [end:imports]


# --8<-- [start:delta_step]
def delta_step(weights, example, target, rate):
    """Return the weights (d,) after one step of the rule as it was written in 1960."""
    return weights + rate * (target - tf.tensordot(example, weights, 1)) * example


# --8<-- [end:delta_step]


# --8<-- [start:gradient_step]
def gradient_step(weights, example, target, rate):
    """Return the weights (d,) after one step down the slope of half the squared error.

    Raises FloatingPointError where the loss is no longer a number.
    """
    with tf.GradientTape() as tape:
        tape.watch(weights)
        loss = (target - tf.tensordot(example, weights, 1)) ** 2 / 2
    if not tf.math.is_finite(loss):
        raise FloatingPointError(f"the loss is {loss.numpy()}; try a smaller rate")
    return weights - rate * tape.gradient(loss, weights)


# --8<-- [end:gradient_step]


# --8<-- [start:fit]
def fit(step, inputs, targets, rate, passes):
    """Return weights (d,), drawn at random and moved by a step for each example."""
    weights = tf.random.normal(inputs.shape[1:], dtype=inputs.dtype)
    for _ in range(passes):
        for example, target in zip(inputs, targets):
            weights = step(weights, example, target, rate)
    return weights


# --8<-- [end:fit]
