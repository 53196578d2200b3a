"""Every citation resolves, every source is cited and can be found; and each fault is named."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tools import bibliography, citations
from tools.bibliography import parse
from tools.bibliography_rules import faults, is_isbn
from tools.source_lists import cite_page

ROOT = Path(__file__).parents[1]
BOOK = """\
@book{adams1979,
  author = {Adams, Douglas},
  title = {The guide},
  publisher = {Pan Books},
  year = {1979},
  isbn = {0330258648},
}
"""
PAPERS = """\
@article{baker2001,
  author = {Baker, Ann-Marie and de la Cruz, J. P.},
  title = {On {B}ayes},
  journal = {Annals of Examples},
  volume = {3},
  pages = {1--9},
  year = {2001},
  doi = {10.1000/182},
}

@inproceedings{chen2020,
  author = {{The Example Group}},
  title = {Is it so?},
  booktitle = {Examples 2020},
  year = {2020},
  archiveprefix = {arXiv},
  eprint = {2001.00001},
}
"""
SMALL = f"{BOOK}\n{PAPERS}"
ENTRIES = parse(SMALL)
PAGE = """\
# Bread

Bread rises [@adams1979, chapter 2] in \\([@chen2020]\\) and `[@chen2020]`.

```text
[@nobody1900]
```

So it is said [@baker2001;
@chen2020], and again [@baker2001], but \\[@escaped], nor [@link](index.md).

## Sources

The list:

