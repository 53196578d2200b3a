"""The built site, read as files: links, names, policy, weight of promises; no browser needed."""

import hashlib
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from tools.hooks import INLINE_SCRIPT, source_hash
from tools.katex import FormulaError, render, render_page
from tools.pictures import prepare

ROOT = Path(__file__).parents[1]
VENDORED = json.loads((ROOT / "tools" / "vendored.json").read_text("utf-8"))
LOADING_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest"}


@cache
def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.fixture(scope="session")
def pages(built_site) -> dict[str, BeautifulSoup]:
    """Every HTML page of the site, by its path below the site's folder."""
    found = {
        path.relative_to(built_site).as_posix(): parsed(path)
        for path in sorted(Path(built_site).rglob("*.html"))
    }
    assert "index.html" in found and "404.html" in found
    return found


@pytest.fixture(scope="session")
def site_path(pages) -> str:
    """The path of the site on its host, as in `/` or `/course/`."""
    return urlsplit(pages["index.html"].find("link", rel="canonical")["href"]).path


def references(page: BeautifulSoup):
    """Each (element, address) that the page links to or loads."""
    for element in page.find_all(["a", "area", "link"], href=True):
        yield element, element["href"]
    for element in page.find_all(src=True):
        yield element, element["src"]
    for element in page.find_all(srcset=True):
        for candidate in element["srcset"].split(","):
            yield element, candidate.split()[0]


def is_external(address: str) -> bool:
    return bool(urlsplit(address).scheme or urlsplit(address).netloc)


def target(built_site: Path, name: str, address: str, site_path: str) -> Path:
    """The file that an address on the page `name` leads to."""
    path = unquote(urlsplit(address).path)
    if path.startswith("/"):
        file = Path(built_site) / path.removeprefix(site_path)
    elif path:
        file = Path(built_site) / Path(name).parent / path
    else:
        file = Path(built_site) / name
    return file / "index.html" if file.is_dir() else file


def test_every_link_leads_somewhere(built_site, pages, site_path):
    faults = []
    for name, page in pages.items():
        for _, address in references(page):
            if is_external(address):
                continue
            file = target(built_site, name, address, site_path).resolve()
            fragment = unquote(urlsplit(address).fragment)
            if not file.is_file():
                faults.append(f"{name}: {address} leads to no file")
            elif fragment and not parsed(file).find(id=fragment):
                faults.append(f"{name}: {address} leads to no place on that page")
    assert not faults, "\n".join(faults)


def test_nothing_is_loaded_from_elsewhere(built_site, pages):
    faults = []
    for name, page in pages.items():
        for element, address in references(page):
            loads = element.name not in {"a", "area"}
            if element.name == "link":
                loads = bool(LOADING_LINKS.intersection(element.get("rel", [])))
            if loads and is_external(address) and not address.startswith("data:"):
                faults.append(f"{name}: {element.name} loads {address}")
    for sheet in Path(built_site).rglob("*.css"):
        for address in re.findall(r"url\(['\"]?([^'\")]+)", sheet.read_text("utf-8")):
            if is_external(address) and not address.startswith("data:"):
                faults.append(f"{sheet.name}: loads {address}")
    assert not faults, "\n".join(faults)


def test_the_stylesheets_fonts_are_there(built_site):
    for sheet in Path(built_site, "assets").rglob("*.css"):
        for address in re.findall(r"url\(['\"]?([^'\")]+\.woff2)", sheet.read_text("utf-8")):
            assert (sheet.parent / address).resolve().is_file(), f"{sheet.name}: no {address}"


def test_every_page_says_what_it_is(pages):
    titles = [page.title.get_text(strip=True) for page in pages.values()]
    assert all(titles) and len(set(titles)) == len(titles), f"titles repeat: {titles}"
    for name, page in pages.items():
        assert page.html.get("lang") == "en", f"{name}: no language"
        description = page.find("meta", attrs={"name": "description"})
        assert description and description["content"].strip(), f"{name}: no description"
        if name != "404.html":
            canonical = page.find("link", rel="canonical")
            expected = name.removesuffix("index.html")
            assert canonical and canonical["href"].endswith("/" + expected), f"{name}: canonical"


def test_headings_are_in_order(pages):
    for name, page in pages.items():
        headings = page.find("main").find_all(re.compile(r"^h[1-6]$"))
        levels = [int(heading.name[1]) for heading in headings]
        assert levels.count(1) == 1 and levels[0] == 1, f"{name}: needs one h1, at the top"
        for heading, before, level in zip(headings[1:], levels, levels[1:], strict=False):
            assert level <= before + 1, f"{name}: {heading.get_text()!r} skips a level"


