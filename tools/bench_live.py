"""Time what a reader of a live demo waits for: from the start of the visit to the first answer.

Each visit is Chromium's with an empty cache: here, as this machine is; and slow, with a line of
1.6 Mbit/s, 150 ms before each answer and a processor four times slower, by the browser's own
means. The site is built for it, and served compressed, as hosts do.
"""

import gzip
import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

FLAGS = """
    --headless --no-sandbox --disable-gpu --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync
""".split()  # noqa: SIM905
NAMES = ("chromium", "chromium-browser", "google-chrome")
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000}  # bytes a second
SLOW_LINE["uploadThroughput"] = SLOW_LINE["downloadThroughput"]
SLOWER = 4
LIMITS = {"here": 0.5, "slow": 4.0}  # seconds
# Milliseconds from the visit's start until the first answer stands on the screen, and those of
# them that passed after the demo had come near the window.
WHEN = """() => new Promise((resolve) => {
  const done = () => requestAnimationFrame(() => setTimeout(() => {
    const now = performance.now(), [near] = performance.getEntriesByName("live-demo near");
    resolve([now, now - near.startTime]);
  }));
  const seek = () => {
    if (document.querySelector("live-demo[data-state=live]")) return done();
    requestAnimationFrame(seek);
  };
  seek();
})"""


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, texts compressed."""

    def do_GET(self):
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            return self.send_error(404)
        kind = self.guess_type(str(file))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        body = file.read_bytes()
        if kind.startswith("text/") or kind.endswith(("json", "svg+xml", "javascript")):
            body = packed(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@cache
def packed(body: bytes) -> bytes:
    return gzip.compress(body, 6)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder's pages while they are served."""
    handler = partial(Compressing, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def chromium():
    """A browser, or None where there is none; CHROMIUM names another one."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if not program:
        print("the live demo is not timed: needs playwright and Chromium", file=sys.stderr)
        yield None
        return
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def first_answer(browser, address: str, slow: bool) -> list[float]:
    """Return the seconds of one visit: from its start, and from the demo's coming near."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    if slow:
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", SLOW_LINE)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    times = [round(milliseconds / 1000, 3) for milliseconds in page.evaluate(WHEN)]
    context.close()
    return times


def visits(root: Path, names: list[str], repeats: int) -> Iterator[tuple[str, str, list]]:
    """Yield a page's name, "here" or "slow", and each visit's seconds; no names mean all."""
    pages = [path for path in sorted((root / "docs").glob("*.md")) if demo_in(path)]
    pages = [path for path in pages if not names or path.stem in names]
    if not pages:
        return
    with chromium() as browser, tempfile.TemporaryDirectory() as site:
        if not browser:
            return
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", site]
        subprocess.run(command, cwd=root, check=True, stderr=subprocess.DEVNULL)
        with served(Path(site)) as address:
            for page in pages:
                where = address if page.stem == "index" else f"{address}{page.stem}/"
                for speed in LIMITS:
                    first_answer(browser, where, slow=False)  # what the server packs once
                    slow = speed == "slow"
                    yield (
                        page.stem,
                        speed,
                        [first_answer(browser, where, slow) for _ in range(repeats)],
                    )


def demo_in(page: Path) -> bool:
    return "<live-demo " in page.read_text(encoding="utf-8")
