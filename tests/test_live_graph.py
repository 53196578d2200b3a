"""The graph demo: its numbers are both frameworks', and every kind of reader can move them."""

import json

import numpy as np
import pytest
from browsing import DESKTOP, PHONE, next_frame, stop_clock, until
from demos import ROOT
from test_browser import axe

from tools.live_graph import RATE, STEPS, compute, read_layout

PAGE, NAME = "backpropagation/", "graph"
START = {"w": -1.0, "x": 1.5, "b": 0.5, "y": 1.0}


# The numbers ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def golden():
    return json.loads((ROOT / "tests/live/graph.json").read_text("utf-8"))


def by_tensorflow(inputs):
    """Every node's value and gradient by GradientTape."""
    tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    with tf.GradientTape() as tape:
        nodes = {name: tf.constant(value, tf.float64) for name, value in inputs.items()}
        for node in nodes.values():
            tape.watch(node)
        nodes["product"] = nodes["w"] * nodes["x"]
        nodes["total"] = nodes["product"] + nodes["b"]
        nodes["output"] = tf.tanh(nodes["total"])
        nodes["error"] = nodes["output"] - nodes["y"]
        nodes["loss"] = nodes["error"] ** 2
    found = tape.gradient(nodes["loss"], nodes)
    gradients = {name: gradient.numpy() for name, gradient in found.items()}
    return {name: node.numpy() for name, node in nodes.items()}, gradients


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
def test_golden_values_are_the_frameworks(golden, framework):
    if framework == "pytorch":
        pytest.importorskip("torch", reason="PyTorch is not installed")
    answer = compute if framework == "pytorch" else by_tensorflow
    assert len(golden["cases"]) >= 20
    for case in golden["cases"]:
        for found, stored in zip(answer(case["inputs"]), (case["values"], case["gradients"])):
            assert found.keys() == stored.keys()
            for name, number in stored.items():
                assert found[name] == pytest.approx(number, rel=1e-12, abs=1e-12), (case, name)


def test_the_descent_is_tensorflows_too(golden):
    inputs, stored = dict(START), {point["step"]: point for point in golden["descent"]}
    assert max(stored) == STEPS == 500
    for step in range(STEPS + 1):
        values, gradients = by_tensorflow(inputs)
        for name in ("w", "b", "loss") if step in stored else ():
            assert values[name] == pytest.approx(stored[step][name], abs=1e-6), step
        inputs |= {name: inputs[name] - RATE * gradients[name] for name in ("w", "b")}
    assert stored[500]["loss"] < 0.001 * stored[0]["loss"]


def test_the_page_computes_the_demos_graph_by_hand():
    from lessons.backpropagation.numpy import by_hand

    assert read_layout(ROOT)["start"] == START
    loss, gradients = by_hand(**START)
    values, expected = compute(START)
    assert loss == pytest.approx(values["loss"])
    assert gradients == pytest.approx({name: expected[name] for name in START})


def test_the_still_picture_shows_every_number():
    picture = (ROOT / "docs/live/graph.svg").read_text("utf-8")
    values, gradients = compute(START)
    for found in (values, gradients):
        for number in found.values():
            assert f"{number:.2f}".replace("-", "−") in picture


# The reader ----------------------------------------------------------------------------------


@pytest.fixture
def graph(demo):
    return lambda **options: demo(PAGE, NAME, **options)


def inputs(page):
    """What the sliders say."""
    return {name: float(page.locator(f"input[name={name}]").input_value()) for name in "wxby"}


def drawn(page):
    """All numbers on the edges, as the page's own state has them, and as they are written."""
    state = page.evaluate("document.querySelector('live-demo').demo.state()")
    for kind, found in (("value", state["values"]), ("blame", state["gradients"])):
        texts = page.locator(f"live-demo svg text.live-graph-{kind}").all_text_contents()
        shown = sorted(float(t.removeprefix("loss ").replace("−", "-")) for t in texts)
        np.testing.assert_allclose(shown, sorted(found.values()), atol=0.0051)
    return state


