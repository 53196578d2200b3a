"""Measures of pictures that were written, and a walk from one to another."""

import numpy as np


# --8<-- [start:covered]
def class_shares(classes, count=10):
    """Return the share of the pictures that were named each class, (count,)."""
    return np.bincount(classes, minlength=count) / len(classes)


def covered(shares, least=0.01):
    """Return how many classes have at least this share."""
    return int((shares >= least).sum())


def effective_classes(shares):
    """Return e to the entropy: 10 for ten equal shares, 1 where one class has all."""
    shares = shares[shares > 0]
    return float(np.exp(-(shares * np.log(shares)).sum()))


# --8<-- [end:covered]


# --8<-- [start:frechet_distance]
def square_root(matrix):
    """Return the root of a symmetric matrix without negative eigenvalues."""
    values, vectors = np.linalg.eigh(matrix)
    return vectors * np.sqrt(np.clip(values, 0, None)) @ vectors.T


def frechet_distance(some, others):
    """Return the distance of two sets of features, (n, d) and (m, d), taken as normal.

    Raises ValueError where a set has no more rows than columns, for its covariance
    would then be singular.
    """
    for features in (some, others):
        if len(features) <= features.shape[1]:
            raise ValueError(
                f"features {features.shape} are too few for a covariance; pass more "
                f"than {features.shape[1]} pictures"
            )
    shift = some.mean(axis=0) - others.mean(axis=0)
    first, second = (np.cov(features.T.astype(float)) for features in (some, others))
    root = square_root(first)
    mixed = square_root(root @ second @ root)
    return float(shift @ shift + np.trace(first + second - 2 * mixed))


# --8<-- [end:frechet_distance]


# --8<-- [start:measure]
def measure(features, chances, real_features, sure=0.9):
    """Return four measures of pictures, as an independent classifier sees them.

    They are the classes covered, their effective number, the share of the pictures
    with a chance above `sure`, and the Frechet distance to the real ones' features, as
    a share of the variance of those.
    """
    shares = class_shares(chances.argmax(axis=1))
    named = float((chances.max(axis=1) > sure).mean())
    distance = frechet_distance(features, real_features)
    distance /= real_features.var(axis=0).sum()
    return covered(shares), effective_classes(shares), named, distance


def describe(name, measures):
    """Return the four measures as one line of text."""
    classes, effective, named, distance = measures
    return (
        f"{name}: {classes} classes ({effective:.1f} effective), "
        f"sure of {named:.2f}, distance {distance:.3f}"
    )


# --8<-- [end:measure]


# --8<-- [start:nearest]
def distance_to_nearest(pictures, known):
    """Return how far each picture is from the nearest known one, pixel by pixel."""
    rows, columns = (each.reshape(len(each), -1) * 1.0 for each in (pictures, known))
    squares = (rows**2).sum(axis=1)[:, np.newaxis] + (columns**2).sum(axis=1)
    return np.sqrt(np.clip(squares - 2 * rows @ columns.T, 0, None).min(axis=1))


# --8<-- [end:nearest]


# --8<-- [start:walk]
def walk(start, end, steps):
    """Return points (steps, latent) from start to end, along the arc between them.

    The angle grows evenly, and the length goes from one to the other. Raises ValueError
    where both point the same way or opposite ways, or one is 0: there is no one arc.
    """
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    if not abs(start @ end) < (1 - 1e-9) * lengths[0] * lengths[1]:
        raise ValueError("start and end lie on one line through 0; choose others")
    angle = np.arccos(start @ end / (lengths[0] * lengths[1]))
    shares = np.linspace(0, 1, steps)[:, np.newaxis]
    arc = np.sin((1 - shares) * angle) * start / lengths[0]
    arc = (arc + np.sin(shares * angle) * end / lengths[1]) / np.sin(angle)
    return arc * ((1 - shares) * lengths[0] + shares * lengths[1])


# --8<-- [end:walk]
