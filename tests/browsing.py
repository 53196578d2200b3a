"""The built site on a server of its own, and Chromium to visit it: one of each for all tests."""

import http.server
import os
import shutil
import threading
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

FLAGS = """
    --headless --no-sandbox --disable-gpu --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync
""".split()  # noqa: SIM905
NAMES = ("chromium", "chromium-browser", "google-chrome")

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
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(browser, address):
    """Opens a page of the site in a fresh profile; ends the test if the page complained.

    A complaint is a request to another host, a failed request, a refusal by the page's
    policy, an uncaught exception or anything else that the console calls an error.
    """
    contexts, complaints = [], []

    def open_page(path="", expected_status=200, **options):
        options = {"viewport": DESKTOP, "reduced_motion": "reduce"} | options
        contexts.append(context := browser.new_context(**options))
        page = context.new_page()

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
        response = page.goto(address + path, wait_until="networkidle")
        assert response.status == expected_status
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)
