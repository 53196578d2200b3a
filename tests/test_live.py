"""The live demo: its layers and its answers are PyTorch's, and every kind of reader can use it."""

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from browsing import DESKTOP, PHONE
from bs4 import BeautifulSoup
from test_browser import axe

from lessons.data import DataError, load_digits, load_mnist
from tools import golden, live, records, still

ROOT = Path(__file__).parents[1]
LIVE = ROOT / "docs" / "live"
WEIGHTS = LIVE / "models" / "digits.safetensors"
PAGES = ("", "convolutions/")
BUDGET = 150_000  # bytes over the wire, weights and still picture included
READY = "live-demo[data-state=live]"
REDO = "run python -m tools.live"


# The layers ----------------------------------------------------------------------------------


def test_the_layers_pass_their_tests_in_node():
    if not shutil.which("node"):
        pytest.skip("needs node: it is not installed")
    files = sorted(str(path) for path in (ROOT / "tests" / "live").glob("*.test.mjs"))
    done = subprocess.run(["node", "--test", *files], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_golden_values_are_what_pytorch_computes():
    pytest.importorskip("torch", reason="PyTorch is not installed")
    stored = json.loads((ROOT / "tests" / "live" / "golden.json").read_text("utf-8"))
    now = golden.cases()
    for case, again in zip(stored["layers"], now["layers"], strict=True):
        assert without_output(case) == without_output(again), f"{case['name']}; {REDO}"
        np.testing.assert_allclose(
            case["output"]["data"], golden.listed(golden.apply(case))["data"]
        )
    for part in ("networks", "softmax"):
        for case, again in zip(stored[part], now[part], strict=True):
            assert without_output(case) == without_output(again), f"{part}; {REDO}"
            values = (one["output"] for one in (case, again))
            ours, theirs = (one["data"] if isinstance(one, dict) else one for one in values)
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    assert stored["halves"] == now["halves"], REDO


def without_output(case):
    return {name: value for name, value in case.items() if name != "output"}


def test_every_layer_of_the_network_has_golden_values():
    proven = {kind for _, kind, *_ in golden.LAYERS}
    assert set(still.kinds(WEIGHTS.read_bytes())) <= proven


def test_what_is_drawn_for_the_demo_is_drawn_from_its_weights():
    pytest.importorskip("torch", reason="PyTorch is not installed")
    made = live.files(ROOT)
    examples, picture = LIVE / "examples.js", LIVE / "digits.svg"
    assert examples.read_text("utf-8") == made[examples], REDO
    assert still.checksum(WEIGHTS.read_bytes()) in picture.read_text("utf-8"), REDO
    assert words(picture.read_text("utf-8")) == words(made[picture]), REDO


def words(svg):
    """A picture without its pixels, which another processor may round otherwise."""
    return re.sub(r"base64,[^\"]*", "", svg)


def test_the_page_names_the_recorded_weights(built_site):
    names = set()
    for path in Path(built_site).rglob("*.html"):
        for demo in BeautifulSoup(path.read_text("utf-8"), "html.parser").find_all("live-demo"):
            names.add(demo["name"])
            file = records.model_path(ROOT, demo["name"])
            digest = base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()
            assert demo["integrity"] == f"sha256-{digest}", path
    recorded = {}
    for lesson in records.lessons(ROOT):
        recorded |= records.load(ROOT, lesson)["models"]
    for name in names:
        found = hashlib.sha256(records.model_path(ROOT, name).read_bytes()).hexdigest()
        assert found == recorded[name], f"{name} is not what was recorded"
    assert names == {"digits"}
    assert not Path(built_site, "live", "package.json").exists()


# The answers ---------------------------------------------------------------------------------


@pytest.fixture
def demo(visit):
    """Opens a page, and waits for its demo to have taken the picture's place."""

    def open_demo(path="convolutions/", **options):
        page = visit(path, **options)
        page.locator("live-demo").scroll_into_view_if_needed()
        page.locator(READY).wait_for()
        return page

    return open_demo


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
@pytest.mark.data
def test_mnists_test_digits_get_pytorchs_answers(demo, record_property):
    try:
        _, _, images, labels = load_mnist()
    except DataError as error:
        pytest.skip(f"no MNIST here: {error}")
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
    page.wait_for_timeout(100)


SEVEN = ((0.25, 0.2), (0.7, 0.2), (0.45, 0.85))
ONE = ((0.5, 0.15), (0.5, 0.85))


@pytest.mark.browser
def test_a_mouse_draws_and_clears(demo):
    page = demo("")
    assert "reads a 3" in answer(page)
    draw_with_mouse(page, *SEVEN)
    assert "reads a 7" in answer(page)  # and the example has made room
    assert not page.locator("[aria-pressed=true]").count()
    page.locator(".live-draw button").click()
    assert answer(page) == "Nothing is drawn yet."
    draw_with_mouse(page, *ONE)
    assert "reads a 1" in answer(page)
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
    page.wait_for_timeout(200)
    assert "reads a 1" in answer(page)
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
    page.wait_for_timeout(100)
    assert "reads a 1" in answer(page)
    page.keyboard.press("Space")
    assert page.locator("[role=status]").inner_text() == "Pen down."
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(100)
    assert "reads a 1" in answer(page)
    assert page.evaluate("scrollY") == before


@pytest.mark.browser
def test_the_answer_is_read_out_once_after_a_pause(demo):
    page = demo("")
    page.evaluate(
        """() => { window.said = []; const status = document.querySelector(".live-status");
          new MutationObserver(() => said.push(status.textContent))
            .observe(status, { childList: true }); }"""
    )
    page.wait_for_timeout(700)
    assert page.evaluate("said") == []  # the first example was not asked for
    draw_with_mouse(page, *SEVEN[:2])
    draw_with_mouse(page, *SEVEN[1:])
    assert page.evaluate("said") == []
    page.wait_for_timeout(800)
    (said,) = page.evaluate("said")
    assert "reads a 7" in said
    page.get_by_role("button", name="example 5").click()
    page.get_by_role("button", name="example 5").click()
    page.wait_for_timeout(800)
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
    page.wait_for_timeout(200)
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


def until(page, holds, seconds=10):
    """Wait until something holds; the page's policy forbids to hand it the condition as text."""
    for _ in range(seconds * 20):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still not so after {seconds} s")


def sums_agree(page):
    """Whether the products that are shown add up to the sum that is shown."""
    shown = page.locator(".live-numbers").nth(2).inner_text().replace("−", "-").split()
    total = page.locator("[role=tabpanel]:visible .live-answer b").inner_text().replace("−", "-")
    return abs(sum(map(float, shown)) - float(total)) <= 0.05


@pytest.mark.browser
def test_with_less_motion_the_kernel_walks_by_rows(demo):
    page = demo("")
    page.get_by_role("tab", name="Slide a kernel").click()
    page.get_by_role("slider").fill("3")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(400)
    assert page.get_by_role("slider").input_value() == "3"
    until(page, lambda: page.get_by_role("slider").input_value() == "29")


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_either_view(demo, scheme, viewport):
    page = demo(viewport=viewport, color_scheme=scheme)
    faults = axe(page)
    for kernel in ("upright edge", "learned, 7 of 16"):
        page.get_by_role("tab", name="Slide a kernel").click()
        page.get_by_label("Kernel", exact=True).and_(page.locator("select")).select_option(kernel)
        faults += axe(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], f"{kernel}: {width} pixels wide"
    assert not faults, "\n".join(faults)


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


# The site ------------------------------------------------------------------------------------


def answer_from(built_site, sizes, prefix="/"):
    """Answer requests with the site's files, and note what each weighs over the wire."""

    def answer(route):
        name = urlsplit(route.request.url).path.removeprefix(prefix)
        file = Path(built_site, name)
        file = file / "index.html" if file.is_dir() else file
        body = file.read_bytes()
        packed = body if file.suffix in {".woff2", ".safetensors"} else gzip.compress(body, 6)
        sizes[name] = len(packed)
        route.fulfill(path=file)

    return answer


@pytest.mark.browser
@pytest.mark.parametrize("prefix", ["/", "/a/course/"])
def test_the_demo_weighs_little_and_works_below_any_address(
    browser,
    built_site,
    prefix,
    record_property,
):
    sizes = {}
    context = browser.new_context(viewport=DESKTOP)
    context.route("https://site.test/**", answer_from(built_site, sizes, prefix))
    page = context.new_page()
    page.goto(f"https://site.test{prefix}convolutions/", wait_until="networkidle")
    page.locator(READY).wait_for()
    context.close()
    sizes = {name: size for name, size in sizes.items() if name.startswith("live/")}
    lines = [f"{size:9,} {name}" for name, size in sorted(sizes.items(), key=lambda i: -i[1])]
    print(f"\n{sum(sizes.values()):9,} bytes", *lines, sep="\n")
    record_property("bytes of the demo", sum(sizes.values()))
    assert "live/models/digits.safetensors" in sizes
    assert sum(sizes.values()) <= BUDGET, "\n".join(lines)


@pytest.fixture
def hindered(browser, address):
    """Opens the lesson with something amiss; returns the page and what its console said."""
    contexts = []

    def open_page(pattern=None, answer=None, **options):
        contexts.append(context := browser.new_context(viewport=DESKTOP, **options))
        if pattern:
            context.route(pattern, answer)
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
        page.goto(f"{address}convolutions/", wait_until="networkidle")
        return page, said

    yield open_page
    for context in contexts:
        context.close()


def altered(route):
    """The weights, with one bit of the last number turned."""
    content = bytearray(WEIGHTS.read_bytes())
    content[-1] ^= 1
    route.fulfill(body=bytes(content))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        ("**/digits.safetensors*", lambda route: route.fulfill(status=404)),
        ("**/digits.safetensors*", altered),
        ("**/live/nn.js", lambda route: route.fulfill(status=404)),
        ("**/live/live.css", lambda route: route.abort()),
        ("**/live/nn.js", lambda route: route.fulfill(content_type="text/javascript", body="(")),
    ],
    ids=["weights missing", "weights altered", "module missing", "no style", "module broken"],
)
def test_the_picture_stays_if_anything_fails(hindered, pattern, answer):
    page, said = hindered(pattern, answer)
    page.locator("live-demo").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    assert page.locator("live-demo img").is_visible()
    assert not page.locator(READY).count() and not page.locator(".live").count()
    assert len([line for line in said if "the still picture stays" in line]) == 1, said
    assert not [line for line in said if "uncaught" in line]


