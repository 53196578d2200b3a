"""New heads, fine-tuning and training from scratch in TensorFlow."""

# --8<-- [start:imports]
import math

import keras
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]
from lessons.transfer.numpy import learning_rates
from lessons.transfer.tensorflow import EfficientNetLite0


# --8<-- [start:accuracy]
def accuracy(network, images, labels, batch_size=128):
    """Return the share of a tensor's images that the network names rightly."""
    starts = range(0, len(images), batch_size)
    scores = [network(images[first : first + batch_size]) for first in starts]
    answers = tf.argmax(tf.concat(scores, axis=0), axis=1)
    return float(tf.reduce_mean(tf.cast(answers == labels, tf.float64)))


# --8<-- [end:accuracy]


# --8<-- [start:train]
def train(
    network, images, labels, steps, learning_rate, batch_size=20, batch_statistics=True
):
    """Train a network with Adam, its rate rising and falling; return the losses.

    With batch_statistics=False, batch normalisation keeps the means that it has.
    Raises FloatingPointError where the loss is no longer a number.
    """
    optimizer = keras.optimizers.Adam(epsilon=1e-8)
    optimizer.build(network.trainable_variables)

    @tf.function
    def take(batch, rate):
        with tf.GradientTape() as tape:
            scores = network(tf.gather(images, batch), training=batch_statistics)
            wanted = tf.gather(labels, batch)
            errors = tf.nn.sparse_softmax_cross_entropy_with_logits(wanted, scores)
            loss = tf.reduce_mean(errors)
        optimizer.learning_rate.assign(rate)
        optimizer.apply(tape.gradient(loss, network.trainable_variables))
        return loss

    rounds = -(-steps * batch_size // len(images))
    order = tf.concat([tf.random.shuffle(range(len(images))) for _ in range(rounds)], 0)
    losses = []
    for step, rate in enumerate(learning_rates(learning_rate, steps)):
        batch = order[step * batch_size : (step + 1) * batch_size]
        losses.append(float(take(batch, tf.constant(rate, tf.float32))))
        if not math.isfinite(losses[-1]):
            raise FloatingPointError(
                f"the loss of step {step} is {losses[-1]}; try a smaller learning rate"
            )
    return losses


# --8<-- [end:train]


# --8<-- [start:small_network]
class Mean(layers.Layer):
    """The mean of each map: (batch, height, width, channels) to (batch, channels)."""

    def call(self, maps):
        return tf.reduce_mean(maps, axis=[1, 2])


def small_network(classes):
    """Four convolutions: (batch, height, width, 3) to (batch, classes)."""
    parts = [keras.Input((None, None, 3))]
    for outputs, stride in ((16, 2), (32, 1), (64, 1), (64, 1)):
        parts += [layers.MaxPooling2D(2)] if len(parts) > 1 else []
        parts += [
            layers.ZeroPadding2D(1),
            layers.Conv2D(outputs, 3, stride, use_bias=False),
        ]
        parts += [layers.BatchNormalization(epsilon=1e-5, momentum=0.9), layers.ReLU()]
    return keras.Sequential([*parts, Mean(), layers.Dense(classes)])


# --8<-- [end:small_network]


# --8<-- [start:new_head]
def new_head(weights, biases, device):
    """Return a dense layer of arrays (channels, classes) and (classes,)."""
    with tf.device(device):
        head = layers.Dense(weights.shape[1])
        head.build((None, weights.shape[0]))
    head.set_weights([weights, biases])
    return head


# --8<-- [end:new_head]


# --8<-- [start:tunable]
def tunable(network, head, start, stop):
    """Return a copy of parts start to stop of the body with a head, to be trained."""
    fresh = EfficientNetLite0().body[start:stop]
    top = layers.Dense(head.units)
    copied = keras.Sequential([*fresh, Mean(), top])
    copied(network.run_parts(tf.zeros((1, 32, 32, 3)), 0, start))  # makes its weights
    for part, old in zip([*fresh, top], [*network.body[start:stop], head]):
        part.set_weights(old.get_weights())
    return copied


# --8<-- [end:tunable]
