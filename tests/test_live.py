"""Every live demo: what it is made from, that it leaves nothing behind, that anyone can use it.

What only one demo does is tested in tests/test_live_<name>.py.
"""

import base64
import gzip
import hashlib
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import numpy as np
import pytest
from browsing import DESKTOP, PHONE, new_context, settle, until
from bs4 import BeautifulSoup
from demos import FIRST, LIVE, PAGES, PLACES, ROOT, WATCH, ready, wait_for_demo
from test_browser import axe, paths

from tools import demo_hooks, live, records

BUDGET = 150_000  # bytes over the wire for a demo, weights and still picture included
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")

everywhere = pytest.mark.parametrize(("path", "name"), PLACES)
every_demo = pytest.mark.parametrize("name", FIRST)


# What they are made from ---------------------------------------------------------------------


def test_the_modules_pass_their_tests_in_node():
    if not shutil.which("node"):
        pytest.skip("needs node: it is not installed")
    files = sorted(str(path) for path in (ROOT / "tests" / "live").glob("*.test.mjs"))
    done = subprocess.run(["node", "--test", *files], capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", live.DEMOS)
def test_what_is_computed_for_a_demo_is_up_to_date(name):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    for path, text in live.files(ROOT, name).items():
        fault = difference(path, path.read_text("utf-8"), text)
        assert not fault, f"{path.relative_to(ROOT)}: {fault}; run python -m tools.live {name}"


def difference(path, stored, made):
    """What differs in two texts; the pixels of pictures and the last digits of numbers may."""
    if path.suffix == ".svg":
        stored, made = (re.sub(r"base64,[^\"]*", "", text) for text in (stored, made))
    words, others = NUMBER.split(stored), NUMBER.split(made)
    if words != others:
        return f"it has {len(words)} pieces of text, and now there are {len(others)}"
    ours, theirs = (np.array(NUMBER.findall(text), float) for text in (stored, made))
    decimals = [len(text.partition(".")[2]) for text in NUMBER.findall(made)]
    units = 1.01 * 10.0 ** -np.array(decimals) if path.suffix == ".svg" else 1e-6
    wrong = np.abs(ours - theirs) > units + 1e-5 * np.abs(theirs)
    return f"{ours[wrong][0]} should be {theirs[wrong][0]}" if wrong.any() else ""


def test_a_difference_is_seen():
    drawing, numbers = Path("a.svg"), Path("a.json")
    assert difference(drawing, '<a x="1.5" b="base64,x">', '<a x="1.6" b="base64,y">') == ""
    assert "1.5 should be 1.7" in difference(drawing, '<a x="1.5">', '<a x="1.7">')
    assert "pieces of text" in difference(drawing, "<a>", "<b>")
    assert difference(numbers, "[1, 0.5000001]", "[1, 0.5]") == ""
    assert "2.0 should be 1.0" in difference(numbers, "[2, 0.5]", "[1, 0.5]")


def test_every_demo_has_a_page_and_a_module_and_tests():
    modules = {name for name in FIRST if (LIVE / f"{name}.js").is_file()}
    assert modules == set(FIRST) == set(live.DEMOS)
    weights = {path.stem for path in (LIVE / "models").iterdir()}
    assert weights <= set(FIRST), "a file of weights that no demo reads"


def test_the_pages_name_the_recorded_weights(built_site):
    recorded = {}
    for lesson in records.lessons(ROOT):
        recorded |= (records.load(ROOT, lesson) or {"models": {}})["models"]
    found = set()
    for path in Path(built_site).rglob("*.html"):
        for element in BeautifulSoup(path.read_text("utf-8"), "html.parser").find_all("live-demo"):
            found.add(name := element["name"])
            if name not in recorded:
                assert "integrity" not in element.attrs, f"{path}: {name} has no recorded weights"
                continue
            digest = hashlib.sha256(records.model_path(ROOT, name).read_bytes())
            assert digest.hexdigest() == recorded[name], f"{name} is not what was recorded"
            assert element["integrity"] == f"sha256-{base64.b64encode(digest.digest()).decode()}"
    assert found == set(FIRST)
    assert not Path(built_site, "live", "package.json").exists()


# The reader ----------------------------------------------------------------------------------


@pytest.mark.browser
@every_demo
def test_the_answer_is_as_wide_as_the_demo_on_a_phone(demo, name):
    """One demo's grid, where it names a place for the answer, must not reshape the others."""
    page = demo(FIRST[name], name, viewport=PHONE)
    widths = f"""() => [".live", ".live-answer"].map(part => {{
        const found = document.querySelector('{ready(name)} ' + part);
        return found ? found.getBoundingClientRect().width : null; }})"""
    whole, answer = page.evaluate(widths)
    if answer is None:
        pytest.skip(f"{name} has no line for an answer")
    assert answer > 0.85 * whole


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@everywhere
def test_axe_finds_nothing_in_any_view(demo, path, name, scheme, viewport):
    page = demo(path, name, viewport=viewport, color_scheme=scheme)
    faults = axe(page)
    for tab in page.locator(f"{ready(name)} [role=tab][aria-selected=false]").all():
        tab.click()
        faults += axe(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], f"{tab.inner_text()}: {width} pixels wide"
    assert not faults, "\n".join(faults)


@pytest.mark.browser
@everywhere
def test_the_picture_stays_without_scripts(hindered, path, name):
    page, _ = hindered(path, java_script_enabled=False)
    picture = page.locator(f'live-demo[name="{name}"] img')
    assert picture.get_attribute("src").endswith(f"live/{name}.svg")
    assert len(picture.get_attribute("alt")) > 40, "say what the picture shows"
    picture.scroll_into_view_if_needed()
    assert picture.is_visible()
    until(page, lambda: picture.evaluate("(image) => image.naturalWidth") > 0)


@pytest.mark.browser
@every_demo
def test_paper_gets_the_still_picture(demo, name):
    page = demo(FIRST[name], name)
    element = page.locator(ready(name))
    assert not element.locator("img").is_visible()
    page.emulate_media(media="print")
    assert element.locator("img").is_visible() and not element.locator(".live").is_visible()


# The site ------------------------------------------------------------------------------------


def answer_from(built_site, sizes, prefix="/"):
    """Answer requests with the site's files, and note what each weighs over the wire.

    A second request for the same file is a fault, but for the demos' one style sheet: each of
    them asks for it, and the browser, which has no cache while its requests are answered here,
    passes that on.
    """

    def answer(route):
        name = urlsplit(route.request.url).path.removeprefix(prefix)
        file = Path(built_site, name)
        file = file / "index.html" if file.is_dir() else file
        body = file.read_bytes()
        packed = body if file.suffix in {".woff2", ".safetensors"} else gzip.compress(body, 6)
        again = name in sizes and name.startswith("live/") and name != "live/live.css"
        assert not again, f"{name} is asked for twice"
        sizes[name] = len(packed)
        route.fulfill(path=file)

    return answer


@pytest.mark.browser
@pytest.mark.parametrize("prefix", ["/", "/a/course/"])
@every_demo
def test_a_demo_weighs_little_and_works_below_any_address(
    browser,
    built_site,
    name,
    prefix,
    record_property,
):
    sizes = {}
    context = new_context(browser, viewport=DESKTOP)
    context.route("https://site.test/**", answer_from(built_site, sizes, prefix))
    page = context.new_page()
    page.goto(f"https://site.test{prefix}{FIRST[name]}", wait_until="networkidle")
    wait_for_demo(page, name)
    context.close()
    others = sum(path == FIRST[name] for path, _ in PLACES)  # and itself
    sizes = {file: size for file, size in sizes.items() if file.startswith("live/")}
    lines = [f"{size:9,} {file}" for file, size in sorted(sizes.items(), key=lambda i: -i[1])]
    print(f"\n{sum(sizes.values()):9,} bytes", *lines, sep="\n")
    record_property("bytes of the demo", sum(sizes.values()))
    assert {f"live/{name}.js", "live/live.css"} <= set(sizes)
    weights = f"live/models/{name}.safetensors"
    assert (weights in sizes) == Path(built_site, weights).is_file()
    assert sum(sizes.values()) <= BUDGET * others, "\n".join(lines)


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_the_head_names_what_an_early_demo_asks_for(browser, built_site, path):
    head = BeautifulSoup(Path(built_site, path, "index.html").read_text("utf-8"), "html.parser")
    named = {link["href"].split("live/")[1] for link in head.select("link[rel=modulepreload]")}
    sheets = head.select("link[rel=preload][as=style][href$='live/live.css']")
    early = [name for place, name in PLACES if place == path and "early" in attributes(head, name)]
    assert len(sheets) == bool(early)
    sizes = {}
    context = new_context(browser, viewport=PHONE)  # which no link tells what to load
    context.route("https://site.test/**", answer_from(built_site, sizes))
    page = context.new_page()
    page.goto(f"https://site.test/{path}", wait_until="networkidle")
    for name in early:
        wait_for_demo(page, name)
    asked = {name.removeprefix("live/") for name in sizes if re.match(r"live/.*\.js$", name)}
    context.close()
    assert named == (asked - {"live.js"} if early else set())


def test_a_demo_is_early_before_the_first_section_only(tmp_path):
    for name in ("one", "two"):
        (tmp_path / "live" / f"{name}.js").parent.mkdir(exist_ok=True)
        (tmp_path / "live" / f"{name}.js").write_text(f'import {{ a }} from "./{name}_part.js";\n')
        (tmp_path / "live" / f"{name}_part.js").write_text('import b, {\n  c,\n} from "./b.js";\n')
    (tmp_path / "live" / "b.js").write_text('import "./one.js";\n')
    config = SimpleNamespace(docs_dir=tmp_path)
    html = '<live-demo name="one"></live-demo><h2>A</h2><live-demo name="two"></live-demo>'
    html = demo_hooks.on_page_content(html, None, config, None)
    assert html == html.replace(" early", "").replace('"one"', '"one" early')
    context = {}
    demo_hooks.on_page_context(context, SimpleNamespace(content=html), config, None)
    assert context["early_modules"] == ["one.js", "one_part.js", "b.js"]


def attributes(page, name):
    return page.find("live-demo", {"name": name}).attrs


def test_the_two_places_that_say_what_is_wide_agree():
    theme = (ROOT / "theme" / "main.html").read_text("utf-8")
    (wide,) = re.findall(r'const WIDE = "(.*)";', (LIVE / "live.js").read_text("utf-8"))
    assert f'media="{wide} and (scripting: enabled)"' in theme


def altered(route):
    """The weights, with one bit of the last number turned."""
    content = bytearray(
        (LIVE / "models" / urlsplit(route.request.url).path.split("/")[-1]).read_bytes()
    )
    content[-1] ^= 1
    route.fulfill(body=bytes(content))


def missing(route):
    route.fulfill(status=404)


HINDRANCES = {
    "module missing": ("**/live/{name}.js", missing),
    "module broken": (
        "**/live/{name}.js",
        lambda route: route.fulfill(content_type="text/javascript", body="("),
    ),
    "no style": ("**/live/live.css", lambda route: route.abort()),
    "weights missing": ("**/{name}.safetensors*", missing),
    "weights altered": ("**/{name}.safetensors*", altered),
}


@pytest.mark.browser
@pytest.mark.parametrize("hindrance", HINDRANCES)
@every_demo
def test_the_picture_stays_if_anything_fails(hindered, name, hindrance):
    if "weights" in hindrance and not records.model_path(ROOT, name).is_file():
        pytest.skip(f"{name} has no weights")
    pattern, answer = HINDRANCES[hindrance]
    page, said = hindered(FIRST[name], pattern.format(name=name), answer)
    element = page.locator(f'live-demo[name="{name}"]')
    element.scroll_into_view_if_needed()
    until(page, lambda: [line for line in said if f"live-demo {name}: the still" in line])
    assert element.locator("img").is_visible()
    assert not page.locator(ready(name)).count() and not element.locator(".live").count()
    assert len([line for line in said if f"live-demo {name}: the still" in line]) == 1, said
    assert not [line for line in said if "uncaught" in line]


# Uses whatever a demo offers: its buttons, its sliders, its lists, and a stroke on its picture.
USE = """(selector) => {
  const all = (part) => document.querySelectorAll(`${selector} ${part}`);
  const told = (target, type) => target.dispatchEvent(new Event(type, { bubbles: true }));
  for (const tab of [...all("[role=tab]"), ...all("[role=tab]")]) {
    tab.click();
    for (const one of all("input[type=range]")) { one.value = one.max; told(one, "input"); }
    for (const one of all("select")) { one.selectedIndex = one.length - 1; told(one, "change"); }
    for (const one of all("button:not([role=tab])")) one.click();
  }
  if (!all("[role=tab]").length) for (const one of all("button")) one.click();
}"""


def use(page, name):
    page.evaluate(USE, ready(name))
    for picture in page.locator(f"{ready(name)} :is(canvas, svg):visible").all()[:3]:
        box = picture.bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6, steps=4)
        page.mouse.up()


