"""The race of optimizers: its steps are both frameworks', and every kind of reader can use it."""

import json

import numpy as np
import pytest
from browsing import PHONE, stop_clock, until
from demos import ROOT

from tools import descents, live_optimizers

STORED = json.loads((ROOT / "tests" / "live" / "optimizers.json").read_text("utf-8"))
PAGE = "depth/"
MAKERS = {"pytorch": descents.pytorch_paths, "keras": descents.keras_paths}
NEEDS = {"pytorch": "torch", "keras": "tensorflow"}


@pytest.mark.parametrize("definition", MAKERS)
@pytest.mark.parametrize("name", live_optimizers.RATES["ravine"])
def test_the_golden_paths_are_the_frameworks(name, definition):
    pytest.importorskip(NEEDS[definition], reason=f"{NEEDS[definition]} is not installed")
    for surface in ("ravine", "saddle"):
        kept = [p for p in STORED["paths"] if (p["surface"], p["name"]) == (surface, name)]
        kept = [p for p in kept if p["definition"] == definition]
        starts, rate = [p["start"] for p in kept], kept[0]["rate"]
        found = MAKERS[definition](surface, name, starts, rate)[STORED["kept"]]
        for n, path in enumerate(kept):
            np.testing.assert_allclose(path["points"], found[:, n], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("surface", live_optimizers.STARTS)
def test_the_golden_gradients_are_those_of_both_frameworks(surface):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    stored = np.array(STORED["gradients"][surface])
    for of in (descents.pytorch_gradients, descents.tensorflow_gradients):
        np.testing.assert_allclose(
            stored[:, 2:], of(surface, stored[:, :2]), rtol=1e-12, atol=1e-12
        )


# In the page ---------------------------------------------------------------------------------


@pytest.fixture
def race(demo):
    return lambda **options: demo(PAGE, "optimizers", **options)


def answer(page):
    return page.locator(".live-optimizers .live-answer").inner_text()


def state(page):
    """The step, the start, and the runners without their functions."""
    return page.evaluate(
        """() => { const { demo } = document.querySelector("[name=optimizers]");
          const { step, over, runners } = demo.race();
          const each = runners.map((one) => [one.name, { ...one, next: null }]);
          return { step, over, start: demo.start(), runners: Object.fromEntries(each) }; }"""
    )


def button(page, name):
    return page.locator(".live-optimizers").get_by_role("button", name=name, exact=True)


def choose(page, name):
    page.locator(".live-optimizers").get_by_role("radio", name=name, exact=True).check()


SAID = """() => { window.said = [];
  const status = document.querySelector(".live-optimizers .live-status");
  new MutationObserver(() => said.push(status.textContent))
    .observe(status, { childList: true }); }"""


def on_map(page, x, y):
    """A place of the map in the window's pixels, from shares of its width and height."""
    box = page.locator(".live-optimizers-map canvas").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


@pytest.mark.browser
@pytest.mark.parametrize("definition", MAKERS)
def test_a_start_that_a_reader_chose_leads_where_the_frameworks_go(race, definition):
    pytest.importorskip(NEEDS[definition], reason=f"{NEEDS[definition]} is not installed")
    page = race()
    choose(page, "Saddle")
    choose(page, {"pytorch": "PyTorch", "keras": "TensorFlow"}[definition])
    page.mouse.click(*on_map(page, 0.83, 0.37))
    button(page, "Finish").click()
    found = state(page)
    for name, runner in found["runners"].items():
        path = MAKERS[definition]("saddle", name, [found["start"]], runner["rate"])[:, 0]
        np.testing.assert_allclose(runner["path"], path[: found["step"] + 1], rtol=1e-6, atol=1e-6)


@pytest.mark.browser
def test_the_race_at_the_start_is_that_of_the_still_picture(race):
    page = race()
    page.evaluate(SAID)
    picture = (ROOT / "docs" / "live" / "optimizers.svg").read_text("utf-8")
    for runner in state(page)["runners"].values():
        assert f"below 0.01 at step {runner['arrived']}<" in picture
    assert answer(page).startswith("SGD was first below a loss of 0.01, at step 36;")
    page.wait_for_timeout(500)
    assert page.evaluate("said") == []  # nobody asked for it


@pytest.mark.browser
def test_it_plays_pauses_steps_and_ends_and_says_so_once(race):
    page = race(reduced_motion="no-preference", clock=True)
    page.evaluate(SAID)
    stop_clock(page)
    button(page, "Play").click()
    assert state(page)["step"] == 0  # a race that was over starts anew
    page.clock.run_for(500)
    assert state(page)["step"] >= 5
    button(page, "Pause").click()
    step = state(page)["step"]
    (said,) = page.evaluate("said")
    assert said.startswith(f"Step {step}: SGD ")
    page.clock.run_for(500)
    assert state(page)["step"] == step
    button(page, "Step").click()
    assert state(page)["step"] == step + 1 and len(page.evaluate("said")) == 2
    button(page, "Play").click()
    page.clock.run_for(20_000)
    assert state(page)["over"]
    assert page.evaluate("said")[2:] == [answer(page)]
    button(page, "Reset").click()
    assert state(page)["step"] == 0 and "Choose a start" in answer(page)
    button(page, "Finish").click()
    assert state(page)["over"] and answer(page).startswith("SGD was first")


@pytest.mark.browser
def test_with_less_motion_it_goes_by_leaps(race):
    page = race(clock=True)
    stop_clock(page)
    button(page, "Play").click()
    page.clock.run_for(800)
    assert state(page)["step"] == 0
    page.clock.run_for(200)
    assert state(page)["step"] == 25


@pytest.mark.browser
def test_a_mouse_chooses_the_start(race):
    page = race()
    page.mouse.click(*on_map(page, 0.75, 0.25))
    found = state(page)
    np.testing.assert_allclose(found["start"], [1, 1], atol=0.05)
    assert found["step"] == 0
    page.mouse.move(*on_map(page, 0.75, 0.25))
    page.mouse.down()
    page.mouse.move(*on_map(page, 0.5, 0.9), steps=5)
    page.mouse.move(*on_map(page, 0.4, 1.4), steps=5)
    page.mouse.up()
    np.testing.assert_allclose(state(page)["start"], [-0.4, -2], atol=0.05)  # it stays inside
    page.mouse.move(*on_map(page, 0.5, 0.5))
    np.testing.assert_allclose(state(page)["start"], [-0.4, -2], atol=0.05)


@pytest.mark.browser
def test_the_keyboard_chooses_the_start_and_the_page_stays(race):
    page = race()
    page.locator(".live-optimizers").get_by_role("radio", name="PyTorch", exact=True).focus()
    page.keyboard.press("Tab")
    handle = page.locator(".live-optimizers-start")
    assert handle.evaluate("(button) => button === document.activeElement")
    before = page.evaluate("scrollY")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowDown"):
        page.keyboard.press(key)
    np.testing.assert_allclose(state(page)["start"], [-1.6, 0.5], atol=1e-9)
    assert handle.get_attribute("aria-label") == "Start at −1.6, 0.5"
    assert page.evaluate("scrollY") == before
    assert page.locator(".live-optimizers-map .live-help").is_visible()


@pytest.mark.browser
def test_a_finger_taps_drags_and_scrolls(race):
    page = race(viewport=PHONE, has_touch=True)
    page.locator(".live-optimizers-map").scroll_into_view_if_needed()
    page.touchscreen.tap(*on_map(page, 0.75, 0.75))
    np.testing.assert_allclose(state(page)["start"], [1, -1], atol=0.05)
    tools = page.context.new_cdp_session(page)

    def swipe(*shares):
        kinds = ["touchStart"] + ["touchMove"] * (len(shares) - 1)
        for kind, place in zip(kinds, shares, strict=True):
            x, y = place
            tools.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]}
            )
            page.wait_for_timeout(20)
        tools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(200)

    before = page.evaluate("scrollY")
    swipe(*[on_map(page, 0.75, 0.75 - 0.05 * n) for n in range(9)])
    assert page.evaluate("scrollY") == before  # the handle was dragged
    np.testing.assert_allclose(state(page)["start"], [1, 0.6], atol=0.1)
    places = [on_map(page, 0.2, 0.9 - 0.08 * n) for n in range(9)]
    swipe(*places)
    until(page, lambda: page.evaluate("scrollY") > before + 50)  # elsewhere the page scrolls
    np.testing.assert_allclose(state(page)["start"], [1, 0.6], atol=0.1)


