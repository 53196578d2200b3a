"""A layer that enlarges pictures, from scratch."""

import numpy as np


# --8<-- [start:transposed_convolution]
def transposed_convolution(images, kernels, stride=2, padding=1):
    """Stamp a kernel for each number of images (batch, in, rows, columns).

    The kernels are (in, out, height, width). Stamps lie `stride` apart and add up;
    `padding` cuts the border off: (rows - 1) * stride + height - 2 * padding rows are
    left. Raises ValueError where the shapes do not fit, or nothing would be left.
    """
    if images.ndim != 4 or kernels.ndim != 4 or images.shape[1] != kernels.shape[0]:
        raise ValueError(
            f"images {images.shape} and kernels {kernels.shape} do not fit; pass "
            "(batch, in, rows, columns) and (in, out, height, width)"
        )
    (batch, _, rows, columns), (_, out, *size) = images.shape, kernels.shape
    high, wide = (rows - 1) * stride + size[0], (columns - 1) * stride + size[1]
    if min(high, wide) <= 2 * padding:
        raise ValueError(f"padding {padding} cuts all of {high} x {wide} off; use less")
    canvas = np.zeros((batch, out, high, wide))
    for i in range(rows):
        for j in range(columns):
            stamps = np.einsum("bc,cokl->bokl", images[:, :, i, j], kernels)
            top, left = i * stride, j * stride
            canvas[:, :, top : top + size[0], left : left + size[1]] += stamps
    return canvas[:, :, padding : high - padding, padding : wide - padding]


# --8<-- [end:transposed_convolution]
