"""Changes to batches of photographs in TensorFlow, by the same draws as in NumPy."""

# --8<-- [start:imports]
import math

import tensorflow as tf

# --8<-- [end:imports]
from lessons.transfer.numpy import GREY


# --8<-- [start:move]
def move_batch(pictures, flip, zoom, down, right, degrees):
    """Mirror, crop and turn (batch, height, width, 3), each by its own numbers."""
    height, width = pictures.shape[1:3]
    turn, mirror = degrees * math.pi / 180, 1 - 2 * flip
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    xx, xy = zoom * tf.cos(turn) * mirror, zoom * tf.sin(turn)
    yx, yy = -zoom * tf.sin(turn) * mirror, zoom * tf.cos(turn)
    x = middle_x + right * width - xx * middle_x - xy * middle_y
    y = middle_y + down * height - yx * middle_x - yy * middle_y
    matrices = tf.stack([xx, xy, x, yx, yy, y, 0 * x, 0 * y], axis=1)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=pictures,
        transforms=tf.cast(matrices, tf.float32),
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


# --8<-- [end:move]


# --8<-- [start:colour]
def colour_batch(pictures, saturation, contrast, brightness):
    """Move each pixel from its grey, then from the mean grey, then from black."""
    saturation, contrast, brightness = (
        each[:, None, None, None] for each in (saturation, contrast, brightness)
    )
    weights = tf.constant(GREY, pictures.dtype)
    grey = tf.reduce_sum(pictures * weights, axis=3, keepdims=True)
    pictures = grey + saturation * (pictures - grey)
    mean = tf.reduce_mean(grey, axis=[1, 2], keepdims=True)
    return tf.clip_by_value(brightness * (mean + contrast * (pictures - mean)), 0, 1)


# --8<-- [end:colour]


# --8<-- [start:blur]
def soften_batch(pictures, blur):
    """Average each pixel with its neighbours, by a Gaussian `blur` pixels wide."""
    height, width = pictures.shape[1:3]
    steps = tf.range(-3, 4, dtype=blur.dtype)
    weights = tf.exp(-(steps**2) / (2 * blur[:, None] ** 2))  # (batch, 7)
    weights = (weights / tf.reduce_sum(weights, axis=1, keepdims=True))[
        ..., None, None, None
    ]
    rows = tf.clip_by_value(tf.range(-3, height + 3), 0, height - 1)  # edges go on
    wide = tf.gather(pictures, rows, axis=1)
    pictures = sum(weights[:, n] * wide[:, n : n + height] for n in range(7))
    columns = tf.clip_by_value(tf.range(-3, width + 3), 0, width - 1)
    wide = tf.gather(pictures, columns, axis=2)
    return sum(weights[:, n] * wide[:, :, n : n + width] for n in range(7))


# --8<-- [end:blur]


# --8<-- [start:erase]
def cover_batch(pictures, row, column, erase):
    """Paint a grey square, `erase` of the edge wide, over a place in each picture."""
    near = []
    for size, middle in zip(pictures.shape[1:3], (row, column)):
        places = tf.range(size, dtype=row.dtype) + 0.5
        near.append(abs(places - size * middle[:, None]) < size * erase[:, None] / 2)
    inside = near[0][:, :, None, None] & near[1][:, None, :, None]
    return tf.where(inside, tf.constant(0.5, pictures.dtype), pictures)


# --8<-- [end:erase]


# --8<-- [start:change]
def change_batch(pictures, draws):
    """Change each of a batch (batch, height, width, 3) in [0, 1] as its draw says."""
    numbers = {name: tf.constant(draws[name], pictures.dtype) for name in draws}

    def pick(*names):
        return [numbers[name] for name in names]

    pictures = move_batch(pictures, *pick("flip", "zoom", "down", "right", "degrees"))
    pictures = colour_batch(pictures, *pick("saturation", "contrast", "brightness"))
    return cover_batch(
        soften_batch(pictures, *pick("blur")), *pick("row", "column", "erase")
    )


# --8<-- [end:change]
