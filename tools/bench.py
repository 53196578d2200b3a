"""Time what a reader waits for: each page's code, read once in each framework.

    python -m tools.bench                          every page
    python -m tools.bench convolutions --repeats 5 --json bench.json

Every repeat is a process of its own; the import of the framework is timed apart. Beside it stands
the time of the recorded experiment. A page over 30 s, or an average over 12 s, gets a warning.
Then each live demo: the seconds from the start of a visit to its first answer, here and slow.
"""

import argparse
import contextlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median

from tools import records
from tools.readers import PACKAGES, READERS
from tools.records import RecordError
from tools.worker import measure

ROOT = Path(__file__).resolve().parent.parent
PAGE_LIMIT, AVERAGE_LIMIT = 30.0, 12.0  # seconds a page and framework


@dataclass
class Timing:
    """One thing that was timed: the seconds of each repeat, and what to know besides."""

    name: str
    kind: str
    seconds: list[float]
    imported: list[float]
    note: str = ""
    limit: float = PAGE_LIMIT
    is_page: bool = True  # counts towards the pages' average

    @property
    def median(self) -> float:
        return median(self.seconds)


def time_pages(root: Path, names: list[str], repeats: int) -> Iterator[Timing]:
    """Yield a timing for each page that runs code, and each framework that is installed."""
    from tools.pages import Course

    course = Course(root)
    for page in course.pages():
        name = page.relative_to(course.root / "docs").with_suffix("").as_posix()
        if names and name not in names:
            continue
        for reader in course.readers(page):
            if course.blocks(page, reader) and importlib.util.find_spec(PACKAGES[reader]):
                print(f"{name}, {READERS[reader]} ...", file=sys.stderr, flush=True)
                yield _time_page(course.root, name, reader, repeats)


def _time_page(root: Path, name: str, reader: str, repeats: int) -> Timing:
    timing = Timing(name, READERS[reader], [], [], _recorded(root, name, reader))
    for _ in range(repeats):
        with contextlib.closing(measure("bench", root, name, reader, "cpu")) as messages:
            for message in filter(None, messages):
                timing.seconds.append(round(message["seconds"], 3))
                timing.imported.append(round(message["imported"], 3))
    return timing


def _recorded(root: Path, name: str, reader: str) -> str:
    """Return how long the recorded experiment took, and each metric in seconds."""
    rows = (records.load(root, name) or {"rows": []})["rows"]
    row = next((r for r in rows if (r["framework"], r["device"]) == (reader, "cpu")), None)
    if not row:
        return ""
    parts = [f"{row['seconds']:.0f} s for {len(row['seeds'])} seeds"]
    for metric, value in row["metrics"].items():
        if "seconds" in metric and not isinstance(value["mean"], list):
            parts.append(f"{metric} {value['mean']:.1f}")
    return ", ".join(parts)


def time_demos(root: Path, names: list[str], repeats: int) -> Iterator[Timing]:
    """Yield a timing for each page with a live demo, at each speed of line and processor."""
    from tools.bench_live import LIMITS, visits

    for name, speed, times in visits(root, names, repeats):
        print(f"{name}, demo {speed} ...", file=sys.stderr, flush=True)
        since_start, since_near = zip(*times)
        note = f"{median(since_near):.1f} s after it came near; {LIMITS[speed]} s at most"
        yield Timing(name, f"demo, {speed}", [*since_start], [], note, LIMITS[speed], False)


# A new entry is one more function that yields Timings: the build of the site, a page's weight.
ENTRIES: list[Callable[[Path, list[str], int], Iterator[Timing]]] = [time_pages, time_demos]


def table(timings: list[Timing]) -> str:
    """Return a plain table: median and range of the seconds, the import's median, the record."""
    lines = [("page", "framework", "seconds", "range", "import", "recorded experiment")]
    for timing in timings:
        span = f"{min(timing.seconds):.1f}–{max(timing.seconds):.1f}"
        imported = f"{median(timing.imported):.1f}" if timing.imported else ""
        cells = (timing.name, timing.kind, f"{timing.median:.1f}", span, imported, timing.note)
        lines.append(cells)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths)] for line in lines)
    return "\n".join("  ".join(cells).rstrip() for cells in padded)


def warnings(timings: list[Timing]) -> list[str]:
    """Return a line for each page, demo or average of pages that lets a reader wait too long."""
    lines = [
        f"{timing.name} takes {timing.median:.1f} s in {timing.kind}; {timing.limit:g} s at most"
        for timing in timings
        if timing.median > timing.limit
    ]
    pages = [timing.median for timing in timings if timing.is_page]
    average = fmean(pages) if pages else 0.0
    if average > AVERAGE_LIMIT:
        lines.append(f"the pages take {average:.1f} s on average; {AVERAGE_LIMIT:.0f} s at most")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Time, print, and write the JSON that was asked for; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pages", nargs="*", metavar="LESSON")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        unknown = [name for name in options.pages if not (root / "docs" / f"{name}.md").is_file()]
        if unknown or options.repeats < 1:
            fault = f"docs/{unknown[0]}.md is missing" if unknown else "--repeats: give 1 or more"
            raise RecordError(fault)
        timings = [t for entry in ENTRIES for t in entry(root, options.pages, options.repeats)]
    except RecordError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: stopped", file=sys.stderr)
        return 130
    print(table(timings))
    for line in warnings(timings):
        print(f"warning: {line}", file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps([asdict(timing) for timing in timings], indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
