"""What a block printed: the fence that says it, how the two compare, how it is rewritten."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

NUMBER = re.compile(
    r"(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d*)?(?:[eE][-+]?\d+)?"
)
TITLE = re.compile(
    r"Output(?: \((?P<kind>measured|sample)(?:, ± ?(?P<width>[\d.e+-]+)(?P<percent> ?%)?)?\))?"
)
SLACK = 1 + 1e-9  # so that a difference of exactly one unit is not refused for its rounding
Bands = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Output:
    """An output fence: what is promised, how exactly, and the lines of its text in the page.

    kind is "exact", "measured" or "sample"; tolerance is None, ("absolute", x) or
    ("relative", x). Lines count from 1; last_line < first_line where the text is empty.
    """

    kind: str
    tolerance: tuple[str, float] | None
    text: str
    first_line: int
    last_line: int
    indent: str


def parse_title(title: str) -> tuple[str, tuple[str, float] | None]:
    """Kind and tolerance that the title of an output fence names; ValueError if it names none."""
    match = TITLE.fullmatch(title)
    if not match or (match["width"] and match["kind"] != "measured"):
        raise ValueError(
            f'the title "{title}" is not a kind of output; write "Output", "Output (measured)", '
            '"Output (measured, ± 0.02)", "Output (measured, ± 20 %)" or "Output (sample)"'
        )
    if not match["width"]:
        return match["kind"] or "exact", None
    width = float(match["width"])
    return "measured", ("relative", width / 100) if match["percent"] else ("absolute", width)


def value(number: str) -> float:
    return float(number.replace(",", "").replace("−", "-"))


def numbers(text: str) -> list[float]:
    """The numbers in a text, in its order; digits within a word, as in `conv1`, are none."""
    return [value(match[0]) for match in NUMBER.finditer(text)]


def unit(number: str) -> float:
    """One unit of the last digit shown; 0 for an integer, which is a count and exact."""
    digits, _, exponent = number.lower().partition("e")
    decimals = digits.partition(".")[2]
    return 10.0 ** (int(exponent or 0) - len(decimals)) if decimals or exponent else 0.0


def trimmed(text: str) -> list[str]:
    """The lines of a text without trailing blanks, and without blank lines around them."""
    lines = [line.rstrip() for line in text.expandtabs(4).split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def layout(text: str) -> list[list[str]]:
    """The words of each line, with # for each number; blanks within brackets do not count."""
    lines = (NUMBER.sub("#", line) for line in trimmed(text))
    return [re.sub(r"(?<=[\[(]) +| +(?=[])])", "", line).split() for line in lines]


def allowed(output: Output, bands: Bands | None) -> list[tuple[float, float]] | str:
    """Lowest and highest value allowed for each number of an output, or why there is none."""
    shown = [match[0] for match in NUMBER.finditer("\n".join(trimmed(output.text)))]
    if output.kind == "exact":
        widths = [unit(number) * SLACK for number in shown]
    elif output.tolerance:
        sort, width = output.tolerance
        widths = [(width * abs(value(n)) if sort == "relative" else width) * SLACK for n in shown]
    elif bands is None:
        return (
            "no record holds a band for this output; run `make record` for this lesson, "
            'or name a tolerance in the title: "Output (measured, ± 0.02)"'
        )
    elif len(bands) != len(shown):
        return (
            f"the record holds {len(bands)} bands and the page shows {len(shown)} numbers; "
            "run `make record` for this lesson"
        )
    else:
        return [(low, high) for low, high in bands]
    return [(value(n) - width, value(n) + width) for n, width in zip(shown, widths)]


def compare(output: Output, printed: str, bands: Bands | None = None) -> str | None:
    """None if what was printed is what the output promises, else a message that shows both."""
    if output.kind == "sample":
        return None
    limits, got, shown = allowed(output, bands), numbers(printed), numbers(output.text)
    if layout(output.text) != layout(printed):
        complaint = "the block prints other words, or another count of numbers"
    elif isinstance(limits, str):
        complaint = limits
    else:
        complaint = next(
            (
                f"number {place} is {one:g}, the page shows {other:g}, allowed: {low:g} to {high:g}"
                for place, (one, other, (low, high)) in enumerate(zip(got, shown, limits), 1)
                if not (low <= one <= high and low <= other <= high)
            ),
            None,
        )
    return complaint and f"{complaint}\n{both(output, printed)}"


def both(output: Output, printed: str) -> str:
    """What the page shows, and what the block printed."""
    shown, got = (indent("\n".join(trimmed(text)), "    ") for text in (output.text, printed))
    return f"The page shows:\n{shown}\nThe block printed:\n{got}\n"


def rewrite_outputs(page: Path, runs_by_reader: dict[str, Sequence]) -> bool:
    """Write what the runs printed into the page's output fences; say whether it changed.

    runs_by_reader maps a reader to its list of Run. A fence outside the framework tabs
    belongs to all readers, and takes what the first one printed.
    """
    text = page.read_text(encoding="utf-8")
    new = {}
    for runs in runs_by_reader.values():
        for run in runs:
            if run.block.output:
                new.setdefault(run.block.output.first_line, run)
    lines = text.split("\n")
    for first, run in sorted(new.items(), reverse=True):
        indent = run.block.output.indent
        lines[first - 1 : run.block.output.last_line] = [
            (indent + line).rstrip() for line in trimmed(run.printed)
        ]
    rewritten = "\n".join(lines)
    if rewritten != text:
        beside = page.with_name(f".{page.name}.part")
        beside.write_text(rewritten, encoding="utf-8", newline="\n")
        os.replace(beside, page)
    return rewritten != text
