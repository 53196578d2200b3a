"""The glossary is in order, its terms are used, and pages link to them once; faults are named."""

import gzip
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown

from tools import glossary
from tools.glossary import Finder, faults, parse
from tools.terms import TermLinks

ROOT = Path(__file__).parents[1]
SMALL = """\
# Glossary

The words.

accuracy
:   The share of *right* answers.

max pooling
pooling
:   A layer that keeps the largest number of each
    square, as [said](index.md).

ReLU
:   What cuts at zero.

test set
:   What is not trained on. It is used once.
"""
EXTENSIONS = ["attr_list", "def_list", "md_in_html", "pymdownx.arithmatex", "pymdownx.superfences"]


@pytest.fixture(scope="module")
def terms():
    return glossary.read(ROOT / glossary.FILE)


def linked(text, page="folder/page.md"):
    """The page's HTML, its terms linked to the small glossary."""
    links = TermLinks(Finder(parse(SMALL)))
    links.page = page
    html = Markdown(extensions=[*EXTENSIONS, "pymdownx.details", links]).convert(text)
    return BeautifulSoup(html, "html.parser")


def marked(text, page="folder/page.md"):
    return [link.get_text() for link in linked(text, page).select("a.term")]


# The course


def test_the_glossary_has_no_fault():
    found = faults((ROOT / glossary.FILE).read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


def test_every_term_is_on_the_glossarys_page(built_site, terms):
    page = BeautifulSoup(Path(built_site, "glossary", "index.html").read_text(), "html.parser")
    names = [item.get_text() for item in page.select("article dt")]
    assert names == [name for term in terms for name in term.names]
    assert {item["id"] for item in page.select("dt[id]")} == {term.anchor for term in terms}
    assert not page.select("a.term")


def test_every_term_is_used(built_site, terms):
    used = set()
    for path in Path(built_site).rglob("index.html"):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        used |= {link["href"].rpartition("#")[2] for link in page.select("a.term")}
        explained = map(Finder(terms).term, (word.get_text() for word in page.select("main em")))
        used |= {term.anchor for term in explained if term}
    unused = sorted(term.names[0] for term in terms if term.anchor not in used)
    assert not unused, f"used on no page: {', '.join(unused)}; use them, or delete them"


def test_no_term_is_linked_in_what_a_page_says_first(built_site):
    for path in Path(built_site).rglob("index.html"):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        assert not page.select("h1 + p a.term"), path


def test_links_to_terms_weigh_little(built_site):
    for path in Path(built_site).rglob("index.html"):
        html = path.read_text("utf-8")
        plain = re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", html)
        added = len(gzip.compress(html.encode(), 6)) - len(gzip.compress(plain.encode(), 6))
        assert added <= 6_000, f"{path}: {added} bytes"


# A small glossary


def test_a_small_glossary_is_read_whole():
    assert [term.names for term in parse(SMALL)] == [
        ("accuracy",), ("max pooling", "pooling"), ("ReLU",), ("test set",),
    ]  # fmt: skip
    assert parse(SMALL)[1].definition == (
        "A layer that keeps the largest number of each square, as said."
    )
    assert parse(SMALL)[1].anchor == "term-max-pooling" and faults(SMALL) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ReLU", "bias", "docs/glossary.md:13: bias stands after max pooling; sort them"),
        ("ReLU", "Pooling", "Pooling is defined in line 8 already"),
        ("It is used once.", "It is used. Once.", "3 sentences"),
        (
            "What cuts",
            "What " + "quietly " * 40 + "cuts",
            "338 characters; say it in two sentences and 300 characters",
        ),
        ("at zero.", "at zero", "does not end with a full stop"),
    ],
)
def test_a_planted_fault_is_named(old, new, message):
    (fault,) = faults(SMALL.replace(old, new))
    assert message in fault


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Accuracy, not inaccuracy.", ["Accuracy"]),
        ("The accuracies of both test\nsets.", ["accuracies", "test\nsets"]),
        ("A ReLU is no relu.", ["ReLU"]),
        ("Pooling by Max pooling.", ["Pooling"]),
        ("Max pooling, then pooling.", ["Max pooling"]),
        ("# Accuracy\n\n`accuracy` [accuracy](x.md) \\(accuracy\\)", []),
        ("```text\naccuracy\n```\n\n![accuracy](x.svg)", []),
        ("*Max pooling* is this. So pooling.\n\n## Part\n\nPooling, pooling", ["Pooling"]),
        ("**accuracy**", ["accuracy"]),
        ("<!-- accuracy -->\n\n- accuracy-like\n- accuracy", ["accuracy"]),
        ('??? note "accuracy"\n\n    accuracy\n\naccuracy', ["accuracy", "accuracy"]),
        ("accuracy\n\n## Part\n\naccuracy", ["accuracy"]),
        ("# Title\n\nIts accuracy.\n\nIts Accuracy, and accuracy.", ["Accuracy"]),
        ("# Title\n\nIts accuracy.\n\n## Part\n\nIts ReLU, and pooling.", ["ReLU", "pooling"]),
        ("# Title\n\n## Part\n\nIts accuracy.", ["accuracy"]),
        ("Pooling Incorporated likes pooling.", ["pooling"]),
        ('<a href="x">accuracy</a> and (<a href="y">Pooling</a>) accuracies', ["accuracies"]),
    ],
)
def test_a_term_is_linked_where_a_reader_meets_it_first(text, expected):
    assert marked(text) == expected


def test_a_link_says_what_the_term_means():
    (link,) = linked("So **the accuracy falls**.").select("a.term")
    assert link["href"] == "../glossary.md#term-accuracy"
    assert link["title"] == "The share of right answers."
    assert link.parent.get_text() == "the accuracy falls"


def test_the_glossarys_own_page_is_not_linked_but_named():
    page = linked(SMALL, "glossary.md")
    assert not page.select("a.term")
    assert [item.get_text() for item in page.select("dt[id]")] == [
        "accuracy", "max pooling", "ReLU", "test set",
    ]  # fmt: skip
