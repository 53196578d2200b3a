"""What the site's build does beyond MkDocs: formulas, prompts, the security policy."""

import json
import re
import sys
from html import unescape
from pathlib import Path

from mkdocs.exceptions import PluginError

# MkDocs runs this file by its path, so the repository is not yet where modules are looked for.
sys.path.insert(0, str(Path(__file__).parents[1]))

from tools import pictures
from tools.demo_hooks import checksum
from tools.fonts import cut
from tools.katex import FormulaError, render_page

PROMPT = re.compile(r"^( *```(?: *\{ *\.| *))python\b(?=.*\n *>>> )", re.MULTILINE)
SEARCH_WORKER = re.compile(r"(?<=assets/javascripts)/(workers/search\.\w+\.min\.js)")
PLAIN_CODE = re.compile(r'<span class="[nw]">([^<]*)</span>')  # names and blanks
CHARSET = '<meta charset="utf-8">'
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'none'"
)

serving = False


def on_startup(command, dirty):
    """Remember whether MkDocs serves a preview, whose reloading script changes each time."""
    global serving
    serving = command == "serve"


def on_page_markdown(markdown, page, config, files):
    """Colour examples that start with a prompt as sessions; the sources keep saying `python`."""
    return PROMPT.sub(r"\1pycon", markdown)


def on_page_content(html, page, config, files):
    """Render the page's formulas; a faulty one stops the build with the page's name.

    Pictures get their size, and code loses the marks that no colour hangs on: half the elements.
    """
    html = PLAIN_CODE.sub(r"\1", pictures.prepare(html, Path(config.docs_dir)))
    try:
        return render_page(html)
    except FormulaError as error:
        raise PluginError(f"docs/{page.file.src_uri}: {error}") from None


def on_post_build(config):
    """Finish the site: search on demand, the security policy, fonts without unused glyphs."""
    site = Path(config.site_dir)
    pages = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
    defer_search(site, pages)
    write_policy(pages)
    if not serving:
        characters = set(unescape("".join(pages.values()))) - set("\n\r\t")
        for font in sorted(site.rglob("*.woff2")):
            cut(font, characters)


def defer_search(site: Path, pages: dict[Path, str]) -> None:
    """Put the course's search worker before the theme's, and the pages' text aside for it.

    The theme fetches the whole index with every first page, so it finds one without texts;
    docs/assets/javascripts/search.js fetches the real one when a question is asked.
    """
    index = site / "search" / "search_index.json"
    if not index.exists():
        return
    texts = json.loads(index.read_text("utf-8"))
    index.rename(index.with_name("pages.json"))
    index.write_text(json.dumps(texts | {"docs": []}), encoding="utf-8")
    for path, html in pages.items():
        pages[path], found = SEARCH_WORKER.subn(r"/search.js?worker=\1", html)
        if found != 1:
            raise PluginError(f"{path}: names {found} search workers where the theme named one")


def write_policy(pages: dict[Path, str]) -> None:
    """Write one Content-Security-Policy into every page.

    It is the same on all pages, for instant navigation keeps the first page's policy while
    it shows the next page: the inline scripts of all pages are allowed, by their hashes.
    """
    found = {script for html in pages.values() for script in INLINE_SCRIPT.findall(html)}
    scripts = "'unsafe-inline'" if serving else " ".join(sorted(map(source_hash, found)))
    policy = POLICY.format(scripts=scripts)
    meta = f'{CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    for path, html in pages.items():
        if CHARSET not in html:
            raise PluginError(f"{path}: no {CHARSET} after which to put the security policy")
        path.write_text(html.replace(CHARSET, meta, 1), encoding="utf-8", newline="\n")


def source_hash(script: str) -> str:
    """An inline script's hash as a Content-Security-Policy writes it."""
    return f"'{checksum(script.encode())}'"
