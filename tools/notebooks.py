"""A notebook for each reader of a page, made from the page itself."""

import base64
import doctest
import hashlib
import mimetypes
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from tools import bibliography, citations
from tools.blocks import Block
from tools.fences import is_session
from tools.notebook_prose import Notes, Translator
from tools.opened import opened
from tools.readers import READERS
from tools.requirements import requirements
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


def names(course, page: Path) -> dict[str, str]:
    """The notebook of each reader, by its path below the site; none for a page without code."""
    address = course.addresses()[page]
    folder = re.sub(r"(index)?\.html$", "", address)
    if folder and not folder.endswith("/"):
        folder += "/"
    readers = course.readers(page)
    if not any(course.blocks(page, reader) for reader in readers):
        return {}
    if len(readers) == 1:
        return {readers[0]: f"{folder}notebook.ipynb"}
    return {reader: f"{folder}{reader}.ipynb" for reader in readers}


@dataclass
class Notebook:
    """A page of a course as one reader's notebook.

    site is the site's public address, with a final slash, or none. A notebook for offline
    reading brings its pictures along, and leads to other notebooks where it can; one that is
    not, or whose site has no address, leads to the site.
    """

    course: object
    page: Path
    reader: str
    site: str = ""
    offline: bool = False
    notes: Notes = field(default_factory=Notes)
    pictures: dict[str, dict] = field(default_factory=dict)
    used: Counter = field(default_factory=Counter)

    @cached_property
    def path(self) -> str:
        return names(self.course, self.page)[self.reader]

    @cached_property
    def addresses(self) -> dict[Path, str]:
        return self.course.addresses()

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
        title = next((m["text"] for p in parts if (m := heading(p)) and m["marks"] == "#"), "")
        parts = [p for p in parts if not ((m := heading(p)) and m["marks"] == "#")]
        self.translate = Translator(self.notes, self.link, self.picture)
        yield self.prose("title", f"# {title or self.page.stem}\n\n{self.origin()}")
        yield self.code("install", self.install(source.blocks(self.reader)))
        yield from self.body(parts)
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
        self.pictures = {}
        cited = citations.cite_text(text, self.entries)
        cell = self.cell("markdown", name, self.translate(cited))
        return cell | ({"attachments": self.pictures} if self.pictures else {})

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
        page = f"[page]({self.address(self.page)})" if self.site else "page"
        course = f"[{config.site_name}]({self.site})" if self.site else config.site_name
        return (
            f"This notebook was made from a {page} of the course *{course}*{who}. Run its cells "
            f"from top to bottom.\n\n{config.copyright or ''}"
        )

    def install(self, blocks: list[Block]) -> str:
        """A cell that installs what the blocks import and the reader lacks."""
        runs = [block for block in blocks if "norun" not in block.marks]
        needed = requirements([plain(block.source) for block in runs], self.course.root)
        packages = "\n".join(f'    "{name}": "{package}",' for name, package in needed.items())
        return INSTALL.format(packages=packages) if needed else "# This page needs Python alone."

    def address(self, page: Path) -> str:
        return self.site + self.addresses[page].removesuffix("index.html")

    def link(self, target: str) -> str | None:
        """Where a link of the page leads from the notebook; none if it would lead nowhere."""
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or target.startswith("/"):
            return target
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        path = (self.page.parent / parts.path).resolve() if parts.path else self.page
        if self.offline and path != self.page and path in self.addresses:
            found = names(self.course, path)
            other = found.get(self.reader) or next(iter(found.values()), "")
            if other:
                return posixpath.relpath(other, posixpath.dirname(self.path))
        if not self.site:
            return None
        if path in self.addresses:
            return self.address(path) + fragment
        return self.site + path.relative_to(self.course.config.docs_dir).as_posix() + fragment

    def picture(self, target: str) -> str:
        """The address of a picture: on the site, or within the cell."""
        path = (self.page.parent / target).resolve()
        if urlsplit(target).scheme or not path.is_file():
            return target
        if self.site and not self.offline:
            return self.site + path.relative_to(self.course.config.docs_dir).as_posix()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self.pictures[path.name] = {kind: base64.b64encode(path.read_bytes()).decode()}
        return f"attachment:{path.name}"


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