def test_every_picture_says_what_it_shows(pages):
    for name, page in pages.items():
        for picture in page.find_all("img"):
            assert picture.get("alt", "").strip(), f"{name}: {picture.get('src')} has no alt text"


def test_pictures_keep_their_place_and_all_but_the_first_wait(pages):
    for name, page in pages.items():
        first, *others = page.find_all("img") or [None]
        for picture in filter(None, [first, *others]):
            assert int(picture["width"]) > 0 < int(picture["height"]), f"{name}: {picture['src']}"
        assert not first or "loading" not in first.attrs, f"{name}: {first['src']} waits"
        for picture in others:
            assert (picture["loading"], picture["decoding"]) == ("lazy", "async"), picture["src"]


def test_a_pictures_size_is_that_of_its_file(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "a.svg").write_text('<?xml?><svg x="1"\n width="75pt" height="30">')
    (tmp_path / "b.svg").write_text('<svg viewBox="0 0 4 4"><path width="3" height="3"/>')
    sources = ("../../figures/a.svg", "b.svg", "c.png", "https://example.org/d.svg")
    html = prepare("".join(f'<img src="{source}">' for source in sources), tmp_path)
    assert html == (
        '<img width="100" height="30" src="../../figures/a.svg">'
        '<img loading="lazy" decoding="async" src="b.svg">'
        '<img loading="lazy" decoding="async" src="c.png">'
        '<img loading="lazy" decoding="async" src="https://example.org/d.svg">'
    )


def test_code_has_no_mark_without_a_colour(pages):
    for name, page in pages.items():
        assert not page.select(".highlight :is(.n, .w)"), name


def test_identifiers_are_unique(pages):
    for name, page in pages.items():
        seen = [element["id"] for element in page.find_all(id=True)]
        assert len(seen) == len(set(seen)), (
            f"{name}: {sorted({i for i in seen if seen.count(i) > 1})}"
        )


def test_one_policy_allows_every_inline_script(built_site, pages):
    policies = set()
    for name, page in pages.items():
        meta = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
        assert meta, f"{name}: no Content-Security-Policy"
        policies.add(meta["content"])
        assert not page.find("script").find_next("meta", attrs={"http-equiv": True}), (
            f"{name}: a script stands before the policy"
        )
        for script in INLINE_SCRIPT.findall((Path(built_site) / name).read_text("utf-8")):
            assert source_hash(script) in meta["content"], f"{name}: refused: {script[:60]}"
        for element in page.find_all(True):
            handlers = [key for key in element.attrs if key.startswith("on")]
            assert not handlers, f"{name}: the policy refuses {handlers} of {element.name}"
    assert len(policies) == 1, "instant navigation needs the same policy on all pages"
    (policy,) = policies
    assert "script-src 'self' 'sha256-" in policy and "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_formulas_are_rendered_and_katex_stays_at_home(built_site, pages):
    for name, page in pages.items():
        assert not page.find(class_="arithmatex"), f"{name}: a formula was not rendered"
        assert not page.find(class_="katex-error"), f"{name}: a formula has a fault"
    assert not list(Path(built_site).rglob("katex*.js"))


def test_what_is_for_tests_is_not_on_the_site(built_site):
    published = [path.relative_to(built_site).as_posix() for path in Path(built_site).rglob("*")]
    assert not [name for name in published if "conftest" in name or "__pycache__" in name]
    assert not [name for name in published if name.endswith((".py", ".md"))]
    assert not [name for name in published if name.startswith("records/") and "html" in name]


def test_vendored_files_are_as_published():
    for package, entry in VENDORED.items():
        for name, expected in entry["files"].items():
            found = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
            assert found == expected, f"{name} differs from {package} {entry['version']}"
        assert any("LICENSE" in name for name in entry["files"]), f"{package}: no licence text"


def test_every_vendored_file_is_listed():
    listed = {name for entry in VENDORED.values() for name in entry["files"]}
    for folder in {Path(name).parent for name in listed}:
        found = {p.relative_to(ROOT).as_posix() for p in (ROOT / folder).iterdir() if p.is_file()}
        assert found <= listed, f"not in tools/vendored.json: {sorted(found - listed)}"


