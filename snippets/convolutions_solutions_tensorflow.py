"""Solutions to the exercises on convolutions in TensorFlow."""

import numpy as np
import tensorflow as tf
from keras import layers

from lessons.convolutions.numpy import shift
from lessons.convolutions.tensorflow import (
    accuracy,
    dense_network,
    digit_network,
    to_tensor,
    train,
)
from lessons.tensorflow import count_parameters, set_seed
from snippets.convolutions_numpy import test_images, test_labels, train_images
from snippets.convolutions_tensorflow import device, images, labels

# --8<-- [start:count]
layer = layers.Conv2D(8, kernel_size=3, strides=2, padding="same")
shape = layer(tf.zeros((1, 32, 32, 3))).shape
print(count_parameters(layer), tuple(shape))
# --8<-- [end:count]

# --8<-- [start:teach]
set_seed(0)
taught = digit_network()
list(train(taught, images, labels, epochs=4, pixels=2))
for pixels in range(5):
    moved = shift(test_images, down=0, right=pixels)
    print(f"moved by {pixels}: {accuracy(taught, moved, test_labels, device):.3f}")
# --8<-- [end:teach]

# --8<-- [start:shuffle]
order = np.random.default_rng(0).permutation(28 * 28)
shuffled, test_shuffled = (
    array.reshape(-1, 28 * 28)[:, order].reshape(-1, 28, 28)
    for array in (train_images, test_images)
)
for name, build in (("dense", dense_network), ("convolutional", digit_network)):
    set_seed(0)
    network = build()
    list(train(network, to_tensor(shuffled, device), labels, epochs=4))
    print(f"{name}: {accuracy(network, test_shuffled, test_labels, device):.3f}")
# --8<-- [end:shuffle]
