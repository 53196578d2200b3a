"""Changes to photographs from scratch: moves, colours, blur, erasing, and draws."""

# --8<-- [start:imports]
import numpy as np

# --8<-- [end:imports]


# --8<-- [start:draw_changes]
def draw_changes(random, count, strength=1.0):
    """Return how each of `count` pictures is to be changed: a dictionary of arrays.

    With a strength of 0 nothing changes but that half of the pictures are mirrored.
    """

    def between(low, high):
        return random.uniform(low, high, count)

    return {
        "flip": random.integers(0, 2, count).astype(float),  # 1: mirrored
        "zoom": 1 - strength * between(0, 0.3),  # the share of each edge that is kept
        "down": strength * between(-0.1, 0.1),  # where from, as a share of the edge
        "right": strength * between(-0.1, 0.1),
        "degrees": strength * between(-30, 30),  # clockwise
        "saturation": 1 + strength * between(-0.3, 0.3),
        "contrast": 1 + strength * between(-0.3, 0.3),
        "brightness": 1 + strength * between(-0.2, 0.2),
        "blur": 0.01 + strength * between(0, 0.99),  # the Gaussian's width, in pixels
        "row": between(0, 1),  # the middle of the patch that is erased
        "column": between(0, 1),
        "erase": strength * between(0, 0.4),  # its edge, as a share of the picture's
    }


# --8<-- [end:draw_changes]


# --8<-- [start:move]
def move(picture, flip, zoom, down, right, degrees):
    """Mirror, crop and turn (height, width, 3) in one change of coordinates."""
    height, width = picture.shape[:2]
    rows, columns = np.indices((height, width), dtype=float)
    y, x = rows - (height - 1) / 2, columns - (width - 1) / 2  # from the middle
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    mirror = 1 - 2 * flip
    source_y = zoom * (cosine * y - sine * mirror * x) + down * height
    source_x = zoom * (sine * y + cosine * mirror * x) + right * width
    return sample(picture, source_y + (height - 1) / 2, source_x + (width - 1) / 2)


# --8<-- [end:move]


# --8<-- [start:sample]
def sample(picture, rows, columns):
    """Read a picture between its pixels, weighing the four nearest; edges go on."""
    height, width = picture.shape[:2]
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    top = np.minimum(rows.astype(int), height - 2)
    left = np.minimum(columns.astype(int), width - 2)
    down, right = (rows - top)[..., None], (columns - left)[..., None]
    upper = picture[top, left] * (1 - right) + picture[top, left + 1] * right
    lower = picture[top + 1, left] * (1 - right) + picture[top + 1, left + 1] * right
    return upper * (1 - down) + lower * down


# --8<-- [end:sample]


# --8<-- [start:colour]
GREY = (0.299, 0.587, 0.114)  # how bright red, green and blue look


def colour(picture, saturation, contrast, brightness):
    """Move each pixel from its grey, then from the mean grey, then from black."""
    grey = (picture @ np.array(GREY))[..., None]
    picture = grey + saturation * (picture - grey)
    mean = grey.mean()
    picture = mean + contrast * (picture - mean)
    return np.clip(brightness * picture, 0, 1)


# --8<-- [end:colour]


# --8<-- [start:blur]
def soften(picture, blur):
    """Average each pixel with its neighbours, by a Gaussian `blur` pixels wide."""
    steps = np.arange(-3, 4)
    weights = np.exp(-(steps**2) / (2 * blur**2))
    weights /= weights.sum()
    for axis in (0, 1):
        margins = [(3, 3) if axis == each else (0, 0) for each in range(3)]
        wide = np.pad(picture, margins, mode="edge")
        picture = sum(
            weight * wide.take(range(step + 3, step + 3 + picture.shape[axis]), axis)
            for weight, step in zip(weights, steps)
        )
    return picture


# --8<-- [end:blur]


# --8<-- [start:erase]
def cover(picture, row, column, erase):
    """Paint a grey square, `erase` of the picture's edge wide, over a place in it."""
    height, width = picture.shape[:2]
    rows, columns = np.indices((height, width))
    down = np.abs(rows + 0.5 - row * height) < erase * height / 2
    across = np.abs(columns + 0.5 - column * width) < erase * width / 2
    return np.where((down & across)[..., None], 0.5, picture)


# --8<-- [end:erase]


# --8<-- [start:change]
def change(picture, draw):
    """Change a picture (height, width, 3) in [0, 1] as one draw says.

    Raises ValueError where the picture has another shape or the draw lacks a number.
    """
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(f"a picture is (height, width, 3), not {picture.shape}")
    if missing := set(draw_changes(np.random.default_rng(0), 1)) - set(draw):
        raise ValueError(f"the draw lacks {', '.join(sorted(missing))}; add them")

    def pick(*names):
        return [draw[name] for name in names]

    picture = move(picture, *pick("flip", "zoom", "down", "right", "degrees"))
    picture = colour(picture, *pick("saturation", "contrast", "brightness"))
    return cover(soften(picture, draw["blur"]), *pick("row", "column", "erase"))


# --8<-- [end:change]


# --8<-- [start:choose]
def choose(labels, count, random):
    """Return the places of `count` randomly chosen examples of each class, in order.

    Raises ValueError where a class has fewer.
    """
    chosen = []
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        if len(places) < count:
            raise ValueError(f"class {label} has {len(places)} examples, not {count}")
        chosen.append(random.permutation(places)[:count])
    return np.concatenate(chosen)


# --8<-- [end:choose]


# --8<-- [start:learning_rates]
def learning_rates(peak, steps):
    """Return the rate of each step: up a line for 3/10, then down half a cosine."""
    warm = max(1, 3 * steps // 10)
    up = np.arange(1, warm + 1) / warm
    down = (1 + np.cos(np.pi * np.arange(1, steps - warm + 1) / (steps - warm + 1))) / 2
    return (peak * np.concatenate([up, down])).tolist()


# --8<-- [end:learning_rates]


# --8<-- [start:fit_head]
def fit_head(features, labels, classes, steps=200, rate=0.01, decay=0.1):
    """Return weights (channels, classes) and biases of a dense layer for classes.

    Features are (n, channels), as many of each class; the optimizer is Adam with
    weight decay. Raises ValueError where a label is not one of 0 to classes - 1, and
    where a class has more examples than another, or none.
    """
    if wrong := [label for label in labels if not 0 <= label < classes]:
        raise ValueError(f"label {wrong[0]} is none of 0 to {classes - 1}; fix labels")
    counts = np.bincount(labels, minlength=classes)
    if not counts[0] or counts.min() < counts.max():
        raise ValueError(f"give as many of each class, and some, not {counts.tolist()}")
    mean, spread = features.mean(axis=0), features.std()
    inputs, wanted = (features - mean) / spread, np.eye(classes)[labels]
    weights = moment = square = np.zeros((features.shape[1], classes))
    for step in range(1, steps + 1):
        scores = inputs @ weights
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        gradient = inputs.T @ (shares - wanted) / len(inputs)
        moment = 0.9 * moment + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        size = np.sqrt(square / (1 - 0.999**step)) + 1e-8
        weights = (1 - rate * decay) * weights
        weights -= rate * moment / (1 - 0.9**step) / size
    return weights / spread, -mean @ weights / spread


# --8<-- [end:fit_head]
