"""The lesson on generative adversarial networks in NumPy: what both readers run."""

import numpy as np

from lessons.data import load_digits
from lessons.gan.layers import transposed_convolution
from lessons.gan.numpy import best_discriminator, normal_density, play_toy, value

# --8<-- [start:optimum]
points = np.linspace(-6, 6, 241)
width = points[1] - points[0]
real, fake = normal_density(points, 1, 0.5), normal_density(points, -1, 1)
best = best_discriminator(real, fake)
for x in (-1, 0, 1):
    print(f"at {x:2d} the best answer is {best[np.argmin(abs(points - x))]:.3f}")
print(f"value against the best answers: {value(real, fake, best, width):.4f}")
# --8<-- [end:optimum]

# --8<-- [start:equal]
best_of_equals = best_discriminator(real, real)
print(f"real against real: {value(real, real, best_of_equals, width):.4f}")
print(f"minus log 4:       {-np.log(4):.4f}")
# --8<-- [end:equal]

# --8<-- [start:saturation]
for chance in (0.5, 0.1, 0.01, 0.001):
    score = np.log(chance / (1 - chance))
    nudged = np.array([score - 1e-4, score + 1e-4])  # the slope, by two neighbours
    below, above = 1 / (1 + np.exp(-nudged))
    first = (np.log(1 - below) - np.log(1 - above)) / 2e-4
    second = (np.log(above) - np.log(below)) / 2e-4
    print(f"D = {chance}: log(1 - D) pulls {first:.3f}, -log D pulls {second:.3f}")
# --8<-- [end:saturation]

# --8<-- [start:toy]
free, damped = play_toy(2000, seed=0), play_toy(2000, seed=0, damping=0.3)
for rounds in (10, 100, 300, 1000, 2000):
    lines = [
        f"{mean:5.2f} {wide:5.2f}"
        for mean, wide in (free[rounds - 1], damped[rounds - 1])
    ]
    print(f"after {rounds:4d}: free {lines[0]}, damped {lines[1]}")
# --8<-- [end:toy]

# --8<-- [start:stamp]
kernel = np.ones((1, 1, 4, 4))
image = np.array([[1.0, 0, 2], [0, 0, 0], [0, 3, 0]])[np.newaxis, np.newaxis]
print(transposed_convolution(image, kernel)[0, 0].astype(int))
# --8<-- [end:stamp]

# --8<-- [start:data]
train_images, train_labels, test_images, test_labels = load_digits()
noise = np.random.default_rng(0).standard_normal((1000, 16)).astype(np.float32)
print(train_images.shape, test_images.shape, noise.shape)
# --8<-- [end:data]
