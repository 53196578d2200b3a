"""What every lesson needs from TensorFlow: a device, a seed, a count of parameters."""

# --8<-- [start:imports]
import keras
import numpy as np
import tensorflow as tf

# --8<-- [end:imports]


# --8<-- [start:device]
def choose_device():
    """Return the fastest device that TensorFlow sees: a GPU, or the CPU."""
    return "GPU:0" if tf.config.list_physical_devices("GPU") else "CPU:0"


# --8<-- [end:device]


# --8<-- [start:seed]
def set_seed(seed):
    """Make initial weights, shuffling and dropout the same in every run."""
    keras.utils.set_random_seed(seed)


# --8<-- [end:seed]


# --8<-- [start:count]
def count_parameters(network):
    """Return how many numbers training may change."""
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_variables)


# --8<-- [end:count]
