"""What a map of attention says about a date, and how answers fare by length."""

# --8<-- [start:reading_imports]
import re

import numpy as np

# --8<-- [end:reading_imports]


# --8<-- [start:lengths]
LENGTHS = ((1, 13), (14, 17), (18, 99))  # short, middling and long texts, in characters


def exact_by_length(texts, right, lengths=LENGTHS):
    """Return the share of right answers in each group of texts, a group by its ends."""
    found = np.array([len(text) for text in texts])
    groups = [(low <= found) & (found <= high) for low, high in lengths]
    return [float(np.mean(np.asarray(right)[group])) for group in groups]


# --8<-- [end:lengths]


# --8<-- [start:read]
STEPS = {"year": (0, 4), "month": (5, 7), "day": (8, 10)}  # in an ISO form


def roles(text):
    """Return for each character of a date whether it is of the year, month or day."""
    found = ["" if not character.isalpha() else "month" for character in text]
    for digits in re.finditer(r"\d+", text):
        name = "year" if len(digits[0]) == 4 else "day"
        found[digits.start() : digits.end()] = [name] * len(digits[0])
    return np.array(found)


def aligned(texts, shares):
    """Return, by part, how often the largest share lies on that part of the text.

    The shares are (texts, steps, places); the texts are dates, ten steps each.
    """
    hits = {name: [] for name in STEPS}
    for text, rows in zip(texts, shares):
        places = roles(text)[rows[:10, : len(text)].argmax(axis=1)]
        for name, (start, end) in STEPS.items():
            hits[name].append(places[start:end] == name)
    return {name: float(np.mean(found)) for name, found in hits.items()}


# --8<-- [end:read]
