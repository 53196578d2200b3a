"""Surnames of thirteen languages, as numbers for a network."""

# --8<-- [start:imports]
from importlib import import_module

import numpy as np

# --8<-- [end:imports]


# --8<-- [start:surnames]
LANGUAGES = {
    "Croatian": "hr_HR",
    "Czech": "cs_CZ",
    "Dutch": "nl_NL",
    "English": "en_GB",
    "Estonian": "et_EE",
    "Finnish": "fi_FI",
    "French": "fr_FR",
    "German": "de_DE",
    "Irish": "ga_IE",
    "Italian": "it_IT",
    "Slovak": "sk_SK",
    "Spanish": "es_ES",
    "Swedish": "sv_SE",
}
LONGEST = 16  # letters; the few longer surnames are left out


def load_surnames(most=400):
    """Return surnames to learn from and their languages, and a fifth kept for tests.

    Surnames are in small letters, languages are numbers. No surname is in both parts;
    some belong to several languages. The lists are those of the package Faker.
    """
    random = np.random.RandomState(0)  # the same in every version of NumPy
    pairs = []
    for number, locale in enumerate(LANGUAGES.values()):
        person = import_module(f"faker.providers.person.{locale}").Provider
        names = sorted({name.lower() for name in person.last_names})
        names = [name for name in names if len(name) <= LONGEST]
        pairs += [(name, number) for name in random.permutation(names)[:most]]
    every = random.permutation(sorted({name for name, _ in pairs}))
    kept = set(every[: len(every) // 5])
    return split(pairs, lambda name: name not in kept) + split(pairs, kept.__contains__)


def split(pairs, wanted):
    """Return the wanted names as a list of text, and their languages as an array."""
    chosen = [(str(name), language) for name, language in pairs if wanted(name)]
    return [name for name, _ in chosen], np.array([number for _, number in chosen])


# --8<-- [end:surnames]


# --8<-- [start:to_rows]
def to_rows(names, letters):
    """Return names as rows of numbers, (names, 16): 0 is empty, letters count from 1.

    The empty places stand in front, so that the last step reads the last letter. Raises
    ValueError for a name that is empty, too long, or has an unknown letter.
    """
    rows = np.zeros((len(names), LONGEST), dtype=np.int64)
    for row, name in zip(rows, names, strict=True):
        unknown = sorted(set(name) - set(letters))
        if unknown or not 0 < len(name) <= LONGEST:
            problem = (
                f"unknown letters {unknown}" if unknown else f"{len(name)} letters"
            )
            raise ValueError(
                f"the name {name!r} has {problem}; use 1 to {LONGEST} of {letters!r}"
            )
        row[-len(name) :] = [letters.index(letter) + 1 for letter in name]
    return rows


# --8<-- [end:to_rows]


# --8<-- [start:bags]
def to_bags(rows, letters):
    """Return how often each letter is in each row, (rows, letters): order is lost."""
    counts = [(rows == number).sum(axis=1) for number in range(1, len(letters) + 1)]
    return np.stack(counts, axis=1).astype(np.float32)


# --8<-- [end:bags]


# --8<-- [start:last_letters]
def last_letters(rows, count):
    """Return rows in which only the last `count` letters of each name are left."""
    return np.where(np.arange(LONGEST) >= LONGEST - count, rows, 0)


# --8<-- [end:last_letters]
