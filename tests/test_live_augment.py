"""The demo of changes: its pixels are the lesson's, and a mouse, a finger and keys change them."""

import json
from base64 import b64decode

import numpy as np
import pytest
from browsing import PHONE, until
from demos import LIVE, ROOT

PLACE = ("transfer/", "augment")


@pytest.fixture(scope="module")
def golden():
    return json.loads((ROOT / "tests" / "live" / "augment.json").read_text("utf-8"))


def photograph():
    """The picture as the page's own file has it."""
    text = (LIVE / "augment_picture.js").read_text("utf-8")
    pixels = np.frombuffer(b64decode(text.split('"')[1]), np.uint8)
    return pixels.reshape(64, 64, 3) / 255


def batch(golden):
    """The photograph once for each draw, and the draws as arrays."""
    cases = golden["cases"]
    draws = {name: np.array([case["draw"][name] for case in cases]) for name in cases[0]["draw"]}
    return np.repeat(photograph()[None], len(cases), axis=0), draws


def compare(pictures, golden, tolerance):
    found = pictures.reshape(len(pictures), -1)[:, golden["places"]]
    expected = [case["pixels"] for case in golden["cases"]]
    np.testing.assert_allclose(found, expected, atol=tolerance)


def test_the_pixels_are_pytorchs(golden):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from lessons.transfer.augmentation_torch import change_batch

    pictures, draws = batch(golden)
    compare(change_batch(torch.from_numpy(pictures), draws).numpy(), golden, 1e-6)


def test_the_pixels_are_tensorflows(golden):
    tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    from lessons.transfer.augmentation_tensorflow import change_batch

    pictures, draws = batch(golden)  # its moves are in float32
    compare(change_batch(tf.constant(pictures), draws).numpy(), golden, 1e-4)


def test_the_picture_is_the_cat_in_the_package():
    from tools import live_augment

    np.testing.assert_array_equal(photograph() * 255, live_augment.photograph())


# The reader ----------------------------------------------------------------------------------


def numbers(page):
    return page.evaluate("document.querySelector('live-demo[name=augment]').demo.numbers()")


def pixels(page):
    return np.array(
        page.evaluate("document.querySelector('live-demo[name=augment]').demo.pixels()")
    )


@pytest.mark.browser
def test_sliders_change_the_picture_and_it_can_be_undone(demo):
    page = demo(*PLACE)
    np.testing.assert_allclose(pixels(page), photograph().ravel(), atol=1e-9)
    page.get_by_label("Mirror").check()
    mirrored = photograph()[:, ::-1].ravel()
    np.testing.assert_allclose(pixels(page), mirrored, atol=1e-9)
    turn = page.get_by_label("Turn", exact=True)
    turn.focus()
    page.keyboard.press("End")
    assert numbers(page)["degrees"] == 30 and turn.get_attribute("aria-valuetext") == "30°"
    assert not np.allclose(pixels(page), mirrored)
    until(page, lambda: "changed" in page.locator("live-demo .live-status").inner_text())
    page.get_by_role("button", name="Change nothing").click()
    np.testing.assert_allclose(pixels(page), photograph().ravel(), atol=1e-9)


@pytest.mark.browser
def test_a_random_draw_can_be_chosen(demo):
    page = demo(*PLACE)
    copies = page.locator(".live-augment-copies button")
    assert copies.count() == 12
    copies.nth(3).click()
    assert copies.nth(3).get_attribute("aria-pressed") == "true"
    first = numbers(page)
    assert -30 <= first["degrees"] <= 30 and first["degrees"] != 0
    page.get_by_role("button", name="Draw at random").click()
    page.locator(".live-augment-copies button").nth(3).click()
    assert numbers(page) != first


@pytest.mark.browser
def test_a_finger_chooses_and_nothing_is_wider_than_the_phone(demo):
    page = demo(*PLACE, viewport=PHONE, has_touch=True)
    copy = page.locator(".live-augment-copies button").first
    copy.scroll_into_view_if_needed()
    copy.tap()
    assert numbers(page)["zoom"] < 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.browser
def test_nothing_is_read_out_before_the_reader_did_anything(demo):
    page = demo(*PLACE)
    page.wait_for_timeout(900)
    assert page.locator("live-demo .live-status").inner_text() == ""
