"""Points, a change of their coordinates, and a search through all turns of the axes."""

# --8<-- [start:imports]
import numpy as np

# --8<-- [end:imports]

# isort: split
from lessons.introduction.numpy import best_threshold, decide, score


# --8<-- [start:turn]
def turn(points, degrees):
    """Return the coordinates of points (n, 2) on axes turned by so many degrees.

    The axes are turned against the clock. Raises ValueError for another shape.
    """
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points should be (n, 2), but are {points.shape}")
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return points @ np.array([[cosine, -sine], [sine, cosine]])


# --8<-- [end:turn]


# --8<-- [start:points]
def slanted_points(random, count=60):
    """Return points (count, 2) on both sides of a slanted line, and answers 0 or 1."""
    answers = np.arange(count) % 2
    across = np.where(answers, 1, -1) * random.uniform(0.05, 0.6, count)
    along = random.uniform(-0.7, 0.7, count)
    return turn(np.stack([across, along], axis=1), -50), answers


def band_points(random, count=60):
    """Return points (count, 2) in a slanted band, and on both sides of it; answers."""
    answers = np.arange(count) % 2
    outside = np.where(random.random(count) < 0.5, 1, -1)
    outside = outside * random.uniform(0.3, 0.65, count)
    across = np.where(answers, random.uniform(-0.18, 0.18, count), outside)
    along = random.uniform(-0.7, 0.7, count)
    return turn(np.stack([across, along], axis=1), -30), answers


# --8<-- [end:points]


# --8<-- [start:search_turns]
def search_turns(points, answers, angles):
    """Return the best angle, its threshold and what is above; and each angle's score.

    Every angle gets the threshold that suits it best. Raises ValueError without angles.
    """
    if not len(angles):
        raise ValueError("there is no angle to try; give at least one")
    rules, scores = [], []
    for degrees in angles:
        feature = turn(points, degrees)[:, 0]
        rules.append((degrees, *best_threshold(feature, answers)))
        scores.append(score(decide(feature, *rules[-1][1:]), answers))
    return rules[int(np.argmax(scores))], scores


# --8<-- [end:search_turns]


# --8<-- [start:fold]
def fold(points, degrees):
    """Return how far points (n, 2) lie from the second of the turned axes: (n,)."""
    return np.abs(turn(points, degrees)[:, 0])


# --8<-- [end:fold]
