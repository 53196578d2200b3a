"""The demo of signals: its numbers are both frameworks', and every kind of reader can use it."""

import json

import numpy as np
import pytest
from browsing import PHONE, next_frame, stop_clock, until
from demos import ROOT

from tools import live_signals

STORED = json.loads((ROOT / "tests" / "live" / "signals.json").read_text("utf-8"))
LINES = ("activations", "differences", "gradients")
PAGE = "depth/"


def trace_tensorflow(case):
    """What live_signals.trace returns, by TensorFlow's tape."""
    tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    functions = {"linear": tf.identity, "sigmoid": tf.sigmoid, "tanh": tf.tanh}
    functions |= {"relu": tf.nn.relu, "gelu": lambda z: tf.nn.gelu(z, approximate=False)}
    values = [tf.constant(case["inputs"], tf.float64)]
    with tf.GradientTape() as tape:
        tape.watch(values[0])
        for weight in case["weights"]:
            z = tf.matmul(values[-1], tf.constant(weight, tf.float64), transpose_b=True)
            if case.get("norm"):
                mean, variance = tf.nn.moments(z, [0])
                z = tf.nn.batch_normalization(z, mean, variance, None, None, live_signals.EPSILON)
            z = functions[case["activation"]](z)
            skips = case.get("residual") and z.shape == values[-1].shape
            values.append(values[-1] + z if skips else z)
    gradients = tape.gradient(values[-1], values, tf.constant(case["gradient"], tf.float64))
    return [v.numpy() for v in values], [g.numpy() for g in gradients]


def trace_pytorch(case):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    return live_signals.trace(case)


traces = pytest.mark.parametrize("trace", [trace_pytorch, trace_tensorflow])


@traces
def test_the_golden_values_are_the_frameworks(trace):
    small = live_signals.given()
    for case, options in zip(STORED["cases"], live_signals.cases(), strict=True):
        assert case == case | options
        found = live_signals.variances(*trace(small | options))
        for line in LINES:
            np.testing.assert_allclose(case[line], found[line], rtol=1e-6, err_msg=str(options))


@traces
def test_the_first_state_is_what_the_frameworks_make_of_the_same_weights(trace):
    found = live_signals.variances(*trace(live_signals.first_state(ROOT)))
    for line in LINES:
        np.testing.assert_allclose(STORED["first"][line], found[line], rtol=1e-6)
    assert found["activations"][-1] < 1e-40  # so what the picture shows has vanished


def test_the_numbers_are_normal_and_blocks_do_not_meet():
    values = live_signals.normals(0, 200_000)
    assert abs(values.mean()) < 0.01 and abs(values.var() - 1) < 0.01
    assert abs((values**4).mean() - 3) < 0.1
    needed = 784 * 128 + 49 * 128 * 128 + 10 * 128
    assert needed <= live_signals.BLOCK


# In the page ---------------------------------------------------------------------------------


@pytest.fixture
def signals(demo):
    return lambda **options: demo(PAGE, "signals", **options)


def answer(page):
    return page.locator(".live-signals .live-answer").inner_text()


SAID = """() => { window.said = [];
  const status = document.querySelector(".live-signals .live-status");
  new MutationObserver(() => said.push(status.textContent))
    .observe(status, { childList: true }); }"""


def spreads(page):
    return page.evaluate("document.querySelector('[name=signals]').demo.shown().levels")


def matrices(how, depth, own):
    """The weights that the page draws first, made again."""
    place, found = 0, []
    for columns in [784, *[128] * (depth - 1)]:
        raw = live_signals.normals(place, 128 * columns).reshape(128, columns)
        place += raw.size
        if how == "orthogonal":
            q, r = np.linalg.qr(raw.T)
            found.append((q * np.sign(np.diag(r))).T)
        else:
            spread = {"he": (2 / columns) ** 0.5, "xavier": (2 / (columns + 128)) ** 0.5}
            found.append(raw * (spread | {"small": 0.01, "own": own})[how])
    return found


SETTINGS = [
    {"activation": "tanh", "how": "xavier", "depth": 30},
    {"activation": "sigmoid", "how": "he", "depth": 12},
    {"activation": "relu", "how": "he", "depth": 50},
    {"activation": "gelu", "how": "own", "own": 0.2, "depth": 9, "norm": True},
    {"activation": "linear", "how": "orthogonal", "depth": 50},
    {"activation": "relu", "how": "he", "depth": 20, "norm": True, "residual": True},
]


