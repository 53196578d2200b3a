"""LeNet-5 in TensorFlow: as its paper of 1998 has it, and as it is written today."""

# --8<-- [start:imports]
import keras
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:table]
SEEN_BY_C3 = (  # which of the six maps of S2 each of the sixteen maps of C3 sees
    (0, 1, 2),
    (1, 2, 3),
    (2, 3, 4),
    (3, 4, 5),
    (0, 4, 5),
    (0, 1, 5),
    (0, 1, 2, 3),
    (1, 2, 3, 4),
    (2, 3, 4, 5),
    (0, 3, 4, 5),
    (0, 1, 4, 5),
    (0, 1, 2, 5),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)
# --8<-- [end:table]


# --8<-- [start:parts]
class Subsampling(layers.Layer):
    """S2 and S4: the sum of each 2 x 2 square, times a trained weight, plus a bias."""

    def build(self, shape):
        self.weight = self.add_weight(
            shape=shape[-1:], initializer=keras.initializers.Constant(0.25)
        )
        self.bias = self.add_weight(shape=shape[-1:], initializer="zeros")

    def call(self, images):  # (batch, height, width, maps)
        return 4 * tf.nn.avg_pool2d(images, 2, 2, "VALID") * self.weight + self.bias


class PartialConvolution(layers.Layer):
    """C3: each map convolves only the maps of S2 that the table gives it."""

    def __init__(self):
        super().__init__()
        self.maps = [layers.Conv2D(1, kernel_size=5) for _ in SEEN_BY_C3]

    def build(self, shape):
        for one, seen in zip(self.maps, SEEN_BY_C3, strict=True):
            one.build((*shape[:-1], len(seen)))

    def call(self, images):  # (batch, 14, 14, 6)
        pairs = zip(self.maps, SEEN_BY_C3, strict=True)
        outputs = [one(tf.gather(images, seen, axis=3)) for one, seen in pairs]
        return tf.concat(outputs, axis=3)  # (batch, 10, 10, 16)


class Squash(layers.Layer):
    """The paper's sigmoid, 1.7159 tanh(2/3 x): it maps 1 to 1 and -1 to -1."""

    def call(self, sums):
        return 1.7159 * tf.tanh(sums * 2 / 3)


class Distances(layers.Layer):
    """The output: squared distance to the fixed code of each class; the least wins."""

    def __init__(self, codes):  # (10, 84), of +1 and -1
        super().__init__()
        self.codes = codes

    def call(self, features):  # (batch, 84)
        differences = features[:, None, :] - self.codes  # (batch, 10, 84)
        return tf.reduce_sum(differences**2, axis=2)  # (batch, 10)


# --8<-- [end:parts]


# --8<-- [start:lenet5]
def lenet5(codes):
    """The network of 1998: (batch, 32, 32, 1) to (batch, 10) distances."""
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, kernel_size=5),  # C1: (batch, 28, 28, 6)
            Squash(),
            Subsampling(),  # S2: (batch, 14, 14, 6)
            Squash(),
            PartialConvolution(),  # C3: (batch, 10, 10, 16)
            Squash(),
            Subsampling(),  # S4: (batch, 5, 5, 16)
            Squash(),
            layers.Conv2D(120, kernel_size=5),  # C5: (batch, 1, 1, 120)
            Squash(),
            layers.Flatten(),
            layers.Dense(84),  # F6
            Squash(),
            Distances(codes),
        ]
    )


# --8<-- [end:lenet5]


# --8<-- [start:lenet5_today]
def lenet5_today():
    """The usual rewrite: every map of C3 sees all of S2, plain averages, ten scores."""
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, kernel_size=5, activation="tanh"),  # (batch, 28, 28, 6)
            layers.AveragePooling2D(2),  # (batch, 14, 14, 6)
            layers.Conv2D(16, kernel_size=5, activation="tanh"),  # (batch, 10, 10, 16)
            layers.AveragePooling2D(2),  # (batch, 5, 5, 16)
            layers.Flatten(),  # (batch, 400)
            layers.Dense(120, activation="tanh"),
            layers.Dense(84, activation="tanh"),
            layers.Dense(10),
        ]
    )


# --8<-- [end:lenet5_today]
