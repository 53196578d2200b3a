"""The picture and the words that others see when a page is shared."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup

from tools import share

ROOT = Path(__file__).parents[1]
ADDRESS = "https://example.org/course/"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Two of the course's own pages and its page for unknown addresses, built for an address."""
    site = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
    environment = os.environ | {"SITE_URL": ADDRESS, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    return {name: read(site / name) for name in ("index.html", "404.html", "glossary/index.html")}


def read(path):
    page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    tags = page.head.find_all("meta", content=True)
    return {tag.get("property") or tag.get("name"): tag["content"] for tag in tags}


def test_the_picture_is_of_the_size_that_the_tags_say(pages):
    image = pytest.importorskip("PIL.Image", reason="needs the package pillow")
    size = image.open(ROOT / share.PICTURE).size
    tags = pages["index.html"]
    assert size == share.SIZE == (int(tags["og:image:width"]), int(tags["og:image:height"]))
    assert (ROOT / share.PICTURE).stat().st_size < 60_000


def test_the_picture_is_what_its_script_draws():
    pytest.importorskip("matplotlib", reason="needs the package matplotlib")
    image = pytest.importorskip("PIL.Image", reason="needs the package pillow")
    drawn = image.open(io.BytesIO(share.draw(ROOT))).convert("L")
    found = image.open(ROOT / share.PICTURE).convert("L")
    difference = np.abs(np.asarray(drawn, float) - np.asarray(found, float)).mean()
    assert difference < 2, "the picture is older than its script; run python -m tools.share"


def test_a_page_says_what_it_is_to_those_who_share_it(pages):
    tags = pages["glossary/index.html"]
    assert tags["og:title"] == "Glossary" and tags["og:site_name"] == "Deep Learning That Runs"
    assert tags["og:description"] == tags["description"]
    assert tags["og:url"] == f"{ADDRESS}glossary/"
    assert pages["index.html"]["og:title"] == "Deep Learning That Runs"
    assert pages["index.html"]["og:type"] == "website"
    for name, tags in pages.items():
        assert tags["og:image"] == f"{ADDRESS}{share.PICTURE.relative_to('docs').as_posix()}", name
        assert tags["twitter:card"] == "summary_large_image" and tags["og:image:alt"]


def test_without_an_address_of_its_own_the_site_names_no_picture(built_site):
    tags = read(Path(built_site) / "index.html")
    assert tags["og:title"] and "og:image" not in tags and "og:url" not in tags
