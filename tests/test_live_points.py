"""The demo of points: it trains as both frameworks do, and every kind of reader can use it."""

import json

import numpy as np
import pytest
from browsing import PHONE, stop_clock, until
from demos import ROOT
from test_browser import axe

from tools import live_points

GOLDEN = json.loads((ROOT / "tests" / "live" / "points.json").read_text("utf-8"))
PAGE = "perceptron/"


# The numbers ---------------------------------------------------------------------------------


def case_names(case):
    return f"{case['hidden']}-{case['activation']}"


@pytest.mark.parametrize("case", GOLDEN["networks"], ids=case_names)
def test_the_golden_training_is_pytorchs(case):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    again = live_points.trained(case)
    assert len(case["losses"]) == GOLDEN["steps"] == 500
    compare(case, again)


@pytest.mark.parametrize("case", GOLDEN["networks"], ids=case_names)
def test_the_golden_training_is_tensorflows(case):
    tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    points = tf.constant(case["points"], tf.float64)
    weights = {
        part: tf.Variable(case["start"][part], dtype=tf.float64) for part in live_points.PARTS
    }
    used = [weights[part] for part in live_points.PARTS if case["hidden"] or "first" not in part]

    @tf.function
    def take_step():
        with tf.GradientTape() as tape:
            last = points[:, :2]
            if case["hidden"]:
                sums = tf.matmul(last, tf.reshape(weights["first"], (-1, 2)), transpose_b=True)
                last = getattr(tf.nn, case["activation"])(sums + weights["firstBias"])
            scores = tf.linalg.matvec(last, weights["second"]) + weights["secondBias"]
            each = tf.nn.sigmoid_cross_entropy_with_logits(points[:, 2], scores)
            loss = tf.reduce_mean(each)
        for weight, gradient in zip(used, tape.gradient(loss, used)):
            weight.assign_sub(case["rate"] * gradient)
        return loss

    losses = [float(take_step()) for _ in range(GOLDEN["steps"])]
    compare(
        case,
        {"losses": losses, "end": {part: weight.numpy() for part, weight in weights.items()}},
    )


def compare(case, again):
    np.testing.assert_allclose(case["losses"], again["losses"], rtol=1e-6, atol=1e-9)
    for part, values in case["end"].items():
        np.testing.assert_allclose(values, again["end"][part], rtol=1e-6, atol=1e-6)


def test_every_activation_and_size_is_proven():
    proven = {(case["activation"], case["hidden"]) for case in GOLDEN["networks"]}
    assert {("tanh", 0), ("tanh", 8), ("sigmoid", 8), ("relu", 8)} <= proven
    assert all(case["mistakes"] > 3 for case in GOLDEN["perceptrons"])


# The reader ----------------------------------------------------------------------------------


def answer(page):
    return page.locator(".live .live-answer").inner_text()


def said(page):
    return page.locator(".live .live-status").inner_text()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def choose(page, network, activation=None):
    page.get_by_label("Network", exact=True).select_option(label=network)
    if activation:
        page.get_by_label("Activation").select_option(label=activation)


def place(page, x, y):
    """Click at a place of the board, whose corners are (-1, -1) and (1, 1)."""
    board = page.locator(".live-points-canvas")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    page.mouse.click(box["x"] + (x + 1) / 2 * box["width"], box["y"] + (1 - y) / 2 * box["height"])


def points_of(page):
    return page.evaluate("document.querySelector('live-demo').demo.points()")


def result(page):
    """What is said when the run has ended."""
    until(page, lambda: page.get_by_role("button", name="Play", exact=True).count())
    return said(page)


@pytest.mark.browser
def test_two_layers_learn_xor_and_a_line_does_not(demo):
    page = demo(PAGE, reduced_motion="no-preference")
    assert "4 points on the wrong side" in answer(page) and answer(page).startswith("0 steps")
    press(page, "Play")
    assert "Every point is on its side after" in result(page)
    assert answer(page) == said(page)
    choose(page, "one logistic neuron")
    assert page.get_by_label("Activation").is_disabled()
    press(page, "Play")
    until(page, lambda: int(answer(page).split()[0]) > 100)
    press(page, "Pause")
    assert said(page).startswith("Paused. ") and not answer(page).startswith("Paused")
    wrong = int(answer(page).split(", ")[1].split()[0])
    assert 1 <= wrong <= 4