@pytest.mark.browser
def test_the_picture_stays_without_scripts(hindered):
    page, _ = hindered(java_script_enabled=False)
    picture = page.locator("live-demo img")
    assert picture.is_visible() and "handwritten 3" in picture.get_attribute("alt")


@pytest.mark.browser
def test_paper_gets_the_still_picture(demo):
    page = demo()
    assert not page.locator("live-demo img").is_visible()
    page.emulate_media(media="print")
    assert page.locator("live-demo img").is_visible() and not page.locator(".live").is_visible()


# Counts what the demos' code has asked of things that outlive a page.
WATCH = """
  window.held = { listeners: 0, timers: new Set() };
  const ours = () => new Error().stack.includes("/live/");
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (ours() && !(this instanceof AbortSignal)) {
      held.listeners += 1;
      if (options?.signal)
        add.call(options.signal, "abort", () => { held.listeners -= 1; }, { once: true });
    }
    return add.call(this, type, listener, options);
  };
  const { setTimeout: later, clearTimeout: never } = window;
  window.setTimeout = (act, time, ...rest) => {
    const timer = later(() => { held.timers.delete(timer); act(...rest); }, time);
    if (ours()) held.timers.add(timer);
    return timer;
  };
  window.clearTimeout = (timer) => { held.timers.delete(timer); never(timer); };
  for (const name of ["MutationObserver", "ResizeObserver"]) {
    const Observer = window[name];
    window[name] = class extends Observer {
      observe(...given) { if (ours()) { this.ours = true; held[name] = (held[name] ?? 0) + 1; }
        super.observe(...given); }
      disconnect() { if (this.ours) held[name] -= 1; super.disconnect(); }
    };
  }
"""


