"""What the photographs say without the leaf."""

import numpy as np
from skimage.morphology import convex_hull_image

from lessons.apples import splits

GREY = 127  # in the middle of 0 to 255


def eight_pixels(photographs):
    """Return the colours at the corners and in the middles of the edges.

    (n, 24), in [0, 1].

    Source of the idea: Noyan 2022.
    """
    rows, columns = photographs.shape[1] - 1, photographs.shape[2] - 1
    places = [(y, x) for y in (0, rows // 2, rows) for x in (0, columns // 2, columns)]
    places.remove((rows // 2, columns // 2))
    colours = [photographs[:, y, x] for y, x in places]
    return np.concatenate(colours, axis=1).astype(np.float32) / 255


def without_leaf(photographs, masks, margin=6):
    """Return the photographs with the leaf painted grey: its convex hull, and a margin.

    A mask may leave out a brown spot at the leaf's edge; its hull does not.
    """
    return paint(
        photographs, np.stack([widen(convex_hull_image(m), margin) for m in masks])
    )


def without_background(photographs, masks):
    """Return the photographs with everything but the leaf painted grey."""
    return paint(photographs, ~masks)


def paint(photographs, where):
    """Return a copy that is grey where (n, height, width) is true."""
    if where.shape != photographs.shape[:3]:
        raise ValueError(
            f"masks {where.shape} do not fit photographs {photographs.shape}"
        )
    return np.where(where[..., None], np.uint8(GREY), photographs)


def widen(mask, margin):
    """Return where a mask is true or true at most `margin` rows and columns away."""
    padded = np.pad(mask, margin)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * margin + 1,) * 2)
    return windows.any(axis=(2, 3))


def across(study, method, setting, views):
    """Train on each view of the photographs and test on every view, in every run.

    views: {name: inputs}, the inputs as `method` prepares them. Returns the answers to
    all tested photographs as {(trained on, tested on): log-probabilities}, in the order
    of `Study.tested`.
    """
    labels, answers = study.pictures.labels, {}
    runs = [splits.split(study.parts, run) for run in range(study.runs())]
    for trained, inputs in views.items():
        own = [
            method.fit(inputs[t], labels[t], run, **setting)
            for run, (t, _, _) in enumerate(runs)
        ]
        for tested, others in views.items():
            parts = [predict(others[test]) for predict, (_, _, test) in zip(own, runs)]
            answers[trained, tested] = np.concatenate(parts)
    return answers
