"""What demos show besides their weights, computed anew by the recording that changes those."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tools.staging import Staging
from tools.worker import measure


def stage(root: Path, lesson: str, names: Iterable[str], staging: Staging) -> None:
    """Stage what tools/live_<name>.py computes for each demo that has one.

    It is computed for the course as it will be, with the files that are staged already.
    RecordError if it fails.
    """
    names = [name for name in names if (root / "tools" / f"live_{name}.py").is_file()]
    if not names:
        return
    with tempfile.TemporaryDirectory() as folder:
        course = _as_it_will_be(root, Path(folder), staging)
        for name in names:
            with contextlib.closing(measure("live", root, lesson, "", name, course)) as messages:
                for message in filter(None, messages):
                    _stage_changed(root / message["file"], message["text"], staging)


def _as_it_will_be(root: Path, course: Path, staging: Staging) -> Path:
    """Lay out the pages, records and weights, the staged ones in the place of the old ones."""
    unfinished = shutil.ignore_patterns("*.part", "__pycache__")
    shutil.copytree(root / "docs", course / "docs", ignore=unfinished)
    for target, beside in staging.moves.items():
        place = course / target.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(beside, place)
    return course


def _stage_changed(path: Path, text: str, staging: Staging) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        staging.write(path, text)
