"""The reader's machine, timed in TensorFlow: products, memory, training steps."""

# --8<-- [start:imports]
from itertools import pairwise

import numpy as np
import tensorflow as tf

# --8<-- [end:imports]
from lessons.backpropagation.cost import fastest
from lessons.backpropagation.tensorflow import mean_loss
from lessons.depth.tensorflow import accuracy, train


# --8<-- [start:finish]
def finish(tensor):
    """Wait for a tensor, which a GPU computes while Python goes on; return a number."""
    return tf.reshape(tensor, [-1])[0].numpy().item()


# --8<-- [end:finish]


# --8<-- [start:product_speed]
def product_speed(size, precision="float32", device="CPU:0", seconds=0.3):
    """Return the operations a second of the product of two square matrices."""
    with tf.device(device):
        some = (tf.random.uniform((size, size)) for _ in range(2))
        left, right = (tf.cast(each, precision) for each in some)
        (least,) = fastest([lambda: finish(left @ right)], seconds)
    return 2 * size**3 / least


# --8<-- [end:product_speed]


# --8<-- [start:reading_speed]
def reading_speed(megabytes=256, device="CPU:0"):
    """Return the bytes a second at which numbers are read, to be added up."""
    with tf.device(device):
        numbers = tf.ones(megabytes * 2**18)  # of 4 bytes
        (seconds,) = fastest([lambda: finish(tf.reduce_sum(numbers))])
    return 4 * len(numbers) / seconds


# --8<-- [end:reading_speed]


# --8<-- [start:make_parameters]
def make_parameters(sizes, precision="float32", device="CPU:0"):
    """Return weights (n, m) with He's variance and biases (m,), layer by layer."""
    parameters = []
    with tf.device(device):
        for n, m in pairwise(sizes):
            weights = tf.random.normal((n, m)) * (2 / n) ** 0.5
            parameters += [weights, tf.zeros(m)]
        return [tf.Variable(tf.cast(each, precision)) for each in parameters]


# --8<-- [end:make_parameters]


# --8<-- [start:training_step]
def training_step(parameters, pixels, labels, rate=0.01):
    """Step once against the gradient, in place; return the loss before the step."""
    with tf.GradientTape() as tape:
        loss = mean_loss(parameters, pixels, labels)
    for parameter, gradient in zip(parameters, tape.gradient(loss, parameters)):
        parameter.assign_sub(rate * gradient)
    return loss


# --8<-- [end:training_step]


# --8<-- [start:step_seconds]
def step_seconds(sizes, batch, precision="float32", device="CPU:0", seconds=0.3):
    """Return the seconds of one training step on a batch of random pixels."""
    parameters = make_parameters(sizes, precision, device)
    compiled = tf.function(training_step)
    with tf.device(device):
        pixels = tf.cast(tf.random.uniform((batch, sizes[0])), precision)
        labels = tf.random.uniform((batch,), maxval=sizes[-1], dtype=tf.int32)

        def step():
            finish(compiled(parameters, pixels, labels))
            finish(parameters[0])

        step()  # the first call compiles
        return fastest([step], seconds)[0]


# --8<-- [end:step_seconds]


# --8<-- [start:passes_until]
def passes_until(goal, network, optimizer, rate, digits, unseen, most=60):
    """Return how many passes over the digits bring the test accuracy to the goal.

    The digits are images (n, 196) and labels (n,). Raises RuntimeError where the goal
    is not reached in `most` passes.
    """
    rates = np.full(most * len(digits[0]) // 50, rate, np.float32)
    for passes, _ in enumerate(train(network, *digits, optimizer, rates), start=1):
        if accuracy(network, *unseen) >= goal:
            return passes
    raise RuntimeError(f"an accuracy of {goal} was not reached in {most} passes")


# --8<-- [end:passes_until]
