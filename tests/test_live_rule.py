"""The demo of rules: its numbers are both frameworks', and a mouse, a finger and keys move it."""

import json
from base64 import b64decode

import numpy as np
import pytest
from browsing import PHONE, until
from demos import LIVE, ROOT

from lessons.introduction import numpy as rules
from tools import live_rule

PLACE = ("introduction/", "rule")


@pytest.fixture(scope="module")
def golden():
    return json.loads((ROOT / "tests" / "live" / "rule.json").read_text("utf-8"))


def stored():
    """The pairs as the page's own file has them."""
    text = (LIVE / "rule_digits.js").read_text("utf-8")
    return json.loads(text[text.index("[") :].rstrip(";\n").replace(",\n]", "\n]"))


def pictures(pair, name):
    bits = np.unpackbits(np.frombuffer(b64decode(pair[name]), np.uint8))
    return bits.reshape(-1, 28, 28).astype(float)


def test_the_neurons_sums_are_tensorflows(golden):
    tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    for pair, expected in zip(stored(), golden, strict=True):
        weights = np.frombuffer(b64decode(pair["weights"]), np.int8) * pair["scale"]
        held = tf.constant(pictures(pair, "held").reshape(-1, 784))
        sums = tf.linalg.matvec(held, tf.constant(weights)) + pair["bias"]
        np.testing.assert_allclose(sums.numpy(), expected["sums"], atol=1e-6)


def test_the_neurons_sums_are_pytorchs(golden):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    for pair, expected in zip(stored(), golden, strict=True):
        weights = np.frombuffer(b64decode(pair["weights"]), np.int8) * pair["scale"]
        held = torch.tensor(pictures(pair, "held").reshape(-1, 784))
        sums = held @ torch.tensor(weights) + pair["bias"]
        np.testing.assert_allclose(sums.numpy(), expected["sums"], atol=1e-6)


def test_the_features_are_the_lessons(golden):
    for pair, expected in zip(stored(), golden, strict=True):
        for feature in expected["features"]:
            for name in ("seen", "held"):
                found = getattr(rules, feature["name"])(pictures(pair, name))
                np.testing.assert_allclose(found, feature[name], atol=1e-8)


def test_the_digits_that_judge_are_held_out_and_the_others_are_not():
    from lessons.data import load_digits

    images, labels, held_images, held_labels = load_digits()
    for pair in stored():
        for name, some, names in (("seen", images, labels), ("held", held_images, held_labels)):
            packed = {(image >= 0.5).tobytes(): label for image, label in zip(some, names)}
            found = [packed[image.astype(bool).tobytes()] for image in pictures(pair, name)]
            half = len(found) // 2
            assert found == [pair["digits"][0]] * half + [pair["digits"][1]] * half
    assert live_rule.HELD == 100


# The reader ----------------------------------------------------------------------------------


def scores(page):
    return page.evaluate("document.querySelector('live-demo[name=rule]').demo.scores()")


def expected_scores(golden, pair, feature):
    sums = np.array(golden[pair]["sums"]) > 0
    return [
        golden[pair]["features"][feature]["right"][1],
        int(np.sum(sums == live_rule.answers(100))),
    ]


@pytest.mark.browser
def test_the_best_threshold_of_each_feature_scores_as_in_python(demo, golden):
    page = demo(*PLACE)
    for pair, name in enumerate(("0 or 1", "3 or 8")):
        page.get_by_role("button", name=name).click()
        for feature in range(5):
            page.get_by_label("Feature", exact=True).select_option(str(feature))
            page.get_by_role("button", name="Best threshold").click()
            assert scores(page) == expected_scores(golden, pair, feature), (name, feature)
    assert (
        "an 8 if enclosed paper is more than" in page.locator("live-demo .live-answer").inner_text()
    )


@pytest.mark.browser
def test_mouse_and_keys_move_the_threshold(demo):
    page = demo(*PLACE)
    start = scores(page)
    field = page.locator(".live-rule-field canvas")
    box = field.bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 50, steps=5)
    page.mouse.up()
    far = scores(page)
    assert far[0] < start[0] and far[1] == start[1]
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    least = float(slider.get_attribute("aria-valuetext"))
    page.keyboard.press("End")
    assert float(slider.get_attribute("aria-valuetext")) > least
    status = page.locator("live-demo .live-status")
    until(page, lambda: "held-out digits right; the neuron: 100" in status.inner_text())


@pytest.mark.browser
def test_a_finger_moves_it_and_nothing_is_wider_than_the_phone(demo):
    page = demo(*PLACE, viewport=PHONE, has_touch=True)
    field = page.locator(".live-rule-field canvas")
    field.scroll_into_view_if_needed()
    start, box = scores(page), field.bounding_box()
    page.touchscreen.tap(box["x"] + 0.97 * box["width"], box["y"] + 20)
    assert scores(page)[0] < start[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.browser
def test_nothing_is_read_out_before_the_reader_did_anything(demo):
    page = demo(*PLACE)
    page.wait_for_timeout(900)
    assert page.locator("live-demo .live-status").inner_text() == ""
