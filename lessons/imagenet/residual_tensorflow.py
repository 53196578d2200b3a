"""ResNet-18, -50 and -152 in TensorFlow: each block adds its input to its output."""

# --8<-- [start:imports]
from keras import layers

# --8<-- [end:imports]
from lessons.imagenet.blocks_tensorflow import Network, convolve, pooled_head, stack
from lessons.imagenet.numpy import require_size, scale_channels, scale_repeats


# --8<-- [start:residual]
class Residual:
    """body(x) + shortcut(x), the shortcut being x itself unless one is given."""

    def __init__(self, body, shortcut=None, activation="relu"):
        self.body, self.shortcut, self.activation = body, shortcut, activation

    def __call__(self, x):
        """Return a tensor of the shape of body(x)."""
        made = x
        for block in self.body:
            made = block(made)
        kept = self.shortcut(x) if self.shortcut else x
        total = layers.Add()([made, kept])
        return layers.Activation(self.activation)(total) if self.activation else total


# --8<-- [end:residual]


# --8<-- [start:basic]
def basic(outputs, stride=1):
    """Two windows of 3 x 3; where the size changes, the shortcut has one of 1 x 1."""
    body = [convolve(outputs, 3, stride), convolve(outputs, 3, activation=None)]
    project = convolve(outputs, 1, stride, activation=None)

    def block(x):
        same = stride == 1 and x.shape[-1] == outputs
        return Residual(body, None if same else project)(x)

    return block


# --8<-- [end:basic]


# --8<-- [start:bottleneck]
def bottleneck(outputs, stride=1, late=False):
    """Down to a quarter of the channels, 3 x 3 there, and up again.

    The paper takes the stride in the first convolution, today's libraries in the
    second: late=True.
    """
    few, (early, middle) = outputs // 4, (1, stride) if late else (stride, 1)
    body = [
        convolve(few, 1, early),
        convolve(few, 3, middle),
        convolve(outputs, 1, activation=None),
    ]
    project = convolve(outputs, 1, stride, activation=None)

    def block(x):
        same = stride == 1 and x.shape[-1] == outputs
        return Residual(body, None if same else project)(x)

    return block


# --8<-- [end:bottleneck]


# --8<-- [start:resnet]
def resnet(block, repeats, widen, size, width, depth, classes, **how):
    """A ResNet of four stages: (batch, size, size, 3) to (batch, classes)."""
    require_size(size, least=1)
    pool = layers.MaxPooling2D(3, strides=2)
    first = [convolve(scale_channels(64, width), 7, 2), layers.ZeroPadding2D(1), pool]
    stages = {"stage1": first}
    for number, times in enumerate(repeats):
        outputs = widen * scale_channels(64 * 2**number, width)
        times, stride = scale_repeats(times, depth), 2 if number else 1
        stages[f"stage{number + 2}"] = stack(block, outputs, times, stride, **how)
    return Network(stages | {"head": pooled_head(classes)}, size)


def resnet18(size=224, width=1.0, depth=1.0, classes=1000):
    """ResNet-18 of 2015."""
    return resnet(basic, (2, 2, 2, 2), 1, size, width, depth, classes)


def resnet50(size=224, width=1.0, depth=1.0, classes=1000, late=False):
    """ResNet-50 of 2015."""
    repeats = 3, 4, 6, 3
    return resnet(bottleneck, repeats, 4, size, width, depth, classes, late=late)


def resnet152(size=224, width=1.0, depth=1.0, classes=1000, late=False):
    """ResNet-152 of 2015."""
    repeats = 3, 8, 36, 3
    return resnet(bottleneck, repeats, 4, size, width, depth, classes, late=late)


# --8<-- [end:resnet]
