"""What boosting is given: pixels, or numbers that somebody thought of."""

import numpy as np
from scipy.ndimage import binary_fill_holes, gaussian_filter, label
from skimage.color import rgb2gray, rgb2hsv
from skimage.feature import graycomatrix, graycoprops, local_binary_pattern
from skimage.filters import threshold_otsu

PERCENTILES = (5, 25, 50, 75, 95)
TEXTURE = ("contrast", "homogeneity", "correlation", "energy")


def shrink(photographs, size):
    """Return means over squares of pixels of photographs (n, height, width, 3).

    In [0, 1], float32 (n, size, size, 3). Raises ValueError where the edges are no
    multiples of size.
    """
    count, height, width, channels = photographs.shape
    if height % size or width % size:
        raise ValueError(
            f"{height} x {width} pixels do not shrink to {size} x {size} evenly"
        )
    squares = photographs.reshape(
        count, size, height // size, size, width // size, channels
    )
    return squares.mean(axis=(2, 4), dtype=np.float32) / 255


def leaf_mask(photograph):
    """Return where the leaf is, (height, width) booleans: the largest green piece.

    The background is grey or purple, a leaf is greener: what exceeds Otsu's threshold
    of 2G - R - B, the excess of green, with the spots that it encloses.
    """
    smooth = gaussian_filter(photograph.astype(np.float32), (1.5, 1.5, 0))
    green = 2 * smooth[:, :, 1] - smooth[:, :, 0] - smooth[:, :, 2]
    if green.max() == green.min():
        return np.ones(
            green.shape, bool
        )  # one colour all over: all of it is the picture
    pieces, _ = label(green > threshold_otsu(green))
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return binary_fill_holes(pieces == sizes.argmax())


def leaf_masks(photographs):
    """Return the masks of photographs (n, height, width, 3): (n, height, width)."""
    return np.stack([leaf_mask(photograph) for photograph in photographs])


def describe(photograph, mask):
    """Return 73 numbers on the leaf in a photograph: colours, texture, area.

    Mean, spread and percentiles of each channel of RGB and HSV; shares of twelve hues;
    Haralick's grey-level statistics; shares of the ten uniform local binary patterns.
    What is outside the mask, (height, width) booleans, counts as black in all of them.
    """
    photograph = np.where(mask[..., None], photograph, np.uint8(0))
    colours = np.concatenate([photograph / 255, rgb2hsv(photograph)], axis=2)[
        mask
    ]  # (m, 6)
    hues = np.histogram(colours[:, 3], bins=12, range=(0, 1))[0] / len(colours)
    spread = np.percentile(colours, PERCENTILES, axis=0).ravel()
    grey = (rgb2gray(photograph) * 255).astype(np.uint8)
    patterns = local_binary_pattern(grey, 8, 1, "uniform")[mask]
    shares = np.bincount(patterns.astype(int), minlength=10) / len(patterns)
    parts = (
        colours.mean(axis=0),
        colours.std(axis=0),
        spread,
        hues,
        texture(grey, mask),
        shares,
    )
    return np.concatenate([*parts, [mask.mean()]]).astype(np.float32)


def texture(grey, mask):
    """Return Haralick's statistics of 32 grey levels in a mask, two distances: (8,)."""
    levels = np.where(mask, grey // 8 + 1, 0)  # 0 is outside, and is dropped below
    pairs = graycomatrix(levels.astype(np.uint8), [1, 4], [0, np.pi / 2], levels=33)
    return np.concatenate(
        [graycoprops(pairs[1:, 1:], name).mean(axis=1) for name in TEXTURE]
    )


def hand_made(photographs):
    """Return the description of each photograph: (n, 73) float32."""
    return np.stack(
        [describe(photograph, leaf_mask(photograph)) for photograph in photographs]
    )


def pixels(photographs, size=16):
    """Return each photograph as 16 x 16 coloured pixels: (n, 768) float32 in [0, 1]."""
    return shrink(photographs, size).reshape(len(photographs), -1)
