"""The game of two networks in TensorFlow, round by round."""

# --8<-- [start:imports]
import math

import keras
import tensorflow as tf

# --8<-- [end:imports]
from lessons.gan.tensorflow import discriminator_loss, generator_loss


# --8<-- [start:play]
def play(generator, discriminator, images, rounds, batch_size=64, rates=(0.002, 0.001)):
    """Let both learn from images (n, 28, 28, 1), in turn; yield both losses of a round.

    The rates are the generator's and the discriminator's; each call begins with new
    optimizers. Raises ValueError where there are no images, and FloatingPointError
    where a loss is no longer a number.
    """
    if not len(images):
        raise ValueError("there are no images; give at least one")
    step = one_round(generator, discriminator, images, batch_size, rates)
    for number in range(rounds):
        judged, written = (float(loss) for loss in step())
        if not math.isfinite(judged + written):
            raise FloatingPointError(
                f"round {number}: the losses are {judged} and {written}; "
                "try smaller rates"
            )
        yield judged, written


def one_round(generator, discriminator, images, batch_size, rates):
    """Return a function that plays a round and returns both losses."""
    writer, judge = (keras.optimizers.Adam(rate, beta_1=0.5) for rate in rates)
    writer.build(generator.trainable_variables)
    judge.build(discriminator.trainable_variables)
    latent = generator.input_shape[1]

    @tf.function
    def step():
        batch = tf.random.uniform([batch_size], 0, len(images), tf.int32)
        noise = tf.random.normal([batch_size, latent], dtype=generator.compute_dtype)
        with tf.GradientTape() as writing:
            pictures = generator(noise, training=True)
            with tf.GradientTape() as judging:
                real = discriminator(tf.gather(images, batch), training=True)
                fake = discriminator(tf.stop_gradient(pictures), training=True)
                judged = discriminator_loss(real, fake)
            improve(judge, judging, judged, discriminator)
            written = generator_loss(discriminator(pictures, training=True))
        improve(writer, writing, written, generator)
        return judged, written

    return step


def improve(optimizer, tape, loss, network):
    variables = network.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)


# --8<-- [end:play]
