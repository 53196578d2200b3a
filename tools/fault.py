"""A fault of the course that can be seen without running it."""

from pathlib import Path
from typing import NamedTuple


class Fault(NamedTuple):
    """Where something is wrong, and a message: what is wrong; what to do."""

    path: str
    line: int
    message: str


def relative(root: Path, path: Path) -> str:
    """A path as messages name it."""
    return path.relative_to(root).as_posix()