def test_a_formula_becomes_html_and_mathml():
    html = render_page(r'<p>so <span class="arithmatex">\(a &lt; b\)</span></p>')
    page = BeautifulSoup(html, "html.parser")
    assert page.find("math").find("mo").get_text() == "<"
    assert page.find(class_="katex-html")["aria-hidden"] == "true"
    assert "katex-display" in render_page('<div class="arithmatex">\\[\na\n\\]</div>')


def test_formulas_side_by_side_are_elements_of_their_own():
    html = render_page(
        r'<div class="arithmatex">\[a = \text{b \qquad c} , \qquad d = \{e\} .\]</div>'
    )
    (row,) = BeautifulSoup(html, "html.parser").find_all(class_="formulas")
    said = [part.annotation.get_text() for part in row.find_all(class_="katex-display")]
    assert [text.split() for text in said] == [
        ["a", "=", "\\text{b", "\\qquad", "c}", ","],
        ["d", "=", "\\{e\\}", "."],
    ]
    aligned = r"\begin{aligned} a &= b \qquad c \end{aligned}"
    assert "formulas" not in render(aligned, display=True)
    assert "formulas" not in render(r"a \qquad b")  # in a sentence


@pytest.mark.parametrize("formula", [r"\frac{1", r"\fraction{1}{2}", r"x^2^3", "a × б"])
def test_a_faulty_formula_is_named(formula):
    with pytest.raises(FormulaError, match=re.escape(formula)):
        render(formula)


def test_a_formula_in_a_heading_is_refused():
    with pytest.raises(FormulaError, match="heading"):
        render_page(r'<h2 id="k">The kernel <span class="arithmatex">\(k\)</span></h2>')
    render_page(r'<h2>Kernels</h2><p><span class="arithmatex">\(k\)</span></p><h2>More</h2>')


def test_a_faulty_formula_fails_the_build_with_its_page(tmp_path):
    """Builds a site of one page with the course's own settings for mathematics and its hook."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Sums\n\nHalf: \\(\\frac{1\\).\n", "utf-8")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Sums\ntheme: mkdocs\nplugins: []\n"
        f"hooks: ['{(ROOT / 'tools' / 'hooks.py').as_posix()}']\n"
        "markdown_extensions: [{pymdownx.arithmatex: {generic: true}}]\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    build = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180)
    assert build.returncode != 0
    assert "docs/index.md" in build.stderr and r"\frac{1" in build.stderr


def test_a_known_repository_is_linked_and_asks_nobody(tmp_path):
    """Without a repository no page links to one, with one all do; the theme's counters stay off."""
    (tmp_path / "docs" / "assets" / "images").mkdir(parents=True)
    (tmp_path / "docs" / "index.md").write_text("# Sums\n\nHalf.\n", "utf-8")
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    settings = re.sub(r"^nav:\n(?: .*\n)+", "", settings, flags=re.MULTILINE)
    settings = settings.replace("custom_dir: theme", f"custom_dir: {(ROOT / 'theme').as_posix()}")
    settings = re.sub(r"(?<=[\[ ])tools/\w+\.py", f"{ROOT.as_posix()}/\\g<0>", settings)
    settings = re.sub(r"^watch:.*\n", "", settings, flags=re.MULTILINE)
    (tmp_path / "mkdocs.yml").write_text(settings, "utf-8")
    command = [sys.executable, "-m", "mkdocs", "build"]
    for repository in ("", "https://github.com/example/course"):
        known = {"REPO_URL": repository, "EDIT_URI": "edit/main/docs/"} if repository else {}
        environment = {k: v for k, v in os.environ.items() if k not in {"REPO_URL", "EDIT_URI"}}
        subprocess.run(command, cwd=tmp_path, env=environment | known, check=True, timeout=180)
        page = BeautifulSoup((tmp_path / "site" / "index.html").read_text("utf-8"), "html.parser")
        edit = page.find("a", rel="edit")
        assert bool(page.find("a", class_="md-source")) == bool(edit) == bool(repository)
        assert not page.find(attrs={"data-md-component": "source"})
        report = page.find("a", class_="report-error")
        assert bool(report) == bool(repository)
    asked = parse_qs(urlsplit(report["href"]).query)
    assert report["href"].startswith("https://github.com/example/course/issues/new?")
    assert asked["title"] == ["Error on the page: Sums"]
    assert "http://127.0.0.1:8000/\nSource: docs/index.md\n" in asked["body"][0]
    assert edit["href"] == "https://github.com/example/course/edit/main/docs/index.md"
