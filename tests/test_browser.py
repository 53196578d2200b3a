"""The built site in Chromium: what a reader, a keyboard, a screen reader and a printer meet."""

import gzip
import re
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import DESKTOP, PHONE, new_context, settle, source, stop_clock, until
from bs4 import BeautifulSoup

playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
BUDGET = 220_000  # bytes over the wire for a lesson page, before its figures and demos


@cache
def paths(built_site: Path) -> tuple[str, ...]:
    """The address of every page below the site's, the one for unknown addresses left out."""
    files = sorted(Path(built_site).rglob("index.html"))
    return tuple(
        "" if file.parent == Path(built_site) else f"{file.parent.relative_to(built_site)}/"
        for file in files
    )


def pages_with(built_site: Path, selector: str) -> list[str]:
    """The addresses of the pages that hold an element, those with the most of it first."""
    found = {path: len(source(built_site, path).select(selector)) for path in paths(built_site)}
    pages = sorted((path for path in found if found[path]), key=lambda path: -found[path])
    if not pages:
        pytest.skip(f"no page holds {selector}")
    return pages


def chosen_tabs(page) -> set[str]:
    """The names of the chosen tabs, those in closed boxes left out."""
    return set(
        page.eval_on_selector_all(
            ".tabbed-set:not(details:not([open]) *) > input:checked",
            "inputs => inputs.map(i => document.querySelector(`label[for=${i.id}]`).textContent)",
        )
    )


# The theme wraps tables and the course makes what scrolls focusable a moment after the page or a
# box has opened; on a busy machine axe would come between.
SETTLED = """() => [...document.querySelectorAll(".md-content :is(table, code, .katex-display)")]
    .every(e => e.scrollWidth <= e.clientWidth + 1 || e.closest("[tabindex='0']"))"""


def axe(page) -> list[str]:
    """What axe-core finds on the page as it stands: its rule, why, and where."""
    with suppress(playwright.TimeoutError):  # then axe says what is wrong
        page.wait_for_function(SETTLED)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{page.url}: {rule['id']} ({rule['impact']}): {node['html'][:160]}\n"
        f"    {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def test_formulas_side_by_side_stand_below_each_other_on_a_phone(visit):
    rows = {}
    for name, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        formulas = visit("perceptron/", viewport=viewport).locator(".formulas").nth(2)
        boxes = [part.bounding_box() for part in formulas.locator(".katex-display").all()]
        middles = {round(box["y"] + box["height"] / 2) for box in boxes}
        right = max(box["x"] + box["width"] for box in boxes)
        rows[name] = len(middles)
        assert len(boxes) == 3 and right <= viewport["width"]
    assert rows["desktop"] == 1 < rows["phone"]