@pytest.mark.browser
def test_going_to_and_fro_leaves_nothing_behind(visit, built_site):
    page = visit("")
    page.context.add_init_script(WATCH)
    page.reload(wait_until="networkidle")
    page.evaluate("window.stillHere = true; window.gone = []")
    elsewhere = page.locator("nav a[href*=convolutions]").first
    assert elsewhere.count()
    counts = []
    for turn in range(8):
        page.locator(READY).wait_for()
        draw_with_mouse(page, *ONE)  # leaves an announcement to come
        page.get_by_role("tab", name="Slide a kernel").click()
        page.get_by_role("button", name="Play").click()
        page.evaluate("gone.push(new WeakRef(document.querySelector('.live')))")
        counts.append(page.evaluate("[held.listeners, held.MutationObserver]"))
        start = page.url
        if turn % 2:
            page.go_back()
        else:
            page.locator("nav.md-nav--primary a[href*=convolutions]:visible").first.click()
        page.wait_for_url(lambda url, start=start: url != start)
        until(page, lambda: page.evaluate("!gone.at(-1).deref()?.isConnected"))
        page.evaluate("document.querySelector('live-demo').scrollIntoView()")
    page.locator(READY).wait_for()
    module = f"{page.url.removesuffix('convolutions/')}live/live.js"
    mounted = page.evaluate("async (url) => (await import(url)).count", module)
    assert mounted == {"mounted": 9, "unmounted": 8}
    assert page.evaluate("stillHere"), "a page was loaded afresh"
    assert counts == counts[:1] * len(counts), counts
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    kept = page.evaluate("gone.filter((demo) => demo.deref()).length")
    assert kept <= 1, f"{kept} of 8 demos are still in memory"
    # On a page without a demo nothing at all is left.
    page.evaluate("document.querySelector('live-demo').remove()")
    assert page.evaluate("[held.listeners, held.MutationObserver, held.timers.size]") == [0, 0, 0]