@pytest.mark.browser
def test_the_perceptron_rests_on_separable_points(demo):
    page = demo(PAGE, reduced_motion="no-preference")
    press(page, "separable")
    choose(page, "perceptron rule")
    press(page, "Step")
    assert answer(page).startswith("1 correction:")
    press(page, "Play")
    assert "Every point is on its side after" in result(page)
    press(page, "XOR")
    assert answer(page).startswith("0 corrections")
    for _ in range(8):
        press(page, "Step")
    assert answer(page).startswith("8 corrections") and " 0 of" not in answer(page)


@pytest.mark.browser
def test_a_mouse_places_points_and_takes_them_away(demo):
    page = demo(PAGE)
    press(page, "none")
    assert points_of(page) == []
    press(page, "Play")
    assert said(page) == "Place points of both classes first."
    place(page, 0.5, 0.5)
    page.get_by_label("a circle").check()
    place(page, -0.5, -0.25)
    first, second = points_of(page)
    assert first["label"] == 1 and second["label"] == 0
    assert abs(first["x"] - 0.5) < 0.02 and abs(first["y"] - 0.5) < 0.02
    assert abs(second["x"] + 0.5) < 0.02 and abs(second["y"] + 0.25) < 0.02
    press(page, "Step")
    assert answer(page).startswith("1 step:")
    place(page, 0.51, 0.51)
    assert len(points_of(page)) == 1
    assert not page.locator(".live-points-sets [aria-pressed=true]").count()


@pytest.mark.browser
def test_the_keyboard_places_points_and_the_page_stays(demo):
    page = demo(PAGE)
    press(page, "none")
    page.locator(".live-points-canvas").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.locator(".live-marker").is_visible()
    assert page.locator(".live-points-board .live-help").is_visible()
    before = page.evaluate("scrollY")
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    page.keyboard.press("c")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    assert points_of(page) == [{"x": 0, "y": 0.3, "label": 1}, {"x": -0.5, "y": 0.3, "label": 0}]
    page.keyboard.press("Space")
    assert len(points_of(page)) == 1 and said(page) == "Taken away."
    assert page.evaluate("scrollY") == before


@pytest.mark.browser
def test_a_finger_taps_on_a_phone(demo):
    page = demo(PAGE, viewport=PHONE, has_touch=True)
    board = page.locator(".live-points-canvas")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    assert box["width"] > 250
    page.touchscreen.tap(box["x"] + 20, box["y"] + 20)
    assert len(points_of(page)) == 5
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.browser
def test_a_rate_that_is_too_large_is_said(demo):
    """The largest rate makes the loss jump; the demo goes on, or says why it does not."""
    page = demo(PAGE)
    choose(page, "8 hidden units", "ReLU")
    page.get_by_label("Learning rate").fill("6")
    assert page.get_by_label("Learning rate").get_attribute("aria-valuetext") == "10"
    for _ in range(30):
        press(page, "Step")
    assert answer(page).startswith("30 steps") or "smaller learning rate" in answer(page)


@pytest.mark.browser
def test_a_new_start_is_another_network_and_the_same_for_all(demo):
    weights = "[...document.querySelector('live-demo').demo.network().first]"
    page = demo(PAGE)
    first = page.evaluate(weights)
    press(page, "New start")
    second = page.evaluate(weights)
    assert first != second and len(first) == len(second) == 8
    assert demo(PAGE).evaluate(weights) == first


@pytest.mark.browser
def test_with_less_motion_the_board_changes_seldom(demo):
    page = demo(PAGE, clock=True)
    press(page, "ring")  # which takes some hundred steps
    stop_clock(page)
    press(page, "Play")
    page.clock.run_for(800)
    assert answer(page).startswith("0 steps")
    page.clock.run_for(200)
    assert answer(page).startswith("200 steps")
    press(page, "Pause")


@pytest.mark.browser
def test_it_says_nothing_while_it_trains(demo):
    page = demo(PAGE, reduced_motion="no-preference")
    press(page, "ring")
    press(page, "Play")
    until(page, lambda: not answer(page).startswith("0 steps"))
    page.wait_for_timeout(700)
    assert said(page) == ""
    assert not axe(page)
    press(page, "Pause")


@pytest.mark.browser
def test_the_palette_recolours_the_board(demo):
    page = demo(PAGE)
    ink = """() => [...document.querySelectorAll('.live canvas')].map(canvas =>
      canvas.toDataURL()).join()"""
    before = page.evaluate(ink)
    page.locator("[data-md-component=palette] label:visible").click()
    until(page, lambda: page.evaluate(ink) != before)
