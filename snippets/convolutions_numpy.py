"""The lesson on convolutions in NumPy, from top to bottom: what both readers run."""

import numpy as np

from lessons.convolutions.numpy import (
    cross_correlate,
    max_pool,
    output_size,
    receptive_field,
    shift,
)
from lessons.data import load_digits
from lessons.plots import draw_images, plt

# --8<-- [start:data]
train_images, train_labels, test_images, test_labels = load_digits()
print(train_images.shape, test_images.shape)
# --8<-- [end:data]

# --8<-- [start:edges]
digit = test_images[13]
upright = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
level = upright.T
responses = [cross_correlate(digit, kernel) for kernel in (upright, level)]
print(digit.shape, "becomes", responses[0].shape)
draw_images(
    [digit, *responses], ["digit", "upright edges", "level edges"], size=2, signed=True
)
plt.show()
# --8<-- [end:edges]

# --8<-- [start:equivariance]
moved = cross_correlate(shift(digit, down=0, right=2), upright)
print(np.array_equal(moved, shift(responses[0], down=0, right=2)))
# --8<-- [end:equivariance]

# --8<-- [start:sizes]
print("one dense layer:", 784 * (16 * 28 * 28) + 16 * 28 * 28)
print("one convolution:", 16 * (5 * 5 * 1 + 1))
print("its output:", output_size(28, kernel=5, padding=2), "pixels wide")
print("without padding:", output_size(28, kernel=5), "pixels wide")
# --8<-- [end:sizes]

# --8<-- [start:pooling]
maps = responses[0][np.newaxis, np.newaxis]  # (batch, channels, height, width)
for pixels in (1, 2):
    moved = max_pool(shift(maps, down=0, right=pixels))
    for steps in (0, 1):
        same = np.array_equal(moved, shift(max_pool(maps), down=0, right=steps))
        print(f"input moved by {pixels}, output moved by {steps}: {same}")
# --8<-- [end:pooling]

# --8<-- [start:fields]
stack = [(5, 1), (2, 2), (5, 1), (2, 2)]  # (kernel, stride) of each layer with a window
print([receptive_field(stack[:depth]) for depth in range(1, 5)])
# --8<-- [end:fields]
