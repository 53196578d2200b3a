"""The live demos of the course, and what every test of one needs."""

import re
from pathlib import Path

import pytest
from browsing import DESKTOP, new_context

ROOT = Path(__file__).parents[1]
LIVE = ROOT / "docs" / "live"
READY = "live-demo[data-state=live]"
ELEMENT = re.compile(r'<live-demo name="(\w+)"')


def places() -> list[tuple[str, str]]:
    """Return (address of a page below the site's, name of a demo in it), in order."""
    found = []
    for file in sorted((ROOT / "docs").rglob("*.md")):
        path = file.relative_to(ROOT / "docs").with_suffix("").as_posix()
        names = ELEMENT.findall(file.read_text("utf-8"))
        found += [("" if path == "index" else f"{path}/", name) for name in names]
    return found


PLACES = places()
PAGES = sorted({path for path, _ in PLACES})
FIRST = {name: path for path, name in reversed(PLACES)}  # of each demo, one page


def ready(name: str | None) -> str:
    """The selector of a demo that has taken its picture's place."""
    return READY + (f'[name="{name}"]' if name else "")


def wait_for_demo(page, name: str | None = None) -> None:
    """Come near a demo, and wait until it has taken the picture's place."""
    element = page.locator(f'live-demo[name="{name}"]' if name else "live-demo").first
    element.scroll_into_view_if_needed()
    page.locator(ready(name)).first.wait_for()


@pytest.fixture
def demo(visit):
    """Opens a page, and waits for its demo to have taken the picture's place."""

    def open_demo(path="convolutions/", name=None, **options):
        page = visit(path, **options)
        wait_for_demo(page, name)
        return page

    return open_demo


@pytest.fixture
def hindered(browser, address):
    """Opens a page with something amiss; returns it and what its console said."""
    contexts = []

    def open_page(path, pattern=None, answer=None, **options):
        contexts.append(context := new_context(browser, viewport=DESKTOP, **options))
        if pattern:
            context.route(pattern, answer)
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
        page.goto(f"{address}{path}", wait_until="networkidle")
        return page, said

    yield open_page
    for context in contexts:
        context.close()


# Counts what the demos' code has asked of things that outlive a page.
WATCH = """
  window.held = { listeners: 0, timers: new Set(), frames: new Set(), observers: new Set() };
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
  const watched = (start, stop, kept, again) => {
    const [begin, end] = [window[start], window[stop]];
    window[start] = (act, ...rest) => {
      const number = begin((...given) => {
        if (!again) kept.delete(number);
        act(...given);
      }, ...rest);
      if (ours()) kept.add(number);
      return number;
    };
    window[stop] = (number) => { kept.delete(number); end.call(window, number); };
  };
  watched("setTimeout", "clearTimeout", held.timers, false);
  watched("setInterval", "clearInterval", held.timers, true);
  watched("requestAnimationFrame", "cancelAnimationFrame", held.frames, false);
  for (const name of ["MutationObserver", "ResizeObserver", "IntersectionObserver"]) {
    const Observer = window[name];
    window[name] = class extends Observer {
      targets = new Set();
      observe(target, ...given) {
        this.targets.add(target);
        if (/\\/live\\/(?!live\\.js)/.test(new Error().stack)) held.observers.add(this);
        super.observe(target, ...given);
      }
      unobserve(target) {
        this.targets.delete(target);
        if (!this.targets.size) held.observers.delete(this);
        super.unobserve(target);
      }
      disconnect() { this.targets.clear(); held.observers.delete(this); super.disconnect(); }
    };
  }
"""
