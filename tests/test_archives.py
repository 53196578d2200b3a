"""The archives for reading offline: what they hold, and that it opens without a host."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from browsing import DESKTOP, new_context, settle
from bs4 import BeautifulSoup
from test_site import references

from tools import archives

ROOT = Path(__file__).parents[1]
FOLDER = "deep-learning-that-runs"


@pytest.fixture(scope="module")
def unpacked(built_site, tmp_path_factory) -> Path:
    """The site's archive, unpacked."""
    folder = tmp_path_factory.mktemp("offline")
    with zipfile.ZipFile(built_site / "site.zip") as archive:
        archive.extractall(folder)
    assert [path.name for path in folder.iterdir()] == [FOLDER]
    return folder / FOLDER


def test_all_notebooks_are_in_one_archive_with_their_pictures(built_site):
    beside = {path.relative_to(built_site).as_posix() for path in built_site.rglob("*.ipynb")}
    beside = {name for name in beside if not name.startswith("notebooks/")}  # the case studies
    with zipfile.ZipFile(built_site / "notebooks.zip") as archive:
        assert {f"{FOLDER}-notebooks/{name}" for name in beside} == set(archive.namelist())
        for name in archive.namelist():
            book = nbformat.reads(archive.read(name).decode(), as_version=4)
            nbformat.validate(book)
            text = "".join(cell.source for cell in book.cells)
            assert text.count("](attachment:") == sum(
                len(cell.get("attachments", {})) for cell in book.cells
            )
            assert ".svg](http" not in text and ".svg)" in text


def test_the_site_is_whole_and_its_links_are_files(built_site, unpacked):
    pages = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*.html")}
    online = {path.relative_to(built_site).as_posix() for path in built_site.rglob("*.html")}
    assert pages == online - {"404.html"}
    faults = []
    for name in pages:
        html = (unpacked / name).read_text("utf-8")
        for element, address in references(BeautifulSoup(html, "html.parser")):
            parts = urlsplit(address)
            target = unpacked / Path(name).parent / unquote(parts.path)
            if not parts.scheme and parts.path and not target.is_file():
                faults.append(f"{name}: {element.name} {address}")
    assert not faults, "\n".join(faults)
    assert (unpacked / "README.txt").read_text("utf-8").startswith("Deep Learning That Runs")


def test_nothing_is_packed_that_a_file_cannot_use(unpacked):
    names = [path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")]
    assert not [name for name in names if name.endswith((".map", ".zip", ".xml", ".gz"))]
    for path in unpacked.rglob("*.html"):
        html = path.read_text("utf-8")
        assert "navigation.instant" not in html and 'type="module"' not in html
        assert not BeautifulSoup(html, "html.parser").find(attrs={"data-md-component": "search"})
        assert BeautifulSoup(html, "html.parser").find(id="__config")


def test_the_bytes_depend_on_the_files_alone(built_site, tmp_path):
    files = {"b": b"two", "a/c": b"three", "a": b"one"}
    archives.pack(tmp_path / "one.zip", files)
    archives.pack(tmp_path / "two.zip", dict(reversed(files.items())))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == sorted(files)
    copy = shutil.copytree(built_site, tmp_path / "copy", copy_function=shutil.copyfile)
    assert archives.offline(copy) == archives.offline(built_site)


def test_a_second_build_gives_the_same_archives(tmp_path):
    """On a course of one page, whose site has a public address."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Sums\n\n```python\n>>> 1 + 1\n2\n```\n", "utf-8")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Sums\nsite_url: https://example.org/sums\ntheme: {name: mkdocs}\nplugins: []\n"
        f"hooks: [{ROOT.as_posix()}/tools/notebook_hooks.py]\n"
        "markdown_extensions:\n  - pymdownx.superfences\n"
        "  - pymdownx.snippets: {check_paths: true}\n",
        "utf-8",
    )
    packed = []
    for folder in ("one", "two"):
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", folder]
        environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "0"}
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=180)
        names = ("notebook.ipynb", "notebooks.zip", "site.zip")
        packed.append([(tmp_path / folder / name).read_bytes() for name in names])
    assert packed[0] == packed[1]
    assert 'href="notebook.ipynb"' in (tmp_path / "one" / "index.html").read_text("utf-8")
    assert b"https://example.org/sums/" in packed[0][0]


@pytest.mark.browser
def test_the_site_opens_from_a_file(browser, unpacked):
    """Fonts, pictures, tabs and links work; nothing complains, and nobody is asked."""
    from playwright.sync_api import expect

    context = new_context(browser, viewport=DESKTOP, reduced_motion="reduce")
    page, complaints = context.new_page(), []
    page.on("console", lambda m: m.type in {"error", "warning"} and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("request", lambda r: r.url.startswith("http") and complaints.append(r.url))
    for path in sorted(unpacked.rglob("*.html")):
        page.goto(path.as_uri())
        settle(page)
        assert page.locator("main h1").count() == 1
        broken = "[...document.images].filter((one) => one.complete && !one.naturalWidth).length"
        assert page.evaluate(broken) == 0
        assert page.evaluate("document.fonts.check('16px \"Course Serif\"')")
        assert not page.locator(".md-search, [data-toggles=__search]").count()
    page.goto((unpacked / "index.html").as_uri())
    page.locator("main .md-button").first.click()
    page.wait_for_url("**/introduction/index.html")
    page.locator(".tabbed-labels label", has_text="TensorFlow").first.click()
    chosen = page.locator(".notebooks a[aria-current]").first
    chosen.and_(page.get_by_text("TensorFlow")).wait_for()
    seen = ".tabbed-set:not(details:not([open]) *)"  # a box that opens chooses its own
    sets = page.locator(seen).count()
    assert sets > 3
    expect(page.locator(f"{seen} > input:nth-of-type(2):checked")).to_have_count(sets)
    context.close()
    assert not complaints, "\n".join(complaints)
