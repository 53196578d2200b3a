"""An independent reader in TensorFlow: it learns from real digits alone."""

# --8<-- [start:imports]
import keras
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:digit_reader]
def digit_reader():
    """Name digits: (batch, 28, 28, 1) to (batch, 10), by way of 32 features."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, kernel_size=5, padding="same"),  # (batch, 28, 28, 16)
            layers.MaxPooling2D(2),  # (batch, 14, 14, 16)
            layers.ReLU(),
            layers.Conv2D(32, kernel_size=5),  # (batch, 10, 10, 32)
            layers.MaxPooling2D(2),  # (batch, 5, 5, 32)
            layers.ReLU(),
            layers.Flatten(),  # (batch, 800)
            layers.Dense(32, activation="relu"),  # the features
            layers.Dense(10),
        ]
    )


# --8<-- [end:digit_reader]


# --8<-- [start:read]
def read(reader, images):
    """Return the features (n, 32) and the chances (n, 10) of images (n, 28, 28, 1)."""
    features = images
    for layer in reader.layers[:-1]:
        features = layer(features)
    return features.numpy(), tf.nn.softmax(reader.layers[-1](features)).numpy()


# --8<-- [end:read]
