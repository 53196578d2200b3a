"""Surnames as sequences that a writer can continue: language, letters, end."""

import numpy as np


# --8<-- [start:sequences]
def to_sequences(rows, languages, letters):
    """Return a sequence for each name: its language, its letters, zeros for its end.

    Rows hold letters from 1 on, with zeros in front, (names, 16); the result is (names,
    18). The languages count on from the last letter. Raises ValueError for a language
    below 0, and for another number of languages than of names.
    """
    if len(languages) != len(rows):
        raise ValueError(f"{len(rows)} names and {len(languages)} languages do not fit")
    if len(languages) and np.min(languages) < 0:
        problem = f"language {np.min(languages)} at place {np.argmin(languages)}"
        raise ValueError(f"{problem} is below 0; number the languages from 0 on")
    sequences = np.zeros((len(rows), rows.shape[1] + 2), dtype=np.int64)
    sequences[:, 0] = 1 + len(letters) + np.asarray(languages)
    for sequence, row in zip(sequences, rows, strict=True):
        name = row[row > 0]
        sequence[1 : 1 + len(name)] = name
    return sequences


# --8<-- [end:sequences]
