"""Rules written by hand for telling two digits apart, and what scores them."""

# --8<-- [start:imports]
import numpy as np

# --8<-- [end:imports]


# --8<-- [start:pick]
def pick(images, labels, first, second):
    """Return the images of two digits, and the answers: 0 for first, 1 for second.

    Images are (n, 28, 28), labels (n,). Raises ValueError where a digit is absent.
    """
    for digit in (first, second):
        if digit not in labels:
            raise ValueError(f"no picture has the label {digit}; ask for another digit")
    chosen = (labels == first) | (labels == second)
    return images[chosen], (labels[chosen] == second).astype(np.float32)


# --8<-- [end:pick]


# --8<-- [start:ink_in_the_middle]
def ink_in_the_middle(images):
    """Return how dark the middle 4 x 4 pixels of each image are, from 0 to 1."""
    return images[:, 12:16, 12:16].mean(axis=(1, 2))


# --8<-- [end:ink_in_the_middle]


# --8<-- [start:decide]
def decide(feature, threshold, above=1):
    """Answer `above` where the feature exceeds the threshold, else the other."""
    return np.where(feature > threshold, above, 1 - above)


# --8<-- [end:decide]


# --8<-- [start:score]
def score(decisions, answers):
    """Return the share of decisions that are as expected. Raises ValueError."""
    if np.shape(decisions) != np.shape(answers):
        raise ValueError(
            f"{np.shape(decisions)} decisions do not fit {np.shape(answers)} answers"
        )
    return float(np.mean(decisions == answers))


# --8<-- [end:score]


# --8<-- [start:best_threshold]
def best_threshold(feature, answers):
    """Try every threshold between two values; return the best, and what is above."""
    values = np.unique(feature)
    middles = (values[1:] + values[:-1]) / 2
    tries = [(threshold, above) for threshold in middles for above in (0, 1)]
    if not tries:
        raise ValueError(f"the feature is {values} everywhere; no threshold parts that")
    return max(tries, key=lambda rule: score(decide(feature, *rule), answers))


# --8<-- [end:best_threshold]


# --8<-- [start:tries]
def ink(images):
    """Return how dark the whole picture is, from 0 to 1: an 8 may take more ink."""
    return images.mean(axis=(1, 2))


def symmetry(images):
    """Return the share of ink that its mirror image covers: an 8 has two like sides."""
    mirrored = images[:, :, ::-1]
    return np.minimum(images, mirrored).sum(axis=(1, 2)) / images.sum(axis=(1, 2))


def ink_on_the_left(images):
    """Return the share of ink in the left half: a 3 is open there."""
    return images[:, :, :14].sum(axis=(1, 2)) / images.sum(axis=(1, 2))


# --8<-- [end:tries]


# --8<-- [start:enclosed]
def enclosed(images):
    """Return how many pixels of paper the ink encloses: an 8 has two holes, a 3 none.

    Water is poured on the edge and runs over paper; where it never comes is enclosed.
    """
    paper = np.pad(images < 0.5, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    wet = np.zeros_like(paper)
    wet[:, 0, 0] = True
    while True:
        spread = wet.copy()
        spread[:, 1:] |= wet[:, :-1]  # down
        spread[:, :-1] |= wet[:, 1:]  # up
        spread[:, :, 1:] |= wet[:, :, :-1]  # right
        spread[:, :, :-1] |= wet[:, :, 1:]  # left
        spread &= paper
        if np.array_equal(spread, wet):
            return np.sum(paper & ~wet, axis=(1, 2))
        wet = spread


# --8<-- [end:enclosed]
