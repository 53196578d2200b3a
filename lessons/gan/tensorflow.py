"""Two networks that play with digits in TensorFlow: one writes, one judges."""

# --8<-- [start:imports]
import keras
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:generator]
def generator(latent=16, width=16):
    """Turn noise (batch, latent) into pictures (batch, 28, 28, 1) in [0, 1]."""
    two, same = {"strides": 2, "padding": "same"}, {"momentum": 0.9, "epsilon": 1e-5}
    return keras.Sequential(
        [
            keras.Input((latent,)),
            layers.Dense(7 * 7 * 2 * width),
            layers.Reshape((7, 7, 2 * width)),
            layers.BatchNormalization(**same),
            layers.ReLU(),
            layers.Conv2DTranspose(width, kernel_size=4, **two),
            layers.BatchNormalization(**same),  # (batch, 14, 14, width)
            layers.ReLU(),
            layers.Conv2DTranspose(1, kernel_size=4, activation="sigmoid", **two),
        ]  # (batch, 28, 28, 1)
    )


# --8<-- [end:generator]


# --8<-- [start:discriminator]
def discriminator(width=16, normalise=True):
    """Score pictures (batch, 28, 28, 1): (batch, 1), above 0 where held for real."""
    two, same = {"strides": 2, "padding": "same"}, {"momentum": 0.9, "epsilon": 1e-5}
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(width, kernel_size=4, **two),
            layers.LeakyReLU(0.2),  # (batch, 14, 14, width)
            layers.Conv2D(2 * width, kernel_size=4, **two),
            layers.BatchNormalization(**same) if normalise else layers.Identity(),
            layers.LeakyReLU(0.2),  # (batch, 7, 7, 2 * width)
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


# --8<-- [end:discriminator]


# --8<-- [start:start]
def start(network, deviation=0.02):
    """Draw the weights anew, normal and small, as DCGAN does; biases are 0."""
    for weight in network.trainable_variables:
        if len(weight.shape) > 1:  # not a bias, and nothing of a normalisation
            weight.assign(tf.random.normal(weight.shape, 0.0, deviation, weight.dtype))
        elif weight.name == "bias":
            weight.assign(tf.zeros_like(weight))
    return network


# --8<-- [end:start]


# --8<-- [start:losses]
def discriminator_loss(real, fake):
    """Return -mean log D(real) - mean log(1 - D(fake)), from scores (batch, 1)."""
    return tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))


def generator_loss(fake):
    """Return -mean log D(fake), from scores (batch, 1)."""
    return tf.reduce_mean(tf.nn.softplus(-fake))


# --8<-- [end:losses]


# --8<-- [start:generate]
def generate(generator, noise, device):
    """Return pictures (n, 28, 28), an array, for noise (n, latent)."""
    latent = generator.input_shape[1]
    if noise.ndim != 2 or noise.shape[1] != latent:
        raise ValueError(f"noise should be (n, {latent}), but is {noise.shape}")
    with tf.device(device):  # batch normalisation by its running statistics
        return generator(noise, training=False)[..., 0].numpy()


# --8<-- [end:generate]
