"""The toy in TensorFlow: gradients by a tape, and a discriminator as a network."""

# --8<-- [start:imports]
import keras
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:toy_discriminator]
def toy_discriminator():
    """Score points: (n, 1) to (n, 1). It may draw any smooth curve."""
    tanh = {"activation": "tanh"}
    return keras.Sequential(
        [
            keras.Input((1,)),
            layers.Dense(32, **tanh),
            layers.Dense(32, **tanh),
            layers.Dense(1),
        ]
    )


# --8<-- [end:toy_discriminator]


# --8<-- [start:train_toy]
def train_toy(network, points, real, fake, steps=800):
    """Make V(D, G) largest for fixed densities on a grid (n,); return D there, (n,)."""
    width = points[1] - points[0]
    inputs, real, fake = (
        tf.constant(array[:, None], tf.float32) for array in (points, real, fake)
    )
    rate = keras.optimizers.schedules.PolynomialDecay(0.01, steps, 0.0)
    optimizer = keras.optimizers.Adam(rate)
    optimizer.build(network.trainable_variables)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            scores, softplus = network(inputs), tf.nn.softplus
            loss = width * tf.reduce_sum(
                real * softplus(-scores) + fake * softplus(scores)
            )
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)

    for _ in range(steps):
        step()
    return tf.sigmoid(network(inputs))[:, 0].numpy().astype(float)


# --8<-- [end:train_toy]


# --8<-- [start:toy_gradients]
def toy_gradients(weights, generator, real, noise):
    """Return the gradients of both players of the toy, (3,) and (2,), by a tape.

    The weights are the discriminator's (a, b, c), the generator a mean and a deviation.
    """
    weights, generator, real, noise = (
        tf.constant(array) for array in (weights, generator, real, noise)
    )

    def score(x):
        return weights[0] + weights[1] * x + weights[2] * x**2

    mean, softplus = tf.reduce_mean, tf.nn.softplus  # softplus(-s) is -log D,
    with tf.GradientTape(persistent=True) as tape:  # softplus(s) is -log(1 - D)
        tape.watch([weights, generator])
        fake = generator[0] + generator[1] * noise
        judged = mean(softplus(-score(real))) + mean(softplus(score(fake)))
        written = mean(softplus(-score(fake)))
    first = tape.gradient(judged, weights)
    return first.numpy(), tape.gradient(written, generator).numpy()


# --8<-- [end:toy_gradients]
