"""The rules for pages: what a page shows as Python is one include or an example, and runs."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from markdown import Markdown

from tools.blocks import MARKS, Block, Source
from tools.fault import Fault
from tools.fences import Fence, is_python, is_session
from tools.shown import code_blocks, differences, plain
from tools.snippets import body

STYLES = {"annotate", "copy", "no-copy", "select", "no-select"}  # Material's own classes of code
FENCE_START = re.compile(r"[> ]*(`{3,}|~{3,})[^`]*$")
CURE = 'write ```python with one include, --8<-- "file.py:section", or a >>> example'
NAMES = ", ".join(f".{mark}" for mark in sorted(MARKS))


def faults(source: Source, blocks: dict[str, list[Block]], markdown: Markdown) -> Iterator[Fault]:
    """Faults of the fences and pictures of a page; blocks are those of each reader."""
    for fence in source.fences:
        origin = source.origins[fence.first]
        if origin.path == source.path:
            for message in of_fence(source, fence, origin.line):
                yield Fault(source.name, origin.line, message)
    for line, message in [*strays(source), *rendered(source, blocks, markdown)]:
        yield Fault(source.name, line, message)


def of_fence(source: Source, fence: Fence, line: int) -> Iterator[str]:
    """What is wrong with a fence that the site reads as such."""
    if fence.title.startswith("Output") and fence.language != "text":
        yield 'an output fence is text; write ```text title="Output"'
    elif not fence.language:
        yield f"a fence without a language does not run; {CURE}, or name it ```text"
    elif fence.language != "python" and is_python(fence.language):
        yield f"a fence named {fence.language!r} does not run; {CURE}"
    elif fence.language == "python":
        yield from of_content(source, fence, line)
        yield from of_marks(fence)


def of_content(source: Source, fence: Fence, line: int) -> Iterator[str]:
    """What is wrong with what a Python fence holds."""
    last = source.origins[fence.last].line
    asked = [source.includes[n] for n in range(line, last) if n in source.includes]
    session = is_session(fence.code)
    if ">" in fence.indent:
        yield "a Python fence in a quote is not copied whole; use an admonition for the quote"
    if not asked and not session:
        yield f"code stands in the fence itself; move it into a section of a file, and {CURE}"
    elif len(asked) > 1:
        yield "a fence includes several sections; give each one its own fence"
    elif asked and last - line != 2:
        yield f"a fence holds more than its include; {CURE}"
    elif asked and asked[0].ranges:
        yield f"{asked[0].path} is included by line numbers, which move; name a section instead"
    elif asked and not asked[0].section:
        yield f"{asked[0].path} is included whole; name a section of it"


def of_marks(fence: Fence) -> Iterator[str]:
    """What is wrong with the marks of a Python fence."""
    for unknown in sorted(set(fence.classes) - MARKS - STYLES):
        yield f"the mark .{unknown} means nothing; write one of {NAMES}"
    if "norun" in fence.classes and not fence.attributes.get("data-why"):
        yield 'code that does not run says why; write { .python .norun data-why="…" }'


def strays(source: Source) -> Iterator[tuple[int, str]]:
    """Lines that look like the start of a fence to a person, and not to the site."""
    inside = {n for fence in source.fences for n in range(fence.first, fence.last + 1)}
    for number, line in enumerate(source.lines):
        if number not in inside and FENCE_START.match(line):
            yield (
                source.origins[number].line,
                "the site does not read this as a fence; close it, indent its end like its start, "
                "and write its title and marks as other fences do",
            )


def rendered(source: Source, blocks, markdown: Markdown) -> Iterator[tuple[int, str]]:
    """Faults that the finished page shows: code that is no fence, pictures without a text."""
    text = source.path.read_text(encoding="utf-8")
    html = markdown.reset().convert("\n".join(body(text)[0]))
    known = {plain(fence.code) for fence in source.fences if fence.language != "python"}
    seen = code_blocks(html)
    for block in seen:
        if block.code not in known and not is_python(block.language):
            yield line_of(text, block.code), f"indented text is shown as code, unrun; {CURE}"
    for reader in blocks:
        for code, message in differences(seen, reader, blocks[reader]):
            if code not in known:
                yield line_of(text, code), message
    for image in BeautifulSoup(html, "html.parser").select("img"):
        if not (image.get("alt") or "").strip():
            address = image.get("src") or ""
            yield line_of(text, address), f"the image {address} has no alt text; say what it shows"


def line_of(text: str, code: str) -> int:
    """The line of a page that holds the first line of a piece of code; 1 where it is included."""
    first = next((line.strip() for line in code.split("\n") if line.strip()), "")
    return next((n for n, line in enumerate(text.split("\n"), 1) if first and first in line), 1)
