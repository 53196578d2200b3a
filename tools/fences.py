"""Find the fences of a page with the site's own fence parser, and the tab each stands in."""

import re
from dataclasses import dataclass

from markdown import Markdown
from pygments.lexers import get_lexer_by_name
from pygments.lexers.python import Python2Lexer, PythonConsoleLexer, PythonLexer
from pygments.util import ClassNotFound
from pymdownx.superfences import SuperFencesBlockPreprocessor

PYTHON_LEXERS = (PythonLexer, Python2Lexer, PythonConsoleLexer)
TAB = re.compile(r'(?P<indent> *)===(?P<new>[!+]*) +"(?P<label>.*?)" *$')


@dataclass(frozen=True)
class Fence:
    """A fence of an expanded page; `first` and `last` index the lines of its two markers."""

    language: str
    classes: tuple[str, ...]
    options: dict[str, str]
    attributes: dict[str, str]
    indent: str
    code: str
    first: int
    last: int

    @property
    def title(self) -> str:
        return self.options.get("title", "")


@dataclass(frozen=True)
class Tab:
    """The line that opens a content tab; `number` tells the sets of tabs apart."""

    line: int
    indent: int
    label: str
    number: int


class FenceRecorder(SuperFencesBlockPreprocessor):
    """superfences itself, which keeps the fences that it finds instead of colouring them."""

    def run(self, lines):
        self.fences = []
        super().run(lines)
        return self.fences

    def process_nested_block(self, ws, content, start, end):
        self.fences.append(
            Fence(
                self.lang or "",
                tuple(self.classes),
                dict(self.options),
                dict(self.attrs),
                self.ws,
                self.rebuild_block(self.code),
                start,
                end - 1,
            )
        )
        self.clear()


def is_session(code: str) -> bool:
    """Whether code is a short interactive example, whose output stands in it."""
    return code.lstrip().startswith(">>>")


def is_python(language: str) -> bool:
    """Whether the site colours the language as Python, or as a Python session."""
    try:
        return isinstance(get_lexer_by_name(language), PYTHON_LEXERS)
    except ClassNotFound:
        return False


def find_fences(lines: list[str], markdown: Markdown) -> list[Fence]:
    """The fences of an expanded page, in its order."""
    recorder, original = FenceRecorder(markdown), markdown.preprocessors["fenced_code_block"]
    recorder.config, recorder.extension = original.config, original.extension
    return recorder.run(lines)


def find_tabs(lines: list[str], fences: list[Fence]) -> tuple[list[Tab], list[tuple[Tab, ...]]]:
    """The page's tabs, and for each line the tabs that it stands in, the outermost first."""
    inside = {n for fence in fences for n in range(fence.first, fence.last + 1)}
    tabs, around, stack, sets = [], [], [], {}
    for number, line in enumerate(lines):
        if line.strip():
            indent = len(line) - len(line.lstrip(" "))
            match = TAB.match(line) if number not in inside else None
            stack = [tab for tab in stack if tab.indent < indent]
            # A set of tabs goes on until other text stands at its indent or further left.
            sets = {i: n for i, n in sets.items() if i < indent or (i == indent and match)}
            if match:
                if indent not in sets or "!" in match["new"]:
                    sets[indent] = len(tabs)
                tabs.append(Tab(number, indent, match["label"], sets[indent]))
                stack.append(tabs[-1])
        around.append(tuple(stack))
    return tabs, around
