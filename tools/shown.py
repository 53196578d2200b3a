"""The code that a page of the built site shows, and whether it is the code that runs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from tools.blocks import LABELS, Block
from tools.fences import is_python
from tools.readers import READERS


@dataclass(frozen=True)
class Shown:
    """A code block of an HTML page: its language, its text and the tabs around it."""

    language: str
    code: str
    labels: frozenset[str]


def code_blocks(html: str) -> list[Shown]:
    """Every code block of an HTML page, in its order."""
    soup = BeautifulSoup(html, "html.parser")
    return [Shown(language(pre), plain(pre.get_text()), labels(pre)) for pre in soup.select("pre")]


def plain(code: str) -> str:
    """Code without the blanks at the ends of its lines and the blank lines around it."""
    return "\n".join(line.rstrip() for line in code.split("\n")).strip("\n")


def language(pre: Tag) -> str:
    """What the nearest `language-…` class says; nothing for code that names no language."""
    for element in [pre.code or pre, pre, *pre.parents]:
        for name in element.get("class") or []:
            if name.startswith("language-"):
                return name.removeprefix("language-")
    return ""


def labels(pre: Tag) -> frozenset[str]:
    """The labels of the content tabs that a code block stands in."""
    found = set()
    for block in pre.find_parents(class_="tabbed-block"):
        place = len(block.find_previous_siblings(class_="tabbed-block"))
        heads = block.find_parent(class_="tabbed-set").find(class_="tabbed-labels")
        found.add(heads.find_all("label")[place].get_text().strip())
    return frozenset(found)


def differences(
    seen: Sequence[Shown], reader: str, blocks: Sequence[Block]
) -> Iterator[tuple[str, str]]:
    """Code and fault for what a reader sees as Python and no test runs, and the reverse."""
    framework, others = READERS[reader], LABELS - {READERS[reader]}
    python = (block for block in seen if is_python(block.language) and not block.labels & others)
    shown = Counter(block.code for block in python)
    run = Counter(plain(block.source) for block in blocks)
    for code in shown - run:
        message = f"a {framework} reader sees Python that no test runs, {first_line(code)!r}"
        yield code, f"{message}; make it a ```python fence of one include, outside quotes"
    for code in run - shown:
        message = f"a test runs Python that a {framework} reader does not see"
        yield code, f"{message}, {first_line(code)!r}; take its fence out of what hides it"


def first_line(code: str) -> str:
    return code.partition("\n")[0]


def site_differences(course, site: Path) -> list[str]:
    """Where the built site shows other Python than the tests of the course run."""
    found = []
    for page, address in course.addresses().items():
        seen = code_blocks((site / address).read_text(encoding="utf-8"))
        for reader in READERS:
            faults = differences(seen, reader, course.blocks(page, reader))
            found += [f"{page.name}: {fault}" for _, fault in faults]
    return found
