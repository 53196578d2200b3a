"""Pictures that lessons draw: rows of small images, and charts in one style."""

# --8<-- [start:imports]
import matplotlib.pyplot as plt
import numpy as np

# --8<-- [end:imports]


# --8<-- [start:draw_images]
def draw_images(images, titles=(), columns=8, size=1.0, signed=False):
    """Draw images, each (height, width), in rows and return the figure; 0 is white.

    Ink is dark, on one scale for all. With signed=True, orange is below 0 and purple
    above, and each image has a scale of its own.
    """
    rows, columns = -(-len(images) // columns), min(columns, len(images))
    inches = columns * size, rows * (size + 0.3 * bool(titles))
    figure, axes = plt.subplots(
        rows, columns, figsize=inches, squeeze=False, layout="compressed"
    )
    largest = [max(1e-9, np.abs(image).max()) for image in images]
    limits = largest if signed else [max(largest)] * len(images)
    for axis in axes.flat[len(images) :]:
        axis.axis("off")
    for axis, image, limit in zip(axes.flat, images, limits, strict=False):
        low, colours = (-limit, "PuOr") if signed else (0, "Greys")
        axis.imshow(image, colours, vmin=low, vmax=limit, interpolation="nearest")
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(color="0.75", linewidth=0.5)
    for axis, title in zip(axes.flat, titles, strict=False):
        axis.set_title(title, fontsize=9)
    return figure


# --8<-- [end:draw_images]


# --8<-- [start:draw_chart]
def draw_chart(width=6.4, height=3.4, columns=1):
    """Return a figure and its axes (one, or a row of them) in the course's style."""
    figure, axes = plt.subplots(
        1, columns, figsize=(width, height), layout="constrained"
    )
    for axis in np.atleast_1d(axes):
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="y", color="0.85", linewidth=0.6)
        axis.set_axisbelow(True)
    return figure, axes


# --8<-- [end:draw_chart]
