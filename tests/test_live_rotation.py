"""The demo of turned axes: its numbers are the lesson's and both frameworks', in any hands."""

import json

import numpy as np
import pytest
from browsing import PHONE, until
from demos import LIVE, ROOT
from test_browser import axe

from tools import live_rotation

GOLDEN = json.loads((ROOT / "tests" / "live" / "rotation.json").read_text("utf-8"))
PLACE = ("representations/", "rotation")


def stored():
    """The sets of points as the page's own file has them."""
    text = (LIVE / "rotation_points.js").read_text("utf-8")
    text = text[text.index("default") + len("default") :]
    return json.loads(text.rstrip(";\n").replace(",\n]", "\n]"))


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_the_golden_training_is_the_frameworks(framework, number):
    pytest.importorskip(framework, reason=f"{framework} is not installed")
    from importlib import import_module

    lesson = import_module(f"lessons.representations.{framework}")
    each, golden = stored()[number], GOLDEN[number]
    points, answers = live_rotation.arrays(each["seen"])
    network = lesson.change_network(*live_rotation.parameters(each["start"]))
    steps = live_rotation.STEPS
    losses = lesson.train_change(network, points, answers, steps, live_rotation.RATE)
    assert len(golden["losses"]) == 500
    np.testing.assert_allclose(losses, golden["losses"], rtol=1e-6)


def test_the_lessons_own_network_ends_where_the_golden_one_does():
    from lessons.representations.change import learn_change, new_coordinates

    for each, golden in zip(stored(), GOLDEN, strict=True):
        points, answers = live_rotation.arrays(each["seen"])
        network = live_rotation.parameters(each["start"])
        learn_change(network, points, answers, live_rotation.STEPS, live_rotation.RATE)
        np.testing.assert_allclose(new_coordinates(network, points), golden["hidden"], atol=1e-6)


def test_the_points_are_the_pages():
    from lessons.representations.numpy import band_points, slanted_points

    random = np.random.default_rng(0)
    for each, make in zip(stored(), (slanted_points, band_points), strict=True):
        for part, count in (("seen", 60), ("held", 1000)):
            points, answers = make(random, count=count)
            found, labels = live_rotation.arrays(each[part])
            np.testing.assert_allclose(found, points[: len(found)], atol=1e-6)
            assert labels.tolist() == answers[: len(labels)].tolist()
    assert [len(each["held"]) for each in stored()] == [200, 200]


def test_the_golden_turns_are_the_lessons_search():
    from lessons.representations.numpy import search_turns

    for each, golden in zip(stored(), GOLDEN, strict=True):
        _, scores = search_turns(*live_rotation.arrays(each["seen"]), np.arange(180))
        assert [right for _, _, right, _ in golden["turns"]] == [round(60 * s) for s in scores]


# The reader ----------------------------------------------------------------------------------


def ask(page, what):
    return page.evaluate(f"document.querySelector('live-demo[name=rotation]').demo.{what}()")


def press(page, name):
    page.locator("live-demo[name=rotation]").get_by_role("button", name=name, exact=True).click()


def status(page):
    return page.locator("live-demo[name=rotation] .live-status").inner_text()


@pytest.mark.browser
def test_the_search_finds_what_python_finds(demo):
    page = demo(*PLACE)
    for golden, name in zip(GOLDEN, live_rotation.NAMES, strict=True):
        press(page, name)
        press(page, "Try every angle")
        rights = [right for _, _, right, _ in golden["turns"]]
        found = ask(page, "turned")
        assert found["degrees"] == rights.index(max(rights)) and found["right"] == max(rights)
        assert f"get {max(rights)} of 60 points right" in status(page)


@pytest.mark.browser
def test_mouse_and_keys_turn_the_axes(demo):
    page = demo(*PLACE)
    plane = page.locator(".live-rotation-plane")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle[0] + 80, middle[1])
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] - 60, steps=6)
    page.mouse.up()
    assert ask(page, "turned")["degrees"] == pytest.approx(45, abs=1)
    slider = page.locator(".live-rotation-slider input")
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert ask(page, "turned")["degrees"] == 1
    assert slider.get_attribute("aria-valuetext") == "1 degrees"
    until(page, lambda: status(page).startswith("1 degrees:"))


@pytest.mark.browser
def test_the_network_learns_the_band_and_says_so(demo):
    page = demo(*PLACE)
    press(page, "band")
    assert ask(page, "learned")["taken"] == 0
    press(page, "Learn")
    until(page, lambda: ask(page, "learned")["taken"] == 1000)
    found = ask(page, "learned")
    assert found["wrong"] == 0 and found["loss"] < 0.02
    until(page, lambda: "60 of 60" in status(page))
    press(page, "New start")
    assert ask(page, "learned")["taken"] == 0


@pytest.mark.browser
def test_a_finger_turns_it_and_nothing_is_wider_than_the_phone(demo):
    page = demo(*PLACE, viewport=PHONE, has_touch=True)
    plane = page.locator(".live-rotation-plane")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 10)
    assert ask(page, "turned")["degrees"] == pytest.approx(90, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.browser
def test_no_barrier_and_nothing_read_out_before_the_reader_did_anything(demo):
    page = demo(*PLACE)
    page.wait_for_timeout(900)
    assert status(page) == ""
    assert not axe(page)
