"""The digit demo: its layers and its answers are PyTorch's, and every kind of reader can use it."""

import base64
import re

import numpy as np
import pytest
from browsing import PHONE, next_frame, stop_clock, until
from demos import LIVE
from test_browser import axe

from lessons.data import load_digits, load_mnist
from tools import golden, still

WEIGHTS = LIVE / "models" / "digits.safetensors"


def test_every_layer_of_the_network_has_golden_values():
    proven = {kind for _, kind, *_ in golden.LAYERS}
    assert set(still.kinds(WEIGHTS.read_bytes())) <= proven


@pytest.mark.parametrize(
    ("layer", "options", "fault"),
    [
        ("MaxPool2d", (3,), "layer 1 has kernel_size 3; docs/live/nn.js knows 2 only"),
        ("MaxPool2d", (2, 1), "layer 1 has stride 1"),
        ("Conv2d", (1, 1, 3, 2), "layer 1 has stride (2, 2); docs/live/nn.js knows 1 only"),
    ],
)
def test_a_layer_that_the_page_would_run_otherwise_is_refused(layer, options, fault):
    nn = pytest.importorskip("torch", reason="PyTorch is not installed").nn
    still.require_layers_of_the_demos(nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), nn.MaxPool2d(2)))
    with pytest.raises(TypeError, match=re.escape(fault)):
        still.require_layers_of_the_demos(nn.Sequential(nn.ReLU(), getattr(nn, layer)(*options)))


# The answers ---------------------------------------------------------------------------------


def packed(images):
    return base64.b64encode(np.ascontiguousarray(images, "<f4").tobytes()).decode()


UNPACK = """
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const numbers = new Float32Array(bytes.buffer);
  const images = Array.from({ length: numbers.length / 784 },
    (_, n) => numbers.slice(784 * n, 784 * (n + 1)));
  const { demo } = document.querySelector("live-demo");
"""


def read_in_the_page(page, images):
    """The probabilities that the page's own network gives, (n, 10), and milliseconds for each."""
    script = f"""(text) => {{ {UNPACK}
      const start = performance.now();
      const answers = images.map(demo.ask);
      return [answers, (performance.now() - start) / images.length]; }}"""
    answers, milliseconds = page.evaluate(script, packed(images))
    return np.array(answers), milliseconds


def read_in_pytorch(images):
    """The probabilities by PyTorch, with the weights of the page's file."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    scores = [still.trace(WEIGHTS.read_bytes(), image)[-1][1] for image in images]
    return torch.softmax(torch.tensor(np.array(scores)), 1).numpy()


def assert_same_answers(page, images, record_property):
    ours, milliseconds = read_in_the_page(page, images)
    theirs = read_in_pytorch(images)
    largest = np.abs(ours - theirs).max()
    record_property("largest difference", float(largest))
    print(f"\n{len(images)} digits: largest difference {largest:.1e}, {milliseconds:.1f} ms each")
    assert (ours.argmax(1) == theirs.argmax(1)).all()
    assert largest < 1e-4
    return ours


@pytest.mark.browser
def test_packaged_digits_get_pytorchs_answers(demo, record_property):
    _, _, images, labels = load_digits()
    answers = assert_same_answers(demo(), images[:200], record_property)
    assert (answers.argmax(1) == labels[:200]).mean() > 0.97


@pytest.mark.browser
@pytest.mark.data("mnist.npz")
def test_mnists_test_digits_get_pytorchs_answers(demo, record_property):
    _, _, images, labels = load_mnist()
    chosen = np.random.RandomState(0).permutation(len(images))[:200]
    answers = assert_same_answers(demo(), images[chosen], record_property)
    assert (answers.argmax(1) == labels[chosen]).mean() > 0.97


@pytest.mark.browser
@pytest.mark.parametrize("place", [(0, 0, 280), (130, 110, 140), (5, 20, 190)])
def test_a_digit_is_read_wherever_it_stands_on_the_pad(demo, place, record_property):
    """Painted on the pad, at this place and size, then normalised: mostly read as before."""
    _, _, images, _ = load_digits()
    page, images = demo(), images[:100]
    script = f"""([text, place]) => {{ {UNPACK}
      return images.map((image) => demo.lay(image, ...place)); }}"""
    painted = np.array(page.evaluate(script, [packed(images), place]))
    as_they_are, _ = read_in_the_page(page, images)
    same = (painted.argmax(1) == as_they_are.argmax(1)).mean()
    record_property(f"the same at {place}", float(same))
    print(f"\nread the same at {place}: {same:.1%}")
    assert same >= 0.97


# The reader ----------------------------------------------------------------------------------


def answer(page):
    return page.locator(".live-read .live-answer").inner_text()


def draw_with_mouse(page, *points):
    """A stroke on the pad; its points are shares of the pad's width and height."""
    box = page.locator(".live-pad").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=12)
    page.mouse.up()


