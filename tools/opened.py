"""A page as one reader meets it with every box open: its prose in lines, and its blocks."""

import re
from collections.abc import Iterator

from tools.blocks import LABELS, Block, Source
from tools.fences import TAB, Fence
from tools.outputs import Output
from tools.readers import READERS

BOX = re.compile(
    r"(?P<indent> *)(?:!!!|\?\?\?\+?) ?(?P<kind>[\w-]+(?: +[\w-]+)*)?"
    r'(?: +"(?P<title>.*?)")? *$'
)
PRINTED = {
    "exact": "The page printed:",
    "measured": "The page printed, on one machine:",
    "sample": "The page printed, among much that is possible:",
}


def opened(source: Source, reader: str) -> Iterator[str | Block]:
    """Prose and blocks in the order of the page, without what indents them.

    The reader's tabs are opened and the other framework's left out; boxes and other tabs are
    opened under their title in bold. A string is one line of prose, or a whole fence that is
    only read.
    """
    blocks, fences = iter(source.blocks(reader)), {fence.first: fence for fence in source.fences}
    others, last, inside, number = LABELS - {READERS[reader]}, None, [], 0
    while number < len(source.lines):
        line, fence = source.lines[number], fences.get(number)
        hidden = others.intersection(source.labels[number])
        inside = still_inside(inside, line)
        if fence is None:
            if not hidden:
                yield from prose(line, inside)
        elif not hidden and fence.language == "python":
            last = next(blocks)
            yield from code(last, fence)
        elif not hidden and fence.title.startswith("Output"):
            yield printed(last.output, indent(fence.indent, inside))
        elif not hidden:
            yield shown(fence, indent(fence.indent, inside))
        number = fence.last + 1 if fence else number + 1


def still_inside(inside: list[int], line: str) -> list[int]:
    """The boxes and tabs, by their indent, that go on in a line."""
    depth = len(line) - len(line.lstrip(" "))
    return [edge for edge in inside if edge < depth] if line.strip() else inside


def prose(line: str, inside: list[int]) -> Iterator[str]:
    """A line of prose; of one that opens a box or a tab, its title."""
    box, tab = BOX.fullmatch(line), TAB.fullmatch(line)
    depth = indent(line[: len(line) - len(line.lstrip(" "))], inside)
    if not box and not tab:
        yield depth + line.lstrip(" ")
        return
    inside.append(len((box or tab)["indent"]))
    if box:
        given, kind = box["title"], (box["kind"] or "").partition(" ")[0]
        title = kind.capitalize() if given is None else given
    else:
        title = "" if tab["label"] in LABELS else tab["label"]
    yield from ["", f"{depth}**{title}**", ""] if title else [""]


def indent(spaces: str, inside: list[int]) -> str:
    """What is left of an indent when the boxes and tabs around are opened, four blanks for each."""
    return spaces[4 * len(inside) :]


def code(block: Block, fence: Fence) -> Iterator[str | Block]:
    """A block that runs; one that does not, as prose that says why."""
    if "norun" in block.marks:
        yield from ["", f"*Shown, not run: {block.why}*", "", shown(fence, ""), ""]
        return
    if "gpu" in block.marks:
        yield from ["", "*The next block needs a GPU.*", ""]
    yield block


def shown(fence: Fence, spaces: str) -> str:
    """A fence that is only read, in plain Markdown, under its title."""
    ticks = "`" * (1 + max([2, *(len(run) for run in re.findall(r"`{3,}", fence.code))]))
    title = [f"*{fence.title}*", ""] if fence.title else []
    return indented([*title, ticks + fence.language, *fence.code.split("\n"), ticks], spaces)


def printed(output: Output, spaces: str) -> str:
    """What a block printed when the page was made, which the notebook is to print anew."""
    lines = ["", PRINTED[output.kind], "", "```text", *output.text.split("\n"), "```", ""]
    return indented(lines, spaces)


def indented(lines: list[str], spaces: str) -> str:
    return "\n".join(spaces + line if line else "" for line in lines)
