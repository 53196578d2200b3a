"""The demo of latent space: its pictures are both frameworks', and any reader can walk there."""

import json

import numpy as np
import pytest
from browsing import PHONE, until
from demos import ROOT
from test_browser import axe

from tools import live_latent, records

GOLDEN = json.loads((ROOT / "tests" / "live" / "latent.json").read_text("utf-8"))
PLACE = ("gan/", "latent")


def stored():
    """The arrays of the recorded weights, in float32."""
    from safetensors.numpy import load

    arrays = load(records.model_path(ROOT, "latent").read_bytes())
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def test_the_golden_pictures_are_pytorchs():
    pytest.importorskip("torch", reason="PyTorch is not installed")
    weights = records.model_path(ROOT, "latent").read_bytes()
    found = live_latent.paint(weights, np.array(GOLDEN["points"]))
    found = found.reshape(len(found), -1)[:, ::5]
    np.testing.assert_allclose(found, GOLDEN["pictures"], atol=1e-5)


def test_the_golden_pictures_are_tensorflows():
    tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    part, hidden = stored(), np.array(GOLDEN["points"], np.float32)
    hidden = tf.nn.relu(hidden @ part["dense.weight"].T + part["dense.bias"])
    hidden = tf.transpose(tf.reshape(hidden, (len(hidden), -1, 7, 7)), (0, 2, 3, 1))
    for name, end in (("first", tf.nn.relu), ("second", tf.sigmoid)):
        kernel = part[f"{name}.weight"].transpose(2, 3, 1, 0)
        size = 2 * hidden.shape[1]
        shape = (len(hidden), size, size, kernel.shape[2])
        hidden = end(tf.nn.conv2d_transpose(hidden, kernel, shape, 2) + part[f"{name}.bias"])
    found = hidden.numpy().reshape(len(hidden), -1)[:, ::5]
    np.testing.assert_allclose(found, GOLDEN["pictures"], atol=1e-5)


def test_the_golden_pictures_are_from_scratch():
    from lessons.generators import paint

    found = paint(stored(), np.array(GOLDEN["points"]))
    found = found.reshape(len(found), -1)[:, ::5]
    np.testing.assert_allclose(found, GOLDEN["pictures"], atol=1e-5)


def test_the_generator_is_small():
    assert sum(array.size for array in stored().values()) <= 60_000
    assert records.model_path(ROOT, "latent").stat().st_size <= 80_000


def test_every_place_has_the_usual_length_and_directions_are_square():
    for plane, *degrees in ((0, 0, 0), (3, 20, -50), (9, -90, 60)):
        found = live_latent.directions(plane, 16)
        np.testing.assert_allclose(found @ found.T, np.eye(3), atol=1e-12)
        assert np.linalg.norm(live_latent.point(plane, *degrees)) == pytest.approx(4)
    numbers = live_latent.normal_numbers(0, 4000)
    assert numbers.mean() == pytest.approx(0, abs=0.06)
    assert numbers.std() == pytest.approx(1, abs=0.04)


# The reader ----------------------------------------------------------------------------------


def ask(page, what):
    return page.evaluate(f"document.querySelector('live-demo[name=latent]').demo.{what}()")


def status(page):
    return page.locator("live-demo[name=latent] .live-status").inner_text()


@pytest.mark.browser
def test_sliders_walk_and_the_picture_is_the_golden_one(demo):
    page = demo(*PLACE)
    until(page, lambda: ask(page, "drawn") == live_latent.SIDE**2)
    page.get_by_label("Across", exact=True).fill("45")
    page.get_by_label("Up", exact=True).fill("-30")
    assert ask(page, "place") == {"plane": 1, "across": 45, "up": -30}
    at = GOLDEN["places"].index([0, 45, -30])
    np.testing.assert_allclose(ask(page, "picture")[::5], GOLDEN["pictures"][at], atol=1e-5)
    until(page, lambda: "45 degrees across, -30 degrees up" in status(page))


@pytest.mark.browser
def test_keys_walk_too(demo):
    page = demo(*PLACE)
    slider = page.get_by_label("Across", exact=True)
    slider.focus()
    page.keyboard.press("End")
    assert ask(page, "place")["across"] == live_latent.LONGITUDE
    page.keyboard.press("ArrowLeft")
    assert ask(page, "place")["across"] == live_latent.LONGITUDE - 1
    assert slider.get_attribute("aria-valuetext") == "89 degrees"


@pytest.mark.browser
def test_a_place_on_the_map_is_where_its_digit_comes_from(demo):
    page = demo(*PLACE)
    map_ = page.locator(".live-latent-frame canvas")
    map_.scroll_into_view_if_needed()
    box, side = map_.bounding_box(), live_latent.SIDE
    for column, row in ((0, 0), (4, 4), (8, 2)):
        x, y = ((n + 0.5) / side for n in (column, row))
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        place = ask(page, "place")
        shares = 2 * column / (side - 1) - 1, 1 - 2 * row / (side - 1)
        assert place["across"] == pytest.approx(live_latent.LONGITUDE * shares[0], abs=2)
        assert place["up"] == pytest.approx(live_latent.LATITUDE * shares[1], abs=2)


@pytest.mark.browser
def test_another_plane_shows_other_digits(demo):
    page = demo(*PLACE)
    before = ask(page, "picture")
    page.get_by_role("button", name="Another plane").click()
    assert ask(page, "place") == {"plane": 2, "across": 0, "up": 0}
    assert np.abs(np.subtract(ask(page, "picture"), before)).max() > 0.2
    until(page, lambda: status(page).startswith("Plane 2"))
    until(page, lambda: ask(page, "drawn") == live_latent.SIDE**2)


@pytest.mark.browser
def test_a_finger_moves_it_and_nothing_is_wider_than_the_phone(demo):
    page = demo(*PLACE, viewport=PHONE, has_touch=True)
    map_ = page.locator(".live-latent-frame canvas")
    map_.scroll_into_view_if_needed()
    box = map_.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 8, box["y"] + 8)
    place = ask(page, "place")
    assert place["across"] > 60 and place["up"] > 40
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.browser
def test_no_barrier_and_nothing_read_out_before_the_reader_did_anything(demo):
    page = demo(*PLACE)
    page.wait_for_timeout(900)
    assert status(page) == ""
    assert not axe(page)