@pytest.mark.browser
def test_what_the_page_computes_is_what_pytorch_computes(signals):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    page = signals()
    first = live_signals.first_state(ROOT)
    usual = {"own": 0.01, "norm": False, "residual": False}
    for setting in SETTINGS:
        setting = usual | setting
        change = "(setting) => document.querySelector('[name=signals]').demo.change(setting)"
        page.evaluate(change, setting)
        next_frame(page)
        weights = matrices(setting["how"], setting["depth"], setting["own"])
        found = live_signals.variances(*live_signals.trace(first | setting | {"weights": weights}))
        shown = spreads(page)
        for line in LINES:
            ours = np.array(shown[line]) ** 2
            np.testing.assert_allclose(ours, found[line], rtol=1e-6, err_msg=f"{line}, {setting}")


@pytest.mark.browser
def test_the_first_state_is_that_of_the_still_picture(signals):
    page = signals()
    shown = spreads(page)
    for line in LINES:
        np.testing.assert_allclose(np.array(shown[line]) ** 2, STORED["first"][line], rtol=1e-6)
    assert "what tells the digits apart is 5\u00a0×\u00a010⁻²³ of what went in" in answer(page)
    assert page.get_by_role("radio", name="ReLU").is_checked()


@pytest.mark.browser
def test_a_mouse_mends_the_network_and_breaks_it_again(signals):
    page = signals()
    page.get_by_role("radio", name="He", exact=True).check()
    until(page, lambda: "it comes through. The gradient" in answer(page))
    page.get_by_role("radio", name="sigmoid", exact=True).check()
    until(page, lambda: answer(page).endswith("it vanishes."))
    page.get_by_label("batch normalisation").check()
    until(page, lambda: "it vanishes" not in answer(page))
    before = answer(page)
    page.get_by_role("button", name="New draw").click()
    until(page, lambda: answer(page) != before)
    page.get_by_label("residual connections").check()
    page.get_by_label("batch normalisation").uncheck()
    page.get_by_role("radio", name="linear", exact=True).check()
    until(page, lambda: "it explodes" in answer(page))


@pytest.mark.browser
def test_the_keyboard_reaches_everything(signals):
    page = signals()
    page.get_by_role("radio", name="ReLU").focus()
    before = page.evaluate("scrollY")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("radio", name="GELU").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("radio", name="Xavier").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    until(page, lambda: answer(page).startswith("After 21 layers"))
    page.keyboard.press("Home")
    until(page, lambda: answer(page).startswith("After 1 layer,"))
    assert "gradient" not in answer(page)  # it has no way to go
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    assert page.get_by_role("radio", name="own").is_checked()
    assert page.get_by_label("Spread of the weights").get_attribute("aria-valuetext") == "0.5"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_label("batch normalisation").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    old = answer(page)
    page.keyboard.press("Enter")
    until(page, lambda: answer(page) != old)
    assert page.evaluate("scrollY") == before


@pytest.mark.browser
def test_the_sentence_is_read_out_once_after_a_pause(signals):
    page = signals(clock=True)
    page.evaluate(SAID)
    page.wait_for_timeout(800)
    assert page.evaluate("said") == []  # nobody asked for the first one
    stop_clock(page)
    for depth in ("30", "35", "40"):
        page.get_by_label("Layers").fill(depth)
        page.clock.run_for(500)
    assert page.evaluate("said") == []
    page.clock.run_for(200)
    (said,) = page.evaluate("said")
    assert said == answer(page) and said.startswith("After 40 layers")


@pytest.mark.browser
def test_the_charts_say_what_they_show(signals):
    page = signals()
    there, back = page.locator(".live-signals").get_by_role("img").all()
    described = [
        page.evaluate("(id) => document.getElementById(id).textContent", i)
        for chart in (there, back)
        for i in chart.get_attribute("aria-labelledby").split()
    ]
    assert described[1].startswith("Standard deviation 1 at the input, ")
    assert described[1].endswith("×\u00a010⁻²³ at layer 20.")
    assert described[3].startswith("Standard deviation 1 at layer 20, ")


PIXELS = """() => [...document.querySelectorAll(".live-signals canvas")].map((canvas) =>
  canvas.toDataURL())"""


@pytest.mark.browser
def test_the_palette_recolours_the_charts(signals):
    page = signals(color_scheme="light")
    before = page.evaluate(PIXELS)
    page.locator("[data-md-component=palette] label:visible").click()
    until(page, lambda: all(a != b for a, b in zip(before, page.evaluate(PIXELS), strict=True)))


@pytest.mark.browser
def test_a_phone_shows_one_chart_below_the_other(signals):
    page = signals(viewport=PHONE, has_touch=True)
    page.get_by_role("radio", name="orthogonal", exact=True).tap()
    until(page, lambda: "fades" in answer(page) or "vanishes" in answer(page))
    first, second = (c.bounding_box() for c in page.locator(".live-signals canvas").all())
    assert second["y"] > first["y"] + first["height"] and first["width"] > 250
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
