"""The generated sections of docs/records/<lesson>.md: one line about the run, and the results."""

import re
from datetime import date

from tools.readers import PACKAGES, READERS
from tools.values import MetricError, look_up

EN_DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
TEMPLATE = re.compile(r"(?P<before>[^{]*)\{:(?P<spec>[^}%]*)(?P<percent>%?)\}(?P<after>.*)")


def sections(record: dict, rows: list[dict]) -> str:
    """Return the Markdown file for a record, its table made of the rows given."""
    parts = {"ran": ran(record["page"]), "results": results(record["table"], rows)}
    marked = [
        f"<!-- --8<-- [start:{name}] -->\n{text}\n<!-- --8<-- [end:{name}] -->\n"
        for name, text in parts.items()
    ]
    return "\n".join(marked)


def ran(page: dict) -> str:
    """Return when the page's code last ran, in which versions, where, in how many seconds."""
    readers = [(name, page[name]) for name in READERS if name in page]
    entries = [(f"{_framework(name, e)} in {_seconds(e)}", e) for name, e in readers]
    settings = {_setting(entry) for _, entry in entries}
    if not entries:
        return "The code on this page has not been run yet."
    if len(settings) == 1:
        runs = " and in ".join(text for text, _ in entries)
        return f"The code on this page last ran {settings.pop()}: in {runs}."
    runs = "; in ".join(f"{text} {_setting(entry)}" for text, entry in entries)
    return f"The code on this page last ran in {runs}."


def _framework(name: str, entry: dict) -> str:
    keras = f" with Keras {entry['versions']['keras']}" if "keras" in entry["versions"] else ""
    return f"{READERS[name]} {entry['versions'][PACKAGES[name]]}{keras}"


def _setting(entry: dict) -> str:
    return f"on {_day(entry['date'])} in Python {entry['versions']['python']} on {_device(entry)}"


def _device(entry: dict) -> str:
    threads = f"{entry['threads']} thread{'s' if entry['threads'] != 1 else ''}"
    return f"{entry['device_name']} ({threads})"


def _seconds(entry: dict) -> str:
    seconds = entry["seconds"]
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B} {day.year}"


def results(table: list[list[str]], rows: list[dict]) -> str:
    """Return the results table, a column for each row of the record, and how it was made."""
    if not rows or not table:
        return "The full experiment has not been recorded for this version of the code."
    lines = [["Measured", *map(_heading, rows)], ["---", *("--:" for _ in rows)]]
    lines += [[label, *(_cell(row, *entry) for row in rows)] for label, *entry in table]
    markdown = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    made = "; ".join(f"{_heading(row)}: {_made(row)}" for row in rows)
    return f"{markdown}\n\nMeans over the seeds, with the lowest and the highest. {made}."


def _heading(row: dict) -> str:
    return f"{READERS[row['framework']]}, {'CPU' if row['device'] == 'cpu' else row['device_name']}"


def _made(row: dict) -> str:
    runs = "1 seed" if len(row["seeds"]) == 1 else f"{len(row['seeds'])} seeds"
    device = f" on {_device(row)}" if row["device"] == "cpu" else ""
    return f"{runs} in {_seconds(row)}{device}, {_day(row['date'])}"


def _cell(row: dict, metric: str, template: str) -> str:
    """Return `mean unit (low–high)`; the mean alone where the ends look the same."""
    parts = parse_template(template)
    try:
        numbers = [look_up(row, metric + end) for end in ("", " low", " high")]
    except MetricError:
        return EN_DASH
    mean, low, high = (_text(number, parts) for number in numbers)
    whole = f"{parts['before']}{mean}{' %' if parts['percent'] else ''}{parts['after']}"
    joint = " to " if MINUS in low else EN_DASH
    return whole if low == high else f"{whole} ({low}{joint}{high})"


def _text(number: float, parts: re.Match) -> str:
    scale = 100 if parts["percent"] else 1
    spec = f"{parts['spec']}f" if parts["percent"] else parts["spec"] or ".4g"
    return format(scale * number, spec).replace("-", MINUS)


def parse_template(template: str) -> re.Match:
    """Return the parts of a format such as "{:.2%}", "{:,.0f}" or "{:.1f} s".

    Raises MetricError for one that cannot format a number.
    """
    parts = TEMPLATE.fullmatch(template)
    try:
        format(0.0, parts["spec"] + parts["percent"] if parts else "?")
    except ValueError:
        example = 'write one like "{:.1f} s"'
        raise MetricError(f"the format {template!r} fits no number; {example}") from None
    return parts
