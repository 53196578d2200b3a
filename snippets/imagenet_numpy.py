"""The lesson on architectures in NumPy, from top to bottom: what both readers run."""

from lessons.data import load_digits
from lessons.imagenet.numpy import convolution_cost, halve

# --8<-- [start:vgg_cost]
one = convolution_cost(256, 256, kernel=5, size=56)
two = [2 * each for each in convolution_cost(256, 256, kernel=3, size=56)]
print(f"one window of 5 x 5:  {one[0]:9,} weights, {one[1] / 1e9:.2f} G multiply-adds")
print(f"two windows of 3 x 3: {two[0]:9,} weights, {two[1] / 1e9:.2f} G multiply-adds")
# --8<-- [end:vgg_cost]

# --8<-- [start:inception_cost]
direct = convolution_cost(192, 32, kernel=5, size=28)[1]
before = convolution_cost(192, 16, kernel=1, size=28)[1]
after = convolution_cost(16, 32, kernel=5, size=28)[1]
print(f"5 x 5 at once: {direct / 1e6:.1f} M multiply-adds")
print(f"1 x 1 before:  {(before + after) / 1e6:.1f} M")
# --8<-- [end:inception_cost]

# --8<-- [start:digits]
images, labels, test_images, test_labels = load_digits()
images, labels, test_images = halve(images[:1000]), labels[:1000], halve(test_images)
print(images.shape, test_images.shape)
# --8<-- [end:digits]

# --8<-- [start:separable_cost]
full = convolution_cost(512, 512, kernel=3, size=14)
depthwise = convolution_cost(512, 512, kernel=3, size=14, groups=512)
pointwise = convolution_cost(512, 512, kernel=1, size=14)
print(f"3 x 3 over all channels: {full[1] / 1e6:.1f} M multiply-adds")
print(f"3 x 3 in each channel:   {depthwise[1] / 1e6:.1f} M")
print(f"1 x 1 over all channels: {pointwise[1] / 1e6:.1f} M")
print(f"together: 1/{full[1] / (depthwise[1] + pointwise[1]):.1f} of the work")
# --8<-- [end:separable_cost]