@pytest.mark.browser
def test_the_keyboard_moves_an_input(graph):
    page = graph()
    before = page.evaluate("scrollY")
    page.locator("input[name=x]").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert inputs(page) == START | {"x": 1.6}
    state = drawn(page)
    assert state["gradients"]["w"] == pytest.approx(compute(START | {"x": 1.6})[1]["w"])
    assert "∂loss/∂x" in page.locator(".live-graph-chain").inner_text()
    assert page.evaluate("scrollY") == before


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_mouse_drags_a_number_in_the_picture(graph, viewport):
    page = graph(viewport=viewport)
    box = page.locator("[data-input=b] circle").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y + 30, steps=8)
    assert inputs(page)["b"] == pytest.approx(0.1)
    page.mouse.up()
    page.mouse.move(x + 80, y)
    assert inputs(page) == START | {"b": 0.1}
    drawn(page)


@pytest.mark.browser
def test_a_finger_drags_and_the_page_stays(graph):
    page = graph(viewport=PHONE, has_touch=True)
    page.locator("[data-input=w]").scroll_into_view_if_needed()
    box, before = page.locator("[data-input=w] circle").bounding_box(), page.evaluate("scrollY")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tools = page.context.new_cdp_session(page)

    def touch(kind, *points):
        places = [{"x": x + right, "y": y + down} for right, down in points]
        tools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (0, 0))
    for step in range(1, 11):
        touch("touchMove", (10 * step, 4 * step))
    touch("touchEnd")
    next_frame(page)
    assert inputs(page)["w"] == pytest.approx(0.0, abs=0.011)
    assert page.evaluate("scrollY") == before


@pytest.mark.browser
def test_steps_against_the_gradient_lower_the_loss_and_are_the_frameworks(graph, golden):
    page = graph()
    step, again = (page.get_by_role("button", name=name) for name in ("Step", "Start again"))
    losses = [drawn(page)["values"]["loss"]]
    for _ in range(50):
        step.click()
        losses.append(page.evaluate("document.querySelector('live-demo').demo.state().values.loss"))
    assert losses == sorted(losses, reverse=True)
    after = next(point for point in golden["descent"] if point["step"] == 50)
    assert losses[-1] == pytest.approx(after["loss"], abs=1e-6)
    drawn(page)
    again.click()
    assert inputs(page) == START


@pytest.mark.browser
def test_an_input_stays_within_its_slider(graph):
    page = graph()
    page.evaluate("document.querySelector('live-demo').demo.set({ w: 2.99 })")
    page.locator("input[name=w]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert inputs(page)["w"] == 3.0


@pytest.mark.browser
def test_the_numbers_are_read_out_once_after_a_pause(graph):
    page = graph(clock=True)
    page.evaluate(
        """() => { window.said = []; const status = document.querySelector(".live-status");
          new MutationObserver(() => said.push(status.textContent))
            .observe(status, { childList: true }); }"""
    )
    page.wait_for_timeout(700)
    assert page.evaluate("said") == []  # nobody has asked yet
    stop_clock(page)
    page.locator("input[name=y]").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
        page.clock.run_for(500)
    assert page.evaluate("said") == []
    page.clock.run_for(200)
    (said,) = page.evaluate("said")
    assert said.startswith("Loss ") and "y 3.42" in said


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_no_label_covers_another_and_nothing_is_cut_off(graph, width):
    page = graph(viewport={"width": width, "height": 900})
    page.evaluate("document.querySelector('live-demo').demo.set({ w: -2.97, x: -2.55, y: -3 })")
    boxes = [text.bounding_box() for text in page.locator("live-demo svg text").all()]
    circles = [circle.bounding_box() for circle in page.locator("live-demo svg circle").all()]
    assert len(boxes) == 27 and len(circles) == 9

    def overlap(a, b, slack=1.0):
        return all(
            min(a[at] + a[size], b[at] + b[size]) - max(a[at], b[at]) > slack
            for at, size in (("x", "width"), ("y", "height"))
        )

    for number, box in enumerate(boxes):
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert not [other for other in boxes[number + 1 :] if overlap(box, other)]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heights = [box["height"] for box in boxes]
    assert min(heights) >= 11, "too small to read"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_after_use(graph, scheme):
    page = graph(color_scheme=scheme)
    page.get_by_role("button", name="Step").click()
    page.locator("input[name=b]").focus()
    assert not axe(page)


@pytest.mark.browser
def test_the_graph_turns_when_the_window_does(graph):
    page = graph()
    wide = page.locator("live-demo svg").get_attribute("viewBox")
    page.locator("input[name=x]").focus()
    page.keyboard.press("ArrowRight")
    page.set_viewport_size(PHONE)
    until(page, lambda: page.locator("live-demo svg").get_attribute("viewBox") != wide)
    assert inputs(page)["x"] == 1.51
    drawn(page)
