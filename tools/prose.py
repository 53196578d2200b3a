"""Numbers in a page's prose that come from its record.

Written `<data value="pytorch mnist_accuracy">0.9934</data>`: a framework, a metric, and optionally
an index and an end of the range (`pytorch shift_accuracy[2] low`). With class="percent" the text
is 100 times the value. The value is the framework's on the CPU.
"""

import re

from tools.values import MetricError, look_up

TAG = re.compile(r"<data\b(?P<attributes>[^>]*)>(?P<text>[^<]*)</data>")
VALUE = re.compile(r'\bvalue="(?P<framework>\S+) (?P<reference>[^"]*)"')
FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?^[ \t]*\1[ \t]*$", re.MULTILINE | re.DOTALL)
MINUS = "\N{MINUS SIGN}"


def check(text: str, record: dict | None, page: str) -> list[str]:
    """Return a line for each number in a page that differs from the record, to the digits shown."""
    problems = []
    for tag in _tags(text):
        line = text.count("\n", 0, tag.start()) + 1
        try:
            expected = _text(tag, record)
        except MetricError as error:
            problems.append(f"{page}, line {line}: {error}")
            continue
        if expected != tag["text"]:
            problems.append(
                f"{page}, line {line}: {tag[0]} but the record says {expected}; "
                "run make record OUTPUTS=1 for this lesson, and read the sentence again"
            )
    return problems


def rewrite(text: str, record: dict) -> str:
    """Return a page's text with each number as the record has it, in as many digits as before.

    A number that names no metric stays as it is: check() tells of it.
    """
    for tag in reversed(_tags(text)):
        try:
            expected = _text(tag, record)
        except MetricError:
            continue
        text = text[: tag.start("text")] + expected + text[tag.end("text") :]
    return text


def count(text: str) -> int:
    """Return how many numbers of a page's text come from its record."""
    return len(_tags(text))


def _tags(text: str) -> list[re.Match]:
    """Return the data elements of a page, those that stand in code left out."""
    fences = [(fence.start(), fence.end()) for fence in FENCE.finditer(text)]
    tags = TAG.finditer(text)
    tags = [tag for tag in tags if not any(a <= tag.start() < b for a, b in fences)]
    return [tag for tag in tags if text[tag.start() - 1 : tag.start()] != "`"]


def _text(tag: re.Match, record: dict | None) -> str:
    """Return what a data element should show; MetricError where it names nothing recorded."""
    value = VALUE.search(tag["attributes"])
    if not value:
        raise MetricError(f'{tag[0]} should name a number, as in value="pytorch accuracy"')
    for row in record["rows"] if record else []:
        if row["device"] == "cpu" and row["framework"] == value["framework"]:
            scale = 100 if re.search(r'class="[^"]*\bpercent\b', tag["attributes"]) else 1
            return _like(tag["text"], scale * look_up(row, value["reference"]))
    raise MetricError(f"{tag[0]}: the record has no {value['framework']} row from a CPU")


def _like(old: str, number: float) -> str:
    """Format a number with the decimals, and the thousands' commas, of the old text."""
    shown = re.fullmatch(rf"[-{MINUS}]?[\d,]+(?:\.(\d+))?", old.strip())
    if not shown:
        return f"{number:.4g}".replace("-", MINUS)
    grouping = "," if "," in old else ""
    return f"{number:{grouping}.{len(shown[1] or '')}f}".replace("-", MINUS)