@pytest.mark.parametrize("boxes", ["closed", "open"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, built_site, scheme, viewport, boxes):
    faults = []
    for path in paths(built_site):
        page = visit(path, color_scheme=scheme, viewport=viewport)
        if boxes == "open":
            page.eval_on_selector_all("details", "boxes => boxes.forEach(box => box.open = true)")
        faults += axe(page)
    faults += axe(visit("no/such/page/", 404, color_scheme=scheme, viewport=viewport))
    assert not faults, "\n".join(faults)


def test_no_page_scrolls_sideways_on_a_phone(visit, built_site):
    for path in (*paths(built_site), "no/such/page/"):
        page = visit(path, 404 if "such" in path else 200, viewport=PHONE)
        page.eval_on_selector_all("details", "boxes => boxes.forEach(box => box.open = true)")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{path}: {width} pixels wide"


def loaded(browser, built_site: Path, path: str) -> dict[str, int]:
    """Bytes over the wire of each file that a page loads at once, figures and demos apart.

    The answers come from the files, and nothing is asked of a network.
    """
    sizes = {}

    def answer(route):
        name = urlsplit(route.request.url).path.lstrip("/")
        file = Path(built_site, name)
        file = file / "index.html" if file.is_dir() else file
        body = file.read_bytes()
        packed = body if file.suffix in {".woff2", ".png"} else gzip.compress(body, 6)
        if not name.startswith(("figures/", "live/")):
            sizes[name] = len(packed)
        route.fulfill(path=file)

    context = new_context(browser, viewport=DESKTOP)
    context.route("https://site.test/**", answer)
    context.new_page().goto(f"https://site.test/{path}", wait_until="networkidle")
    context.close()
    return sizes


def test_a_lesson_weighs_little(browser, built_site, record_property):
    heaviest = 0
    for path in pages_with(built_site, ".katex"):
        sizes = loaded(browser, built_site, path)
        total = sum(sizes.values())
        lines = [f"{size:9,} {name}" for name, size in sorted(sizes.items(), key=lambda i: -i[1])]
        print(f"\n{total:9,} bytes for {path}", *lines, sep="\n")
        heaviest = max(heaviest, total)
        assert total <= BUDGET, f"{path} weighs {total:,} bytes:\n" + "\n".join(lines)
    record_property("bytes of the heaviest page", heaviest)


def test_the_framework_is_remembered(visit, built_site):
    first, *others = pages_with(built_site, ".tabbed-set")
    page = visit(first)
    page.locator(".tabbed-labels label:visible", has_text="TensorFlow").first.click()
    until(page, lambda: chosen_tabs(page) == {"TensorFlow"})
    page.reload()
    settle(page)
    page.eval_on_selector_all("details", "boxes => boxes.forEach(box => box.open = true)")
    until(page, lambda: chosen_tabs(page) == {"TensorFlow"})
    for other in others:
        page.goto(page.url.removesuffix(first) + other)
        settle(page)
        assert "TensorFlow" in chosen_tabs(page)
    page.locator(".tabbed-labels label:visible", has_text="PyTorch").first.click()
    until(page, lambda: "TensorFlow" not in chosen_tabs(page))


def test_tabs_answer_the_keyboard(visit, built_site):
    page = visit(pages_with(built_site, ".tabbed-set")[0])
    page.locator(".tabbed-set > input").first.focus()
    page.keyboard.press("ArrowRight")
    until(page, lambda: "TensorFlow" in chosen_tabs(page))


def test_the_copy_button_copies_the_code_alone(visit, built_site):
    copied_pages = pages_with(built_site, ".language-python.highlight, .language-pycon.highlight")
    for path in copied_pages:
        page = visit(path, permissions=["clipboard-read", "clipboard-write"])
        page.eval_on_selector_all("details", "boxes => boxes.forEach(box => box.open = true)")
        blocks = page.locator(":is(.language-python, .language-pycon).highlight:visible")
        for index in range(blocks.count()):
            block = blocks.nth(index)
            code = block.locator("code").inner_html()
            html = BeautifulSoup(f"<pre>{code}</pre>", "html.parser")
            for line in html.select('span[id^="__span"]:has(> .go)'):
                line.decompose()
            for prompt in html.select(".gp"):
                prompt.decompose()
            block.locator("button.md-code__button[data-md-type=copy]").click()
            code = html.get_text().rstrip()
            assert not re.search(r"^(>>>|\.\.\.) ", code, re.MULTILINE)
            read = partial(page.evaluate, "navigator.clipboard.readText()")
            until(page, lambda read=read, code=code: read() == code)


def test_search_finds_a_lesson(visit, built_site):
    page = visit()
    page.keyboard.press("/")
    page.keyboard.type("convolution")
    results = page.locator(".md-search-result__item a")
    results.first.wait_for()
    assert "convolution" in results.first.inner_text().lower()
    results.first.click()
    page.locator("#__search:not(:checked)").wait_for(state="attached")
    article = page.locator("main article.md-content__inner")
    until(page, lambda: "convolution" in article.inner_text().lower())


def test_search_speaks_of_formulas_once(built_site):
    index = Path(built_site, "search", "pages.json").read_text("utf-8")
    assert "katex" not in index and "displaystyle" not in index
    assert "\\\\(" not in index and "\\\\frac" not in index


def test_the_palette_follows_the_system_and_then_the_reader(visit):
    page = visit(color_scheme="dark")
    scheme = "document.body.getAttribute('data-md-color-scheme')"
    assert page.evaluate(scheme) == "slate"
    page.locator("[data-md-component=palette] label:visible").click()
    until(page, lambda: page.evaluate(scheme) == "default")
    page.reload()
    settle(page)
    assert page.evaluate(scheme) == "default"
    assert visit(color_scheme="light").evaluate(scheme) == "default"


def test_instant_navigation_goes_there_and_back(visit, built_site):
    page = visit()
    page.evaluate("window.stillHere = true")
    start, home = page.url, page.locator("h1").inner_text().removesuffix("#").strip()
    link = page.locator(".md-footer__link--next")
    if not link.count():
        pytest.skip("the course has one page only")
    link.click()
    page.wait_for_url(lambda url: url != start)
    there = page.url
    # The address changes before the page does.
    title = page.locator("h1").filter(has_not_text=home).inner_text()
    page.go_back()
    page.wait_for_url(start)
    page.go_forward()
    page.wait_for_url(there)
    page.locator("h1", has_text=title.removesuffix("#").strip()).wait_for()
    assert page.evaluate("window.stillHere"), "the page was loaded afresh"


def test_every_page_talks_to_its_own_host_only(visit, built_site):
    """Uses each page as a reader would; `visit` ends the test if a request went elsewhere."""
    for path in paths(built_site):
        page = visit(path)
        for label in page.locator(".tabbed-labels label:visible").all():
            label.click()
        page.locator("[data-md-component=palette] label:visible").click()
        page.keyboard.press("/")
        page.keyboard.type("learning")
        page.locator(".md-search-result__item").first.wait_for()
        page.keyboard.press("Escape")
        for picture in page.locator("main img:not(live-demo img)").all():
            picture.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")


def test_a_page_reads_without_scripts(visit, built_site):
    page = visit(pages_with(built_site, ".katex")[0], java_script_enabled=False)
    assert page.locator("h1").is_visible()
    assert page.locator(".katex-html .mord").first.is_visible()
    blocks = page.locator(".tabbed-set").first.locator("> .tabbed-content > .tabbed-block")
    assert blocks.nth(0).is_visible() and not blocks.nth(1).is_visible()
    page.locator(".tabbed-set").first.locator("> .tabbed-labels > label").nth(1).click()
    assert blocks.nth(1).is_visible() and not blocks.nth(0).is_visible()
    box = page.locator("article > details").first
    box.locator("> summary").click()
    assert box.locator("> :not(summary)").first.is_visible()


def test_the_first_tab_stop_skips_to_the_content(visit, built_site):
    page = visit()
    page.keyboard.press("Tab")
    assert page.locator(".md-skip").evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#"))


def test_the_keyboard_opens_menu_and_search_on_a_phone(visit):
    page = visit(viewport=PHONE)
    page.locator("[data-toggles=__drawer]").focus()
    page.keyboard.press("Enter")
    page.locator("#__drawer:checked").wait_for(state="attached")
    page.keyboard.press("Enter")
    page.locator("[data-toggles=__search]").focus()
    page.keyboard.press("Enter")
    page.locator("#__search:checked").wait_for(state="attached")


def test_focus_is_seen_on_every_stop(visit, built_site):
    page = visit(pages_with(built_site, "a[href]")[0])
    for _ in range(60):
        page.keyboard.press("Tab")
        style = page.evaluate(
            """() => {
              const element = document.activeElement;
              if (element === document.body) return "page";
              const seen = element.matches(".tabbed-set > input")
                ? document.querySelector(`label[for="${element.id}"]`) : element;
              const style = getComputedStyle(seen);
              return style.outlineStyle !== "none" && style.outlineWidth !== "0px"
                ? "seen" : element.outerHTML.slice(0, 200);
            }"""
        )
        assert style in {"seen", "page"}, f"no outline on {style}"


WAITING = """() => [...document.querySelectorAll(".md-content__inner > *")]
  .filter((element) => getComputedStyle(element).contentVisibility !== "visible").length"""


def test_code_out_of_sight_waits_only_while_the_page_loads(visit, built_site):
    path = pages_with(built_site, ".highlight")[0]
    page = visit("", clock=True)
    stop_clock(page)
    page.goto(page.url + path, wait_until="load")
    page.clock.run_for(1000)
    assert page.evaluate(WAITING) > 5
    page.clock.run_for(1000)
    assert page.evaluate(WAITING) == 0


def test_a_link_to_a_section_shows_its_heading(visit, built_site):
    path = pages_with(built_site, ".highlight")[0]
    sections = source(built_site, path).select("h2[id]")
    for section in (sections[1], sections[-1]):
        page = visit(f"{path}#{section['id']}")
        top = page.locator(f"#{section['id']}").bounding_box()["y"]
        page.wait_for_timeout(2000)
        assert 0 <= top < DESKTOP["height"] * 0.9
        assert page.locator(f"#{section['id']}").bounding_box()["y"] == pytest.approx(top, abs=2)


def test_what_scrolls_can_be_focused(visit, built_site):
    for path in paths(built_site):
        page = visit(path, viewport=PHONE)
        unreachable = page.evaluate(
            """() => [...document.querySelectorAll("main pre > code, main .katex-display")]
              .filter(e => e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0)
              .map(e => e.textContent.slice(0, 60))"""
        )
        assert not unreachable, f"{path}: {unreachable}"


def test_print_is_black_on_white_and_complete(visit, built_site):
    for path in paths(built_site):
        page = visit(path, color_scheme="dark")
        page.emulate_media(media="print", color_scheme="dark")
        page.set_viewport_size({"width": 700, "height": 1000})
        ink, paper = page.evaluate(
            "[getComputedStyle(document.querySelector('article')).color,"
            " getComputedStyle(document.body).backgroundColor]"
        )
        assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 200, f"{path}: ink {ink}"
        assert paper in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}, f"{path}: paper {paper}"
        for frame in (".md-header", ".md-sidebar--primary", ".md-footer", ".md-code__nav"):
            assert not page.locator(f"{frame}:visible").count(), f"{path}: {frame} is printed"
        for hidden in ("details:not(.live details) > :not(summary)", ".tabbed-block"):
            for part in page.locator(hidden).all():
                height = part.evaluate("e => e.getBoundingClientRect().height")
                assert height > 0 or not part.inner_text(), f"{path}: {hidden} is not printed"
        cut = page.eval_on_selector_all(
            "main pre > code",
            "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)",
        )
        assert not cut, f"{path}: printed code is cut off: {cut}"


def test_the_404_page_helps_at_any_depth(visit):
    page = visit("very/deep/missing", 404)
    assert "does not exist" in page.locator("h1").inner_text()
    page.locator("main [data-opens-search]").click()
    page.keyboard.type("learning")
    page.locator(".md-search-result__item").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("main article a", has_text="Home").click()
    page.wait_for_url(re.compile(r"://[^/]+/$"))
