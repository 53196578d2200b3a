"""The demo of dates: its answers are those of both frameworks; keys, mouse and finger use it."""

import json
import re

import numpy as np
import pytest
from browsing import PHONE, until
from demos import LIVE, ROOT
from safetensors.numpy import load

from lessons.dates import ISO, TEXT, load_dates, to_numbers, to_texts
from tools import live_dates

PLACE = ("attention/", "dates")
WEIGHTS = LIVE / "models" / "dates.safetensors"


@pytest.fixture(scope="module")
def golden():
    return json.loads((ROOT / "tests" / "live" / "dates.json").read_text("utf-8"))


def keras_arrays(arrays):
    """PyTorch's arrays by the name of Keras's layer, in Keras's layout and order."""

    def units(array):  # PyTorch has reset, update, new; Keras update, reset, new
        reset, update, fresh = np.split(array, 3)
        return np.concatenate([update, reset, fresh])

    def recurrent(name, direction=""):
        parts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        found = [units(arrays[f"{name}.{part}_l0{direction}"]) for part in parts]
        return [found[0].T, found[1].T, np.stack(found[2:])]

    return {
        "read": [arrays["read.weight"]],
        "encoder": recurrent("encoder") + recurrent("encoder", "_reverse"),
        "bridge": [arrays["bridge.weight"].T, arrays["bridge.bias"]],
        "write": [arrays["write.weight"]],
        "decoder": recurrent("decoder"),
        "query": [arrays["query.weight"].T],
        "key": [arrays["key.weight"].T],
        "score": [arrays["score.weight"].T, arrays["score.bias"]],
    }


def test_tensorflow_writes_the_same(golden):
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    from lessons.attention.tensorflow import Translator, translate

    network = Translator(len(TEXT), len(ISO), attention=True)
    arrays = {name: array.astype(np.float32) for name, array in load(WEIGHTS.read_bytes()).items()}
    for name, found in keras_arrays(arrays).items():
        getattr(network, name).set_weights(found)
    import tensorflow as tf

    texts = [case["text"] for case in golden]
    answers, shares = translate(network, tf.constant(to_numbers(texts, TEXT)), live_dates.STEPS)
    for case, said, share in zip(golden, to_texts(answers, ISO), shares):
        steps = case["steps"]
        assert said == "".join(step["character"] for step in steps)
        for step, row in zip(steps, share):
            np.testing.assert_allclose(row[: len(case["text"])], step["shares"], atol=1e-4)


def test_pytorch_writes_the_same(golden):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    for case in golden:
        again = live_dates.translated(WEIGHTS.read_bytes(), case["text"])
        for step, wanted in zip(again["steps"], case["steps"], strict=True):
            assert step["character"] == wanted["character"]
            np.testing.assert_allclose(step["shares"], wanted["shares"], atol=1e-5)


def test_the_examples_were_not_trained_on():
    text = (LIVE / "dates.js").read_text("utf-8")
    examples = re.findall(r'\["\w+", "([^"]+)"\]', text[: text.index("];")])
    assert len(examples) == 7
    pytest.importorskip("torch", reason="PyTorch is not installed")
    said = [live_dates.translated(WEIGHTS.read_bytes(), each)["steps"] for each in examples]
    said = ["".join(step["character"] for step in steps) for steps in said]
    right = ["2027-03-14", "1931-06-03", "2044-08-09", "1968-05-05", "1912-09-17", "2026-11-21"]
    assert said[:6] == right
    dates = {*right, "2026-10-21"}  # the last may go wrong: the page says so
    assert not dates & {iso for _, iso in load_dates()[0]}


# The reader ----------------------------------------------------------------------------------


def answer(page):
    return page.locator("live-demo .live-answer b").inner_text()


@pytest.mark.browser
def test_what_is_typed_is_translated_and_read_out_once(demo):
    page = demo(*PLACE)
    assert answer(page) == "2026-11-21"
    page.wait_for_timeout(900)
    assert page.locator("live-demo .live-status").inner_text() == ""
    page.get_by_label("A date in words").fill("March 14, 2027")
    assert answer(page) == "2027-03-14"
    assert page.locator("live-demo tbody tr").count() == 10
    assert page.locator("live-demo thead th").count() == len("march 14, 2027")
    status = page.locator("live-demo .live-status")
    until(page, lambda: "2027-03-14" in status.inner_text())


@pytest.mark.browser
def test_examples_and_strange_characters(demo):
    page = demo(*PLACE)
    page.get_by_role("button", name="hrvatski").click()
    assert answer(page) in {"2026-10-21", "2026-11-21"}
    assert page.get_by_role("button", name="hrvatski").get_attribute("aria-pressed") == "true"
    page.get_by_label("A date in words").fill("7 ☃")
    assert "It never saw “☃”" in page.locator("live-demo .live-answer").inner_text()
    assert page.get_by_role("slider").is_disabled()
    page.get_by_label("A date in words").fill("")
    assert "Nothing is typed" in page.locator("live-demo .live-answer").inner_text()
    page.get_by_label("A date in words").fill("<b>")
    assert page.locator("live-demo .live-answer").inner_text().startswith("It never saw “<”")


@pytest.mark.browser
def test_mouse_and_keys_choose_a_row(demo):
    page = demo(*PLACE)
    rows = page.locator("live-demo tbody tr")
    rows.nth(2).locator("td").first.hover()
    assert page.locator("live-demo .live-dates-faded").count() == 9
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    assert page.locator("live-demo .live-dates-faded").count() == 0
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext").startswith("2: most on")


@pytest.mark.browser
def test_a_finger_uses_it_and_nothing_is_wider_than_the_phone(demo):
    page = demo(*PLACE, viewport=PHONE, has_touch=True)
    page.get_by_role("button", name="euskara").tap()
    assert answer(page) == "1968-05-05"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
