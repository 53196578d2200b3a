"""Records: what a lesson's full experiment measured, where it stands, and whether it is true.

A record is docs/records/<lesson>.json. A row holds one framework on one device; `page` holds
the bands of what the lesson's page printed; `figures` names the pictures, `models` the weights
for the demos with their checksums; `table` lays out the table of results.
"""

import hashlib
import json
import re
from pathlib import Path

from tools import digest, prose, render
from tools.readers import READERS

SCHEMA = 1
KEYS = {"schema", "lesson", "rows", "page", "figures", "models", "table", "drawing"}
MADE_KEYS = {"date", "device_name", "digest", "seconds", "threads", "versions"}
ROW_KEYS = MADE_KEYS | {"device", "framework", "metrics", "seeds"}
PAGE_KEYS = MADE_KEYS | {"outputs"}


class RecordError(Exception):
    """Something that keeps a lesson from being recorded: what, where, and what to do."""


def lessons(root: Path) -> list[str]:
    """Return the names of the lessons: the folders in lessons/ that hold Python files.

    A folder behind a case study, docs/notebooks/<name>.py, is none.
    """
    folders = {path.parent.name for path in (root / "lessons").glob("*/*.py")}
    return sorted(folders - {path.stem for path in (root / "docs" / "notebooks").glob("*.py")})


def record_path(root: Path, lesson: str) -> Path:
    return root / "docs" / "records" / f"{lesson}.json"


def section_path(root: Path, lesson: str) -> Path:
    """Return the Markdown file whose generated sections the lesson's page includes."""
    return root / "docs" / "records" / f"{lesson}.md"


def figure_path(root: Path, lesson: str, name: str) -> Path:
    return root / "docs" / "figures" / lesson / f"{name}.svg"


def model_path(root: Path, name: str) -> Path:
    """Return the weights of a network that a demo runs in the page."""
    return root / "docs" / "live" / "models" / f"{name}.safetensors"


def load(root: Path, lesson: str) -> dict | None:
    """Read a lesson's record; None where there is none.

    Raises RecordError, naming the file and line, for one that does not parse or fit the schema.
    """
    path = record_path(root, lesson)
    name, cure = path.relative_to(root).as_posix(), f"run make record LESSON={lesson}"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except json.JSONDecodeError as error:
        raise RecordError(f"{name}, line {error.lineno}: not JSON: {error.msg}; {cure}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"{name}: cannot be read: {error}; {cure}") from None
    fault = _schema_fault(record)
    if fault:
        raise RecordError(f"{name}: not a record of schema {SCHEMA}: {fault}; {cure}")
    return record


def _schema_fault(record: object) -> str | None:
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        return "its schema is another"
    if set(record) != KEYS:
        return f"its keys are {', '.join(sorted(record))}"
    for row in record["rows"]:
        if set(row) != ROW_KEYS or row["framework"] not in READERS:
            return f"a row's keys are {', '.join(sorted(row))}"
    for reader, entry in record["page"].items():
        if set(entry) != PAGE_KEYS or reader not in READERS:
            return f"the keys of the page's run in {reader} are {', '.join(sorted(entry))}"
    return None


def dump(record: dict) -> str:
    """Return a record as the text of its file; lists of numbers stand on one line each."""
    text = json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return re.sub(r"\[[^\[\]{}\"]*\]", _on_one_line, text) + "\n"


def _on_one_line(numbers: re.Match) -> str:
    return f"[{' '.join(numbers[0][1:-1].split())}]"


def fresh_rows(root: Path, record: dict) -> list[dict]:
    """Return the rows that are no older than the code: the CPU's first, then by framework."""
    digests = {reader: digest.row(root, record["lesson"], reader) for reader in READERS}
    rows = [row for row in record["rows"] if row["digest"] == digests[row["framework"]]]
    return sorted(rows, key=lambda row: (row["device"], row["framework"], row["device_name"]))


def check(root: Path) -> list[str]:
    """Return what is wrong with the records of a course, one line each; empty when all is well."""
    names = lessons(root)
    problems = [problem for lesson in names for problem in _check_lesson(root, lesson)]
    for path in sorted((root / "docs" / "records").glob("*.*")):
        if path.stem not in (*names, "verified") and path.suffix in (".json", ".md"):
            problems.append(f"{path.relative_to(root).as_posix()}: no lesson has this name")
    return problems


def _check_lesson(root: Path, lesson: str) -> list[str]:
    cure = f"run make record LESSON={lesson}"
    if not (root / "lessons" / lesson / "record.py").is_file():
        return [f"{lesson}: lessons/{lesson}/record.py is missing; define run() in it"]
    try:
        record = load(root, lesson)
        if record is None:
            return [f"{lesson}: it has no record; {cure}"]
        return [
            *(f"{lesson}: {problem}; {cure}" for problem in _stale_rows(root, record)),
            *(f"{lesson}: {problem}; {redo(lesson)}" for problem in _stale_page(root, record)),
            *(f"{lesson}: {problem}; {cure}" for problem in _altered_models(root, record)),
            *_check_numbers(root, record),
        ]
    except RecordError as error:
        return [str(error)]
    except SyntaxError as error:
        return [f"{error.filename}, line {error.lineno}: {error.msg}"]


def redo(lesson: str) -> str:
    """Return the advice for what needs the page's run again but not the experiment."""
    return f"run make record LESSON={lesson} OUTPUTS=1"


def _stale_rows(root: Path, record: dict) -> list[str]:
    fresh = {row["framework"] for row in fresh_rows(root, record) if row["device"] == "cpu"}
    recorded = {row["framework"] for row in record["rows"] if row["device"] == "cpu"}
    older = [f"the {READERS[name]} row is older than the code" for name in recorded - fresh]
    absent = [f"it has no {READERS[name]} row from a CPU" for name in READERS.keys() - recorded]
    return sorted(older) + sorted(absent)


def _stale_page(root: Path, record: dict) -> list[str]:
    lesson, problems = record["lesson"], []
    for reader, name in READERS.items():
        entry = record["page"].get(reader)
        if entry is None:
            problems.append(f"its page has not been run in {name}")
        elif entry["digest"] != digest.page(root, lesson, reader):
            problems.append(f"what its page printed in {name} is older than its code")
    if record["drawing"] != digest.drawing(root, lesson):
        problems.append("its figures and table are older than record.py")
    section = section_path(root, lesson)
    expected = render.sections(record, fresh_rows(root, record))
    if not section.is_file() or section.read_text(encoding="utf-8") != expected:
        problems.append(f"docs/records/{lesson}.md is not what the record says")
    for name in sorted({*record["figures"]["run"], *record["figures"]["drawn"]}):
        if not figure_path(root, lesson, name).is_file():
            problems.append(f"docs/figures/{lesson}/{name}.svg is missing")
    return problems


def _altered_models(root: Path, record: dict) -> list[str]:
    problems = []
    for name, checksum in record["models"].items():
        path = model_path(root, name)
        if not path.is_file():
            problems.append(f"{path.relative_to(root).as_posix()} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != checksum:
            problems.append(f"{path.relative_to(root).as_posix()} is not what was recorded")
    return problems


def _check_numbers(root: Path, record: dict) -> list[str]:
    page = root / "docs" / f"{record['lesson']}.md"
    if not page.is_file():
        return [f"{record['lesson']}: docs/{page.name} is missing"]
    return prose.check(page.read_text(encoding="utf-8"), record, f"docs/{page.name}")