## After
"""


def pages():
    """The name and the text of each page that may cite."""
    for path in sorted((ROOT / "docs").rglob("*.md")):
        if "records" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def entries():
    return bibliography.read(ROOT / bibliography.FILE)


# The course


def test_the_bibliography_has_no_fault():
    found = faults((ROOT / bibliography.FILE).read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


def test_every_citation_leads_to_an_entry(entries):
    found = [fault for name, text in pages() for fault in citations.faults(text, name, entries)]
    assert not found, "\n".join(found)


def test_every_entry_is_cited(entries):
    cited = {citation.key for _, text in pages() for citation in citations.find(text)}
    unused = sorted(entries.keys() - cited)
    assert not unused, f"cited nowhere: {', '.join(unused)}; cite them, or delete them"


def test_the_site_lists_each_pages_sources_and_all_of_them(built_site, entries):
    whole = BeautifulSoup(Path(built_site, "references", "index.html").read_text(), "html.parser")
    assert [item["id"] for item in whole.select(".sources li")] == list(entries)
    for name, text in pages():
        expected = [entry.key for entry in citations.cited(text, entries)]
        path = Path(built_site, Path(name).relative_to("docs").with_suffix(""), "index.html")
        if not expected:
            continue
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        listed = [item["id"].removeprefix("source-") for item in page.select(".sources li")]
        assert listed == expected
        assert page.select_one(".sources").find_previous("h2")["id"] == "sources"
        address = f"../{path.parent.name}/#cited-{expected[0]}-1"
        assert whole.find(id=expected[0]).find("a", href=address)


# A small bibliography


def test_a_small_bibliography_has_no_fault():
    assert faults(SMALL) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("adams1979,", "Adams,", "Adams is no key; write"),
        ("  author = {Adams, Douglas},\n", "", "has no author"),
        ("  title = {The guide},\n", "", "has no title"),
        ("1979}", "79}", "no year of four digits"),
        ("  publisher = {Pan Books},\n", "", "says not where it appeared"),
        ("  isbn = {0330258648},\n", "", "cannot be found; add a doi"),
        ("0330258648", "0330258649", "has the isbn '0330258649'"),
        ("{10.1000/182}", "{https://doi.org/10.1000/182}", "has the doi"),
        ("{10.1000/182}", "{10.1/182}", "a DOI starts with 10."),
        ("{2001.00001}", "{2013.00001}", "has the eprint '2013.00001'"),
        ("  archiveprefix = {arXiv},\n", "", "not archiveprefix"),
        ("  isbn = {0330258648}", "  url = {https://example.org/}", "an archived copy"),
        ("chen2020", "aaron2020", "stands after baker2001; sort the keys"),
        ("chen2020", "Baker2001", "repeated"),
        ("{2001.00001},", "{2001.00001}, doi = {10.1000/182}", "has the doi of baker2001"),
        ("title = {On {B}ayes}", "title {On}", "syntax error in line 11"),
    ],
)
def test_a_planted_fault_is_named(old, new, message):
    assert old in SMALL
    (fault,) = [fault for fault in faults(SMALL.replace(old, new)) if message in fault]
    assert fault.startswith("docs/references.bib:")


def test_the_line_of_a_fault_is_that_of_its_entry():
    (fault,) = faults(SMALL.replace("  year = {2001},\n", ""))
    line = SMALL.split("\n").index("@article{baker2001,") + 1
    assert fault.startswith(f"docs/references.bib:{line}: baker2001 ")


@pytest.mark.parametrize("number", ["9780262035613", "978-0-262-03561-3", "080442957X"])
def test_an_isbn_is_checked_by_its_last_digit(number):
    assert is_isbn(number)
    assert not is_isbn(number[:-1] + ("4" if number[-1] != "4" else "5"))


def test_entries_are_written_out_in_full():
    assert ENTRIES["baker2001"].markdown() == (
        "A.-M. Baker, J. P. de la Cruz (2001). On Bayes. *Annals of Examples* 3, 1–9. "
        "[doi:10.1000/182](https://doi.org/10.1000/182)"
    )
    assert ENTRIES["chen2020"].markdown() == (
        "The Example Group (2020). Is it so? *Examples 2020*. "
        "[arXiv:2001.00001](https://arxiv.org/abs/2001.00001)"
    )
    assert ENTRIES["adams1979"].markdown().startswith("D. Adams (1979). *The guide*. Pan Books.")


def test_the_same_people_in_the_same_year_get_letters():
    again = PAPERS.split("\n\n")[0].replace("baker2001", "baker2001b").replace("182", "183")
    labels = [entry.label for entry in parse(f"{SMALL}\n{again}").values()]
    assert labels[1::2] == ["Baker & de la Cruz, 2001a", "Baker & de la Cruz, 2001b"]


# Citations


def test_citations_are_found_outside_code_and_formulas_only():
    found = [(citation.key, citation.line, citation.locator) for citation in citations.find(PAGE)]
    assert found == [
        ("adams1979", 3, "chapter 2"),
        ("baker2001", 9, ""),
        ("chen2020", 9, ""),
        ("baker2001", 10, ""),
    ]


@pytest.mark.parametrize(
    ("citation", "message"),
    [
        (
            "[@bakker2001]",
            "docs/x.md:3: nothing has the key bakker2001; the nearest key is baker2001",
        ),
        ("[@adams1979 page 3]", "docs/x.md:3: [@adams1979 page 3] is no citation; write [@key]"),
        ("[@adams1979; chen2020]", "docs/x.md:3: [chen2020] is no citation"),
        ("[@adams1979,]", "is no citation"),
    ],
)
def test_a_faulty_citation_is_named(citation, message):
    (fault,) = citations.faults(f"# Title\n\nIt is so {citation}.\n", "docs/x.md", ENTRIES)
    assert message in fault


def test_a_page_links_its_citations_to_the_list_and_back():
    text = cite_page(PAGE, ENTRIES)
    assert "`[@chen2020]`" in text and "[@nobody1900]" in text and "\\[@escaped]" in text
    assert '">Adams, 1979, chapter 2</a>) in' in text
    assert text.index("The list:") < text.index("On Bayes") < text.index("## After")
    ids, links = (set(re.findall(rf'\b{name}="#?([^"]+)"', text)) for name in ("id", "href"))
    assert {"cited-baker2001-1", "cited-baker2001-2"} <= ids & links
    assert links - ids == set(re.findall(r"\{: #([\w-]+) \}", text))


def test_a_page_without_a_heading_for_its_sources_gets_one():
    text = cite_page("# Title\n\nSo [@chen2020].\n", ENTRIES)
    assert text.count("## Sources\n") == 1
    plain = "# Title\n\nNothing cited.\n"
    assert cite_page(plain, ENTRIES) == plain


def test_a_text_that_stands_alone_links_to_the_sources_themselves():
    text = citations.cite_text("So [@chen2020, page 3; @baker2001].", ENTRIES)
    assert text == (
        "So ([The Example Group, 2020, page 3](https://arxiv.org/abs/2001.00001); "
        "[Baker & de la Cruz, 2001](https://doi.org/10.1000/182))."
    )
    listed = citations.source_list("So [@chen2020; @baker2001].", ENTRIES)
    assert listed.split("\n") == [
        f"- {ENTRIES[key].markdown()}" for key in ("baker2001", "chen2020")
    ]


# The build


def build(folder, text, sources=SMALL):
    """Build a site of one page, strictly, with the course's hook for its sources."""
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "docs" / "references.bib").write_text(sources, "utf-8")
    (folder / "docs" / "index.md").write_text(text, "utf-8")
    (folder / "mkdocs.yml").write_text(
        "site_name: Bread\ntheme: mkdocs\nplugins: []\nexclude_docs: references.bib\n"
        f"hooks: ['{(ROOT / 'tools' / 'source_hooks.py').as_posix()}']\n"
        "markdown_extensions: [attr_list, md_in_html]\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180)


def test_an_unknown_key_fails_the_strict_build(tmp_path):
    assert build(tmp_path, PAGE.replace(", nor [@link](index.md)", "")).returncode == 0
    text = f"---\ntitle: Bread\n---\n\n{PAGE.replace('adams1979', 'adam1979')}"
    done = build(tmp_path, text)
    assert done.returncode != 0
    assert (
        "docs/index.md:7: nothing has the key adam1979; the nearest key is adams1979" in done.stderr
    )


def test_a_faulty_bibliography_fails_the_strict_build(tmp_path):
    text = PAGE.replace(", nor [@link](index.md)", "")
    for old, new in [("  title = {The guide},\n", ""), ("  isbn = {0330258648},\n", "")]:
        done = build(tmp_path, text, SMALL.replace(old, new))
        assert done.returncode != 0 and "docs/references.bib:1: adams1979 " in done.stderr