SEVEN = ((0.25, 0.2), (0.7, 0.2), (0.45, 0.85))
ONE = ((0.5, 0.15), (0.5, 0.85))


@pytest.mark.browser
def test_a_mouse_draws_and_clears(demo):
    page = demo("")
    assert "reads a 3" in answer(page)
    draw_with_mouse(page, *SEVEN)
    until(page, lambda: "reads a 7" in answer(page))  # and the example has made room
    assert not page.locator("[aria-pressed=true]").count()
    page.locator(".live-draw button").click()
    assert answer(page) == "Nothing is drawn yet."
    draw_with_mouse(page, *ONE)
    until(page, lambda: "reads a 1" in answer(page))
    page.get_by_role("button", name="example 8").click()
    assert "reads a 8" in answer(page)
    assert page.locator(".live-best").inner_text().split()[0] == "8"


@pytest.mark.browser
def test_a_finger_draws_and_the_page_stays(demo):
    page = demo("", viewport=PHONE, has_touch=True)
    page.locator(".live-pad").scroll_into_view_if_needed()
    box, before = page.locator(".live-pad").bounding_box(), page.evaluate("scrollY")
    tools = page.context.new_cdp_session(page)

    def touch(kind, *points):
        places = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points
        ]
        tools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", ONE[0])
    for step in range(1, 15):
        touch("touchMove", (0.5, 0.15 + 0.05 * step))
    touch("touchEnd")
    until(page, lambda: "reads a 1" in answer(page))
    assert page.evaluate("scrollY") == before
    rules = page.eval_on_selector_all(
        ".live *",
        "all => all.filter(e => getComputedStyle(e).touchAction !== 'auto').map(e => e.className)",
    )
    assert rules == ["live-pad"]


@pytest.mark.browser
def test_the_keyboard_draws(demo):
    page = demo("")
    page.locator(".live-draw button").focus()
    page.keyboard.press("Enter")
    page.locator(".live-pad").focus()
    before = page.evaluate("scrollY")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.locator(".live-marker").is_visible() and page.locator(".live-help").is_visible()
    for _ in range(12):
        page.keyboard.press("ArrowUp")
    assert answer(page) == "Nothing is drawn yet."  # the pen moved, and was not down
    for _ in range(12):
        page.keyboard.press("Shift+ArrowDown")
    next_frame(page)
    assert "reads a 1" in answer(page)
    page.keyboard.press("Space")
    assert page.locator("[role=status]").inner_text() == "Pen down."
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    next_frame(page)
    assert "reads a 1" in answer(page)
    assert page.evaluate("scrollY") == before


@pytest.mark.browser
def test_the_answer_is_read_out_once_after_a_pause(demo):
    page = demo("", clock=True)
    page.evaluate(
        """() => { window.said = []; const status = document.querySelector(".live-status");
          new MutationObserver(() => said.push(status.textContent))
            .observe(status, { childList: true }); }"""
    )
    page.wait_for_timeout(700)
    assert page.evaluate("said") == []  # the first example was not asked for
    stop_clock(page)
    draw_with_mouse(page, *SEVEN[:2])
    page.clock.run_for(500)
    draw_with_mouse(page, *SEVEN[1:])
    page.clock.run_for(500)
    assert page.evaluate("said") == []
    page.clock.run_for(200)
    (said,) = page.evaluate("said")
    assert "reads a 7" in said
    page.get_by_role("button", name="example 5").click()
    page.get_by_role("button", name="example 5").click()
    page.clock.run_for(800)
    assert len(page.evaluate("said")) == 2


