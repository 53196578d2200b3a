"""The Python blocks that one reader meets on a page, each with the output it promises."""

from dataclasses import dataclass
from pathlib import Path

from markdown import Markdown

from tools.fences import Fence, Tab, find_fences, find_tabs, is_session
from tools.outputs import Output, parse_title
from tools.readers import READERS
from tools.snippets import Include, Origin, PageError, expand, includes, missing

LABELS = frozenset(READERS.values())
MARKS = frozenset({"gpu", "slow", "norun"})


@dataclass(frozen=True)
class Block:
    """A Python fence of a page.

    key names the section that it includes, as in "snippets/convolutions_torch.py:train", or
    the line of the page for a `>>>` example; line and last_line are those of the fence's
    markers in the page, from 1; origins holds file and line for each line of the source; why
    says why a block marked norun is not run.
    """

    key: str
    source: str
    line: int
    last_line: int
    marks: frozenset[str]
    output: Output | None
    origins: tuple[Origin, ...]
    why: str


@dataclass(frozen=True)
class Source:
    """A page, expanded: lines and their origins, fences, includes and tabs."""

    path: Path
    name: str
    lines: list[str]
    origins: list[Origin]
    fences: list[Fence]
    includes: dict[int, Include]
    tabs: list[Tab]
    labels: list[tuple[str, ...]]

    @classmethod
    def read(cls, path: Path, name: str, markdown: Markdown) -> "Source":
        """Expand and take apart a page; PageError for an include of what does not exist."""
        text = path.read_text(encoding="utf-8")
        for line, complaint in missing(text, markdown):
            raise PageError(f"{name}:{line}: {complaint}")
        lines, origins = expand(path, markdown)
        fences = find_fences(lines, markdown)
        tabs, around = find_tabs(lines, fences)
        labels = [tuple(tab.label for tab in outer) for outer in around]
        asked = {include.line: include for include in includes(text, markdown)}
        return cls(path, name, lines, origins, fences, asked, tabs, labels)

    def readers(self) -> list[str]:
        """The readers for whom the page differs; only the first if it has no framework tab."""
        split = any(LABELS.intersection(labels) for labels in self.labels)
        return list(READERS) if split else list(READERS)[:1]

    def blocks(self, reader: str) -> list[Block]:
        """What the reader runs, in the order of the page; PageError for a misplaced output."""
        found, last = [], None
        for fence in self.fences:
            if LABELS.difference({READERS[reader]}).intersection(self.labels[fence.first]):
                continue
            if fence.language == "python":
                found.append(self.block(fence))
                last = fence
            elif fence.title.startswith("Output"):
                self.check_place(fence, last)
                found[-1] = self.with_output(found[-1], fence)
                last = None
        return found

    def line(self, fence: Fence) -> int:
        origin = self.origins[fence.first]
        if origin.path != self.path:
            raise PageError(
                f"{origin.path.name}:{origin.line}: a fence that runs stands in an included "
                f"file; write it into {self.name} itself"
            )
        return origin.line

    def block(self, fence: Fence) -> Block:
        line, last = self.line(fence), self.origins[fence.last].line
        include = next((self.includes[n] for n in range(line, last) if n in self.includes), None)
        key = f"{self.name}:{line}"
        if include and not is_session(fence.code):
            key = include.path + (f":{include.section}" if include.section else "")
        origins = tuple(self.origins[fence.first + 1 : fence.last])
        return Block(
            key,
            fence.code,
            line,
            last,
            MARKS.intersection(fence.classes),
            None,
            origins,
            fence.attributes.get("data-why", ""),
        )

    def check_place(self, fence: Fence, last: Fence | None) -> None:
        line = self.line(fence)
        if last is None:
            raise PageError(
                f"{self.name}:{line}: this output fence does not follow a Python block; "
                "put it after the block that prints, or remove it"
            )
        if self.labels[fence.first] != self.labels[last.first]:
            raise PageError(
                f"{self.name}:{line}: this output fence is not in the same tab as its "
                f"block in line {self.line(last)}; indent it alike"
            )
        if fence.language != "text":
            raise PageError(f'{self.name}:{line}: an output fence is text; write ```text title="…"')

    def with_output(self, block: Block, fence: Fence) -> Block:
        line = self.line(fence)
        if "norun" in block.marks or is_session(block.source):
            raise PageError(
                f"{self.name}:{line}: the block in line {block.line} promises its output "
                "in itself, or does not run; remove this output fence"
            )
        try:
            kind, tolerance = parse_title(fence.title)
        except ValueError as error:
            raise PageError(f"{self.name}:{line}: {error}") from None
        output = Output(
            kind, tolerance, fence.code, line + 1, self.origins[fence.last].line - 1, fence.indent
        )
        return Block(**{**vars(block), "output": output})
