"""Dates in the words of many languages, each with its ISO form: pairs to translate."""

# --8<-- [start:imports]
import re
from datetime import date, timedelta

import numpy as np
from babel.dates import format_date

# --8<-- [end:imports]


# --8<-- [start:dates]
# fmt: off
LANGUAGES = (
    "bg", "ca", "cs", "cy", "da", "de", "el", "en", "en_GB", "eo", "es", "et", "eu",
    "fi", "fr", "ga", "hr", "hu", "id", "is", "it", "lt", "lv", "nb", "nl", "pl",
    "pt", "ro", "ru", "sk", "sl", "sq", "sv", "sw", "tr", "uk",
)
# fmt: on
FORMS = ("medium", "long")  # "full" names the day of the week as well
CENTURIES = (1900, 2099)  # the first year and the last


def write_date(day, language, form):
    """Return a date as a language writes it, in small letters with plain spaces.

    Raises ValueError for a language or a form that is not there.
    """
    if language not in LANGUAGES or form not in (*FORMS, "full"):
        choice = f"{', '.join(LANGUAGES)}; forms are medium, long and full"
        raise ValueError(f"no dates in {language!r}, {form!r}; languages are {choice}")
    return " ".join(format_date(day, form, locale=language).lower().split())


def ways_to_write(forms=FORMS):
    """Return each (language, form) with the month in letters: no 21.11.2026."""
    every = [(language, form) for language in LANGUAGES for form in forms]
    samples = [write_date(date(2026, 11, 21), *way) for way in every]
    return [
        way for way, text in zip(every, samples) if len(re.findall(r"\d+", text)) == 2
    ]


def load_dates(training=20_000, held_out=2_000, forms=FORMS, seed=0):
    """Return training pairs and held-out pairs, each (text, ISO form).

    No date occurs twice, so none is in both parts. Each is written in one way, drawn at
    random. The pairs are the same in every run. Raises ValueError where the two
    centuries have too few dates.
    """
    random = np.random.RandomState(seed)  # the same in every version of NumPy
    first, last = date(CENTURIES[0], 1, 1), date(CENTURIES[1], 12, 31)
    dates, count = (last - first).days + 1, training + held_out
    if not 0 < count <= dates:
        raise ValueError(f"{count} dates were asked for; choose 1 to {dates}")
    days = [first + timedelta(int(n)) for n in random.permutation(dates)[:count]]
    ways = ways_to_write(forms)
    chosen = [ways[n] for n in random.randint(len(ways), size=count)]
    pairs = [(write_date(day, *way), day.isoformat()) for day, way in zip(days, chosen)]
    return pairs[:training], pairs[training:]


# --8<-- [end:dates]


# --8<-- [start:rows]
def in_rows(pairs, count):
    """Return longer pairs: `count` dates in a row, each row's texts joined by "; ".

    Their ISO forms are joined by ";". A remainder is left out.
    """
    rows = [pairs[start : start + count] for start in range(0, len(pairs), count)]
    rows = [row for row in rows if len(row) == count]
    return [
        ("; ".join(text for text, _ in row), ";".join(iso for _, iso in row))
        for row in rows
    ]


# --8<-- [end:rows]


# --8<-- [start:numbers]
TEXT = (  # every character of a text in words
    " (),-.0123456789;abcdefghijklmnopqrstuvwxyzáâäåçéëìíðóöøúûüýþāăąĉčēėěğīıĵľłőřśşš"
    "ūŭźžțʼΐάέήίαβγδεηικλμνοπρστυφωύабвгдежзийклмнопрстуфцчъьюяі’"
)
ISO = "-0123456789;"  # every character of ISO forms


def to_numbers(texts, characters, length=None):
    """Return (n, length) integers: a character's place from 1, then 0 to fill the row.

    The length is that of the longest text unless it is given. Raises ValueError for a
    text that is longer or empty, and for a character that is not among `characters`.
    """
    length = max(map(len, texts), default=0) if length is None else length
    places = {character: place for place, character in enumerate(characters, start=1)}
    numbers = np.zeros((len(texts), length), np.int64)
    for row, text in enumerate(texts):
        unknown = sorted(set(text) - places.keys())
        if unknown:
            raise ValueError(
                f"text {row}, {text!r}, has {unknown[0]!r}, which is not among the "
                f"known characters {characters!r}; leave it out or train with it"
            )
        if not 0 < len(text) <= length:
            advice = f"should have 1 to {length} characters; cut it, or leave it out"
            raise ValueError(f"text {row}, {text!r}, {advice}")
        numbers[row, : len(text)] = [places[character] for character in text]
    return numbers


def to_texts(numbers, characters):
    """Return the texts of (n, length) integers, each up to its first 0."""
    rows = (row[: (row == 0).argmax()] if (row == 0).any() else row for row in numbers)
    return ["".join(characters[place - 1] for place in row) for row in rows]


# --8<-- [end:numbers]
