"""The demo that writes surnames: its chances are both frameworks', in any hands."""

import json

import numpy as np
import pytest
from browsing import PHONE, stop_clock, until
from demos import ROOT

from tools import live_names, records

GOLDEN = json.loads((ROOT / "tests" / "live" / "names.json").read_text("utf-8"))
PLACE = ("recurrence/", "names")


@pytest.fixture(scope="module")
def weights():
    return records.model_path(ROOT, "names").read_bytes()


def test_tensorflow_gives_the_golden_chances(weights):
    tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    from lessons.recurrence.writing_tensorflow import Writer

    parts = live_names.arrays(weights)
    symbols, width = parts["embedding"].shape
    writer = Writer(symbols, len(parts["U"]), width)
    writer(np.zeros((1, 1), np.int64))  # which builds it
    names = ("embedding", "W", "U", "b", "scores", "bias")
    writer.set_weights([parts[name] for name in names])
    for case in GOLDEN:
        given = live_names.symbols_of(weights, case["language"], case["name"])
        scores = writer(given)[0, -1, : len(case["chances"])] / case["temperature"]
        np.testing.assert_allclose(tf.nn.softmax(scores), case["chances"], atol=1e-5)


def test_the_lessons_own_step_gives_the_golden_chances(weights):
    from lessons.recurrence.numpy import lstm_step, unroll
    from lessons.recurrence.writing import softmax

    parts = live_names.arrays(weights)
    start = np.zeros((2, 1, len(parts["U"])))
    for case in GOLDEN:
        given = live_names.symbols_of(weights, case["language"], case["name"])
        inputs = parts["embedding"][given].transpose(1, 0, 2)
        hidden = unroll(lstm_step, inputs, start, [parts[name] for name in "WUb"])[-1]
        scores = (hidden @ parts["scores"] + parts["bias"])[0, : len(case["chances"])]
        np.testing.assert_allclose(softmax(scores, case["temperature"]), case["chances"], atol=1e-5)


def test_the_page_counts_the_demos_parameters(weights):
    count = sum(array.size for array in live_names.arrays(weights).values())
    page = (ROOT / "docs" / "recurrence.md").read_text("utf-8")
    assert f"network of {count:,} parameters writes surnames" in page


def test_the_demo_knows_the_lessons_letters_and_languages(weights):
    from lessons.recurrence.names import LANGUAGES, LONGEST, load_surnames

    names, _, more, _ = load_surnames()
    letters, languages = live_names.about(weights)
    assert letters == "".join(sorted(set("".join(names + more))))
    assert languages == list(LANGUAGES)
    text = (ROOT / "docs" / "live" / "recurrent.js").read_text("utf-8")
    assert f"LONGEST = {LONGEST};" in text


def test_it_writes_names_that_end_and_differ_by_language(weights):
    """Finnish names end in vowels and -nen, Croatian ones in -ić: the network knows."""
    from lessons.recurrence.names import load_surnames
    from lessons.recurrence.writing import write

    parts = live_names.arrays(weights)
    letters, _ = live_names.about(weights)
    given = parts["embedding"], [parts[n] for n in "WUb"], parts["scores"], parts["bias"]
    random = np.random.default_rng(0)
    shares, every = {}, []
    for language, end in (("Finnish", "nen"), ("Croatian", "ić")):
        (start,) = live_names.symbols_of(weights, language, "")
        written = [write(given, start, 16, 0.7, random, stop=0) for _ in range(60)]
        names = ["".join(letters[n - 1] for n in name) for name in written]
        every += names
        assert np.mean([1 < len(name) < 16 for name in names]) > 0.8
        shares[language] = np.mean([name.endswith(end) for name in names])
        shares[f"{language} elsewhere"] = np.mean([name.endswith("ová") for name in names])
    known, _, more, _ = load_surnames()
    assert np.mean([name in known + more for name in every]) < 0.4  # "most is not"
    assert shares["Finnish"] > 0.15 and shares["Croatian"] > 0.25
    assert shares["Finnish elsewhere"] < 0.1 and shares["Croatian elsewhere"] < 0.1


# The reader ----------------------------------------------------------------------------------


def ask(page, what):
    return page.evaluate(f"document.querySelector('live-demo[name=names]').demo.{what}()")


def press(page, name):
    page.locator("live-demo[name=names]").get_by_role("button", name=name, exact=True).click()


def status(page):
    return page.locator("live-demo[name=names] .live-status").inner_text()


@pytest.mark.browser
def test_it_starts_as_the_still_picture_and_shows_the_golden_chances(demo):
    page = demo(*PLACE)
    assert ask(page, "name") == "sch"
    np.testing.assert_allclose(ask(page, "chances"), GOLDEN[0]["chances"], atol=1e-6)
    first = page.locator("live-demo[name=names] .live-bars li").first
    letters = live_names.about(records.model_path(ROOT, "names").read_bytes())[0]
    best = int(np.argmax(GOLDEN[0]["chances"]))
    assert first.locator("button").inner_text() == ("end" if best == 0 else letters[best - 1])
    assert f"{100 * max(GOLDEN[0]['chances']):.1f} %" in first.inner_text()
    assert status(page) == ""  # nobody asked yet


@pytest.mark.browser
def test_mouse_and_keys_write_a_name(demo):
    page = demo(*PLACE)
    press(page, "Start again")
    assert ask(page, "name") == ""
    press(page, "Next letter")
    assert len(ask(page, "name")) == 1 or ask(page, "ended")
    bar = page.locator("live-demo[name=names] .live-bars button").nth(1)
    press(page, "Start again")
    letter = bar.inner_text()
    bar.focus()
    page.keyboard.press("Enter")
    assert ask(page, "name") == letter
    assert page.evaluate("document.activeElement.closest('.live-bars') !== null")
    press(page, "Write a name")  # at once, since the visitor wants less motion
    until(page, lambda: ask(page, "ended"))
    written = ask(page, "name")
    assert status(page).lower() == f"written: {written}."
    assert written in page.locator(".live-names-list li").first.inner_text().lower()


@pytest.mark.browser
def test_a_language_and_a_temperature_change_the_chances(demo):
    page = demo(*PLACE)
    page.locator(".live-names select").select_option("Irish")
    assert ask(page, "name") == ""
    before = max(ask(page, "chances"))
    slider = page.locator(".live-names input")
    slider.focus()
    page.keyboard.press("Home")
    assert page.locator(".live-names output").inner_text() == "0.2"
    assert max(ask(page, "chances")) > before


@pytest.mark.browser
def test_letters_come_one_by_one_and_can_be_stopped(demo):
    page = demo(*PLACE, reduced_motion="no-preference", clock=True)
    page.evaluate("document.querySelector('live-demo[name=names]').demo.seed(() => 0.99)")
    press(page, "Start again")
    stop_clock(page)
    press(page, "Write a name")
    assert len(ask(page, "name")) == 1
    page.clock.run_for(300)
    assert len(stopped := ask(page, "name")) == 2
    press(page, "Pause")
    page.clock.run_for(700)
    assert ask(page, "name") == stopped


@pytest.mark.browser
def test_it_fits_a_phone_with_the_longest_name(demo):
    page = demo(*PLACE, viewport=PHONE)
    press(page, "Start again")
    for _ in range(16):
        press(page, "m") if page.get_by_role("button", name="m", exact=True).count() else press(
            page, "Next letter"
        )
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
