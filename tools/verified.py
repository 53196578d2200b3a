"""How much of the course is verified, and since when: counted from its pages and records."""

from datetime import date
from pathlib import Path

from tools import prose, records
from tools.readers import READERS


def path(root: Path) -> Path:
    return root / "docs" / "records" / "verified.md"


def text(root: Path) -> str:
    """Return the Markdown file whose section `verified` the home page includes."""
    return f"<!-- --8<-- [start:verified] -->\n{sentence(root)}\n<!-- --8<-- [end:verified] -->\n"


def sentence(root: Path) -> str:
    """Return what was run and compared, and the day of the oldest run still shown."""
    from tools.pages import Course  # needs mkdocs, which much of the recorder does without

    course, days, counts = Course(root), [], {"blocks": 0, "outputs": 0, "numbers": 0}
    names = records.lessons(root)
    for name in names:
        page = root / "docs" / f"{name}.md"
        record = records.load(root, name)
        if record is None or not page.is_file():
            continue
        blocks = [block for reader in READERS for block in course.blocks(page, reader)]
        counts["blocks"] += len(blocks)
        counts["outputs"] += sum(block.output is not None for block in blocks)
        counts["numbers"] += prose.count(page.read_text(encoding="utf-8"))
        days += [entry["date"] for entry in record["page"].values()]
    lessons = "1 lesson" if len(names) == 1 else f"{len(names)} lessons"
    since = f" The oldest run is of {_day(min(days))}." if days else ""
    return (
        f"Verified by running: {lessons}; {counts['blocks']:,} blocks of code and "
        f"{counts['outputs']:,} printed outputs, counted for each of two readers; "
        f"{counts['numbers']:,} numbers in the prose.{since}"
    )


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B} {day.year}"


def problems(root: Path) -> list[str]:
    """Return what is wrong with the home page's sentence, if anything is."""
    if path(root).is_file() and path(root).read_text(encoding="utf-8") == text(root):
        return []
    cure = "run make record OUTPUTS=1 LESSON=… for any lesson"
    return [f"docs/records/verified.md is not what the records say; {cure}"]