KEPT = "[held.listeners, held.timers.size, held.frames.size, held.observers.size]"


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_going_to_and_fro_leaves_nothing_behind(visit, built_site, path):
    names = [name for place, name in PLACES if place == path]
    others = [
        {place for place in PAGES if place not in {path, ""}} or bare(built_site),
        bare(built_site),
    ]
    page = visit(path)
    page.context.add_init_script(WATCH)
    page.reload()
    settle(page)
    page.evaluate("window.stillHere = true; window.gone = []")
    counts = []
    for turn in range(4):
        for name in names:
            wait_for_demo(page, name)
            use(page, name)
        page.evaluate(
            "for (const e of document.querySelectorAll('.live')) gone.push(new WeakRef(e))"
        )
        counts.append(page.evaluate("[held.listeners, held.observers.size]"))
        leave(page, link_to(page, others[turn % 2]).click)
        if turn % 2:
            until(page, lambda: page.evaluate(KEPT) == [0, 0, 0, 0])
        leave(page, page.go_back)
    for name in names:
        wait_for_demo(page, name)
    module = f"{page.url.removesuffix(path)}live/live.js"
    mounted = page.evaluate("async (url) => (await import(url)).count", module)
    assert mounted["mounted"] - mounted["unmounted"] == len(names)
    assert mounted["unmounted"] >= 4 * len(names)
    assert page.evaluate("stillHere"), "a page was loaded afresh"
    assert counts == counts[:1] * len(counts), counts
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    left = page.evaluate("gone.filter((demo) => demo.deref()).length")
    assert left <= len(names), f"{left} of {4 * len(names)} demos are still in memory"


def bare(built_site):
    """The addresses of the pages without a demo."""
    return set(paths(built_site)) - set(PAGES)


def link_to(page, addresses):
    """The link of the navigation to the first of some pages that it lists."""
    address = next(a for a in sorted(addresses) if page.locator(f"nav a[href$='{a}']").count())
    return page.locator(f"nav.md-nav--primary a[href$='{address}']:visible").first


def leave(page, act):
    """Do what leads to another page, and wait until the text of this one has gone."""
    page.evaluate("window.old = new WeakRef(document.querySelector('h1'))")
    act()
    until(page, lambda: not page.evaluate("old.deref()?.isConnected"))
