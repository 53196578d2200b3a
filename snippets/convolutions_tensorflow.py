"""The lesson on convolutions in TensorFlow, from top to bottom."""

import numpy as np
import tensorflow as tf
from keras import layers

from lessons.convolutions.lenet_tensorflow import lenet5, lenet5_today
from lessons.convolutions.numpy import (
    confusion_matrix,
    convolution_layer,
    max_pool,
    shift,
)
from lessons.convolutions.tensorflow import (
    accuracy,
    dense_network,
    digit_network,
    predict,
    to_tensor,
    train,
)
from lessons.plots import draw_images, plt
from lessons.tensorflow import choose_device, count_parameters, set_seed
from snippets.convolutions_numpy import (
    digit,
    test_images,
    test_labels,
    train_images,
    train_labels,
)

# --8<-- [start:dense]
set_seed(0)
device = choose_device()
images = to_tensor(train_images, device)  # (4000, 28, 28, 1)
labels = tf.constant(train_labels)
dense = dense_network()
losses = list(train(dense, images, labels, epochs=8))
print(f"{count_parameters(dense):,} parameters")
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
# --8<-- [end:dense]

# --8<-- [start:dense_shifted]
for pixels in range(5):
    moved = shift(test_images, down=0, right=pixels)
    print(f"moved by {pixels}: {accuracy(dense, moved, test_labels, device):.3f}")
# --8<-- [end:dense_shifted]

# --8<-- [start:layer]
layer = layers.Conv2D(16, kernel_size=5, padding="same")
theirs = layer(to_tensor(test_images[:8], "CPU:0")).numpy().transpose(0, 3, 1, 2)
kernels, bias = layer.get_weights()
kernels = kernels.transpose(3, 2, 0, 1)  # from (k, l, in, out) to (out, in, k, l)
ours = convolution_layer(test_images[:8, np.newaxis], kernels, bias, padding=2)
print(kernels.shape, theirs.shape)
print(np.allclose(ours, theirs, atol=1e-5))
# --8<-- [end:layer]

# --8<-- [start:pool]
pooled = tf.nn.max_pool2d(ours.transpose(0, 2, 3, 1), 2, 2, "VALID")
theirs = pooled.numpy().transpose(0, 3, 1, 2)
print(theirs.shape, np.array_equal(max_pool(ours), theirs))
# --8<-- [end:pool]

# --8<-- [start:digits]
set_seed(0)
network = digit_network()
losses = list(train(network, images, labels, epochs=8))
print(f"{count_parameters(network):,} parameters")
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.3f} in the last")
print(f"test accuracy: {accuracy(network, test_images, test_labels, device):.3f}")
# --8<-- [end:digits]

# --8<-- [start:digits_shifted]
for pixels in range(5):
    moved = shift(test_images, down=0, right=pixels)
    print(f"moved by {pixels}: {accuracy(network, moved, test_labels, device):.3f}")
# --8<-- [end:digits_shifted]

# --8<-- [start:filters]
draw_images(network.layers[0].kernel.numpy()[:, :, 0].transpose(2, 0, 1), signed=True)
maps = tf.nn.relu(network.layers[0](to_tensor(digit[np.newaxis], device)))[0]
draw_images(maps.numpy().transpose(2, 0, 1))  # from (28, 28, 16) to (16, 28, 28)
plt.show()
# --8<-- [end:filters]

# --8<-- [start:confusion]
predictions = predict(network, to_tensor(test_images, device))
counts = confusion_matrix(test_labels, predictions)
print(counts.sum(), "digits,", counts.trace(), "of them right")
# --8<-- [end:confusion]

# --8<-- [start:lenet]
codes = np.ones((10, 84), np.float32)  # any +1 and -1 will do for a count
print(f"1998:  {count_parameters(lenet5(codes)):,}, and {codes.size} fixed")
print(f"today: {count_parameters(lenet5_today()):,}")
# --8<-- [end:lenet]