@pytest.mark.browser
def test_too_large_a_learning_rate_drives_sgd_out_of_the_picture(race):
    page = race()
    page.locator(".live-optimizers").get_by_label("SGD").focus()
    page.keyboard.press("ArrowRight")
    assert state(page)["step"] == 0  # a new rate is a new race
    assert state(page)["runners"]["sgd"]["rate"] == 0.1
    button(page, "Finish").click()
    assert answer(page).endswith(". SGD left the picture at step 3.")
    assert "left" in page.locator("[data-name=sgd]").inner_text()


@pytest.mark.browser
def test_surfaces_and_definitions_change_the_race(race):
    page, told = race(), []
    for surface in ("Bent valley", "Saddle", "Bumps"):
        choose(page, surface)
        assert state(page)["step"] == 0
        for definition in ("PyTorch", "TensorFlow"):
            choose(page, definition)
            button(page, "Finish").click()
            told.append(answer(page))
    assert len(set(told)) >= 5, told
    assert "were not below 0.01 after 500 steps" in told[-1]


PIXELS = """() => [...document.querySelectorAll(".live-optimizers canvas")].map((canvas) =>
  canvas.toDataURL())"""


@pytest.mark.browser
def test_the_palette_recolours_every_canvas(race):
    page = race(color_scheme="light")
    before = page.evaluate(PIXELS)
    assert len(before) == 6
    page.locator("[data-md-component=palette] label:visible").click()
    until(page, lambda: all(a != b for a, b in zip(before, page.evaluate(PIXELS), strict=True)))
