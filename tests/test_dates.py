"""The dates are written as Babel writes them, mean one day each, and are split as is said."""

import re
from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons import dates


@pytest.fixture(scope="module")
def parts():
    return dates.load_dates()


def test_the_parts_have_their_sizes_and_no_date_in_common(parts):
    training, held_out = parts
    assert (len(training), len(held_out)) == (20_000, 2_000)
    every = [iso for part in parts for _, iso in part]
    assert len(set(every)) == len(every)
    assert min(every) >= "1900-01-01" and max(every) <= "2099-12-31"


def test_the_pairs_are_the_same_in_every_run(parts):
    assert parts[0][:3] == [
        ("10 октомври 1999 г.", "1999-10-10"),
        ("5 april 1977", "1977-04-05"),
        ("13 ιουνίου 2017", "2017-06-13"),
    ]
    assert dates.load_dates(30, 10) == dates.load_dates(30, 10) != dates.load_dates(30, 10, seed=1)


def test_every_way_to_write_is_drawn_and_no_month_is_a_number(parts):
    assert (
        len(dates.ways_to_write()) == 66 and len(dates.ways_to_write((*dates.FORMS, "full"))) == 102
    )
    for text, iso in (*parts[0], *parts[1]):
        assert len(re.findall(r"\d+", text)) == 2, text
        assert iso[:4] in text and str(int(iso[8:])) in text
    text, iso = dates.load_dates(1, 1, forms=("full",))[0][0]
    assert len(text) > 15


def test_no_text_stands_for_two_dates_and_every_character_is_known():
    meanings, seen = defaultdict(set), set(";")
    for way in dates.ways_to_write((*dates.FORMS, "full")):
        for day in range(0, 7 * 366, 2 if "full" in way else 3):
            day = date(2023, 1, 1) + timedelta(day)
            meanings[text := dates.write_date(day, *way)].add(day)
            seen |= set(text)
    assert not [text for text, days in meanings.items() if len(days) > 1]
    assert seen == set(dates.TEXT) and len(dates.TEXT) == len(seen)
    assert "".join(sorted(dates.ISO)) == dates.ISO


def test_november_is_not_october():
    """Polish and Croatian share a word; Babel's forms tell them apart by a dot."""
    assert dates.write_date(date(2026, 11, 21), "pl", "long") == "21 listopada 2026"
    assert dates.write_date(date(2026, 10, 21), "hr", "long") == "21. listopada 2026."


def test_rows_join_as_many_dates_and_drop_the_rest():
    pairs = [(str(n), f"i{n}") for n in range(5)]
    assert dates.in_rows(pairs, 2) == [("0; 1", "i0;i1"), ("2; 3", "i2;i3")]
    assert dates.in_rows(pairs, 1) == pairs and dates.in_rows(pairs, 6) == []


@settings(deadline=None)
@given(st.lists(st.text(dates.TEXT, min_size=1, max_size=9), max_size=6), st.integers(0, 3))
def test_numbers_and_texts_go_both_ways(texts, more):
    longest = max(map(len, texts), default=0)
    numbers = dates.to_numbers(texts, dates.TEXT, longest + more)
    assert numbers.shape == (len(texts), longest + more) and numbers.dtype == np.int64
    assert dates.to_texts(numbers, dates.TEXT) == texts
    lengths = [len(text) for text in texts]
    assert (numbers > 0).sum(axis=1).tolist() == lengths


def test_what_cannot_be_written_says_why():
    with pytest.raises(ValueError, match=r"text 1, 'maj ☃', has '☃', which is not among"):
        dates.to_numbers(["maj", "maj ☃"], dates.TEXT)
    with pytest.raises(ValueError, match=r"text 0, '2026', should have 1 to 3 characters; cut it"):
        dates.to_numbers(["2026"], dates.ISO, 3)
    with pytest.raises(ValueError, match=r"text 1, '', should have 1 to 4 characters"):
        dates.to_numbers(["2026", ""], dates.ISO)
    with pytest.raises(ValueError, match=r"no dates in 'tlh', 'long'; languages are bg, ca"):
        dates.write_date(date(2026, 11, 21), "tlh", "long")
    with pytest.raises(ValueError, match=r"forms are medium, long and full"):
        dates.load_dates(2, 1, forms=("short",))
    with pytest.raises(ValueError, match=r"80000 dates were asked for; choose 1 to 73049"):
        dates.load_dates(70_000, 10_000)
