"""Expand a page as the site does, and remember which file and line each line came from."""

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from markdown import Markdown
from mkdocs.utils.meta import get_data
from pymdownx.snippets import SnippetPreprocessor

# A path, and after it a section or ranges of lines.
ASKED = re.compile(r"(?P<path>.*?)(?::(?P<section>[a-zA-Z][-\w]*)|(?P<ranges>:[-\d:,]*))?")
SEPARATOR = "\0"  # stands in no source file, and survives the expansion


class PageError(Exception):
    """A page that cannot be read; the message says where, what is wrong and what to do."""


@dataclass(frozen=True)
class Origin:
    """The place that a line of the expanded page was written in."""

    path: Path
    line: int


@dataclass(frozen=True)
class Include:
    """A line of a page that includes a file: `--8<-- "path:section"`."""

    line: int
    path: str
    section: str | None
    ranges: str | None


class Expansion(SnippetPreprocessor):
    """pymdownx's own expansion; each line that it reads carries its file and number.

    It is given copies, because not every version reads files in a place that can be overridden.
    Blank lines carry nothing, because a tag would change how a section is dedented, and
    include and section lines carry nothing, because they are matched to their end.
    """

    def run(self, lines):
        with TemporaryDirectory() as folder:
            self.folder, self.copies = Path(folder), {}
            return super().run(lines)

    def get_snippet_path(self, path):
        found = super().get_snippet_path(path)
        if found and found not in self.copies:
            lines = Path(found).read_text(encoding=self.encoding).split("\n")
            copy = self.folder / f"{len(self.copies)}"
            copy.write_text("\n".join(self.tag(lines, found)), encoding=self.encoding)
            self.copies[found] = str(copy)
        return self.copies.get(found)

    @staticmethod
    def tag(lines, path, first=1):
        return [
            f"{line}{SEPARATOR}{path}{SEPARATOR}{number}"
            if line.strip() and "8<-" not in line
            else line
            for number, line in enumerate(lines, first)
        ]


def preprocessor(markdown: Markdown, kind=SnippetPreprocessor):
    """The snippet preprocessor with the settings of the course's own mkdocs.yml."""
    settings = next(
        extension.getConfigs()
        for extension in markdown.registeredExtensions
        if type(extension).__module__ == "pymdownx.snippets"
    )
    return kind(settings, markdown)


def body(text: str) -> tuple[list[str], int]:
    """The lines of a page below its front matter, and the number of the first one."""
    below = get_data(text)[0]
    return below.split("\n"), text.count("\n") - below.count("\n") + 1


def expand(page: Path, markdown: Markdown) -> tuple[list[str], list[Origin]]:
    """The page's lines after every include, and the place that each one came from."""
    lines, first = body(page.read_text(encoding="utf-8"))
    tagged = preprocessor(markdown, Expansion).run(Expansion.tag(lines, page, first))
    texts, origins, last = [], [], Origin(page, first - 1)
    for line in tagged:
        text, _, tag = line.partition(SEPARATOR)
        path, _, number = tag.partition(SEPARATOR)
        last = Origin(Path(path), int(number)) if tag else Origin(last.path, last.line + 1)
        texts.append(text)
        origins.append(last)
    texts = markdown.preprocessors["normalize_whitespace"].run(texts)
    return texts[: len(origins)], origins


def includes(text: str, markdown: Markdown) -> list[Include]:
    """Every include that the text of a page asks for, in its order."""
    engine, found = preprocessor(markdown), []
    for number, line in enumerate(text.split("\n"), 1):
        match = engine.RE_ALL_SNIPPETS.match(line)
        if match and match["inline_marker"] and not match["escape"]:
            parts = ASKED.fullmatch(match["snippet"][1:-1].strip())
            path, ranges, section = parts["path"], parts["ranges"], parts["section"]
            found.append(Include(number, path, section, ranges))
    return found


def sections(source: str) -> dict[str, tuple[int, int]]:
    """Name, first and last line (of the markers) of each section of a source file.

    Raises ValueError, with the line, where a section is not closed or its name is not unique.
    """
    found, started = {}, {}
    for number, line in enumerate(source.split("\n"), 1):
        match = SnippetPreprocessor.RE_SNIPPET_SECTION.match(line)
        if not match or match["escape"]:
            continue
        name = match["name"]
        if match["type"].lower() == "start":
            if name in started:
                raise ValueError(number, f"section {name!r} starts twice; name one of them anew")
            started[name] = number
        elif name not in started or name in found:
            raise ValueError(number, f"section {name!r} ends here without a start; mark its start")
        else:
            found[name] = (started[name], number)
    for name in started.keys() - found.keys():
        raise ValueError(started[name], f"section {name!r} has no end; mark its end")
    return dict(sorted(found.items(), key=lambda item: item[1]))


def section_names(source: str) -> list[str]:
    """The names of the sections that start in a source file."""
    matches = map(SnippetPreprocessor.RE_SNIPPET_SECTION.match, source.split("\n"))
    return [m["name"] for m in matches if m and m["type"].lower() == "start" and not m["escape"]]


def missing(text: str, markdown: Markdown) -> list[tuple[int, str]]:
    """Line and complaint for each include of a file or section that does not exist."""
    engine, complaints = preprocessor(markdown), []
    for include in includes(text, markdown):
        path = engine.get_snippet_path(include.path)
        names = section_names(Path(path).read_text(encoding="utf-8")) if path else []
        if path is None:
            complaints.append(
                (
                    include.line,
                    f"there is no file {include.path}; correct its path "
                    "(paths start at the root of the repository)",
                )
            )
        elif include.section and include.section not in names:
            complaints.append(
                (
                    include.line,
                    f"{include.path} has no section {include.section!r}; "
                    f"write one of: {', '.join(names) or '(it has none)'}",
                )
            )
    return complaints


def sections_or_none(path: Path) -> dict[str, tuple[int, int]]:
    """The sections of a file; none where its markers are faulty, which the layout rules report."""
    try:
        return sections(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
