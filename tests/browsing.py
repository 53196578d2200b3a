"""The built site on a server of its own, and Chromium to visit it: one of each for all tests."""

import http.server
import os
import shutil
import threading
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tools.bench_live import FLAGS, NAMES

PATIENCE = 60_000  # milliseconds: a busy machine may take twenty times as long as an idle one
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


class Server(http.server.SimpleHTTPRequestHandler):
    """Serves a folder as a static host does: an unknown address gets the site's 404.html."""

    root = ""  # where the site says that it lives, which its map of pages repeats

    def do_GET(self):
        """Answers like a host at the site's own address: so the map of pages names this one."""
        if self.path != "/sitemap.xml":
            return super().do_GET()
        here = f"http://127.0.0.1:{self.server.server_port}/"
        text = Path(self.directory, "sitemap.xml").read_text("utf-8").replace(self.root, here)
        self.reply(200, "text/xml", text.encode())

    def send_error(self, code, message=None, explain=None):
        if code != 404:
            return super().send_error(code, message, explain)
        self.reply(404, "text/html; charset=utf-8", Path(self.directory, "404.html").read_bytes())

    def reply(self, code, kind, body):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def settle(page) -> None:
    """Wait until a page has loaded and its scripts have done what they do unasked.

    A quiet network alone does not say so: on a busy machine the scripts come later.
    """
    page.wait_for_load_state("load")
    page.wait_for_load_state("networkidle")
    page.locator("html[data-state=ready]").wait_for(state="attached")


def new_context(browser, **options):
    """A fresh profile of the browser, whose pages are waited for with patience."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context


def stop_clock(page) -> None:
    """Let time pass for the scripts of a page, visited with `clock`, by `page.clock.run_for` alone.

    What should happen before or after a pause then does not hang on how busy the machine is.
    """
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


def next_frame(page) -> None:
    """Wait until the page has drawn what the last event changed."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def until(page, holds, seconds=60):
    """Wait until something holds; the page's policy forbids to hand it the condition as text."""
    for _ in range(seconds * 20):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still not so after {seconds} s")


def source(built_site: Path, path: str) -> BeautifulSoup:
    return BeautifulSoup(Path(built_site, path, "index.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="session")
def address(built_site):
    """Where the built site is served during the tests, with a final slash."""
    Server.root = source(built_site, "").find("link", rel="canonical")["href"]
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Server, directory=str(built_site))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not program:
        pytest.skip(f"needs a browser: none of {', '.join(NAMES)} found; or set CHROMIUM")
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(browser, address):
    """Opens a page of the site in a fresh profile, and closes the one that was open before.

    Ends the test if a page complained. A complaint is a request to another host, a failed
    request, a refusal by the page's policy, an uncaught exception or anything else that the
    console calls an error. With `clock` the page's time can be stopped.
    """
    contexts, complaints = [], []

    def open_page(path="", expected_status=200, clock=False, **options):
        options = {"viewport": DESKTOP, "reduced_motion": "reduce"} | options
        while contexts:
            contexts.pop().close()
        contexts.append(context := new_context(browser, **options))
        page = context.new_page()
        if clock:
            page.clock.install()

        def on_request(request):
            if not request.url.startswith((address, "data:", "blob:")):
                complaints.append(f"{path}: request to {request.url}")

        def on_console(message):
            missing = expected_status == 404 and "404" in message.text
            if message.type in {"error", "warning"} and not missing:
                complaints.append(f"{path}: {message.type}: {message.text}")

        def on_failure(request):
            # Leaving a page ends what it was still loading; that is no fault of the page.
            if request.failure != "net::ERR_ABORTED":
                complaints.append(f"{path}: {request.url}: {request.failure}")

        page.on("request", on_request)
        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(f"{path}: {error}"))
        page.on("requestfailed", on_failure)
        response = page.goto(address + path)
        assert response.status == expected_status
        if options.get("java_script_enabled", True):
            settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)