@pytest.mark.browser
def test_a_kernel_slides_stops_and_is_changed(demo):
    page = demo("", reduced_motion="no-preference")
    page.get_by_role("tab", name="Read a digit").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tabpanel", name="Slide a kernel").is_visible()
    assert not page.locator(".live-pad").is_visible()
    slider = page.get_by_role("slider")
    slider.fill("0")
    page.get_by_role("button", name="Play").click()
    until(page, lambda: int(slider.input_value()) > 5)
    page.get_by_role("button", name="Pause").click()
    place = slider.input_value()
    page.wait_for_timeout(200)  # in which it would go on
    assert slider.input_value() == place
    sharpen = page.get_by_label("Kernel", exact=True).and_(page.locator("select"))
    sharpen.select_option("sharpen")
    page.get_by_label("row 2, column 2").fill("0")
    assert sharpen.input_value() == "your own"
    sharpen.select_option("learned, 16 of 16")
    assert page.get_by_label("row 5, column 5").get_attribute("readonly") is not None
    assert page.locator(".live-slide").inner_text().split("\n")[-1] == "response (24, 24)"
    for name in ("upright edge", "level edge", "blur", "sharpen", "move right"):
        sharpen.select_option(name)
        assert sums_agree(page)


def sums_agree(page):
    """Whether the products that are shown add up to the sum that is shown."""
    shown = page.locator(".live-numbers").nth(2).inner_text().replace("−", "-").split()
    total = page.locator("[role=tabpanel]:visible .live-answer b").inner_text().replace("−", "-")
    return abs(sum(map(float, shown)) - float(total)) <= 0.05


@pytest.mark.browser
def test_with_less_motion_the_kernel_walks_by_rows(demo):
    page = demo("", clock=True)
    page.get_by_role("tab", name="Slide a kernel").click()
    page.get_by_role("slider").fill("3")
    stop_clock(page)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(800)
    assert page.get_by_role("slider").input_value() == "3"
    page.clock.run_for(200)
    assert page.get_by_role("slider").input_value() == "29"


@pytest.mark.browser
def test_the_largest_kernel_fits_a_phone(demo):
    page = demo(viewport=PHONE, color_scheme="dark")
    page.get_by_role("tab", name="Slide a kernel").click()
    kernels = page.get_by_label("Kernel", exact=True).and_(page.locator("select"))
    kernels.select_option("learned, 7 of 16")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not axe(page)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_pad_and_bars_share_the_first_screen(demo, scheme):
    page = demo("", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page.evaluate("scrollTo(0, 0)")
    last = page.locator(".live-bars li").last.bounding_box()
    pad = page.locator(".live-pad").bounding_box()
    assert last["y"] + last["height"] <= 844 and pad["y"] + pad["height"] <= 844
    assert page.locator("live-demo").bounding_box()["height"] < 600
    assert not page.locator(".live-layers").is_visible()
    page.locator(".live summary").click()
    assert page.locator(".live-maps").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not axe(page)


@pytest.mark.browser
def test_the_palette_recolours_every_canvas(demo):
    page = demo("", color_scheme="light")
    page.get_by_role("tab", name="Slide a kernel").click()
    inks = """() => [...document.querySelectorAll(".live canvas")].map((canvas) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height)
        .getContext("2d", { willReadFrequently: true });
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      let strongest = 3;
      for (let i = 3; i < data.length; i += 4) if (data[i] > data[strongest]) strongest = i;
      return [...data.slice(strongest - 3, strongest)].join(); })"""
    before = page.evaluate(inks)
    page.locator("[data-md-component=palette] label:visible").click()
    after = page.evaluate(inks)
    same = [n for n, (one, other) in enumerate(zip(before, after)) if one == other != "0,0,0"]
    assert len(before) == len(after) and not same
