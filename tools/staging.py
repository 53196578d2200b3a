"""Files that are written beside their targets and take their places all at the end."""

import contextlib
import os
import signal
import threading
from pathlib import Path


class Staging:
    """Collects new files; `commit` moves all into place, `discard` leaves the old ones whole."""

    def __init__(self) -> None:
        self.moves: dict[Path, Path] = {}
        self.removals: set[Path] = set()
        self.made: list[Path] = []

    def write(self, target: Path, content: str | bytes) -> Path:
        """Write what a target will hold; return the file that holds it till then."""
        self._make_folder(target.parent)
        beside = target.with_name(f".{target.name}.{os.getpid()}.part")
        self.moves[target] = beside
        beside.write_bytes(content if isinstance(content, bytes) else content.encode())
        return beside

    def leave(self, target: Path) -> None:
        """Leave a target as it is, after all."""
        self.moves.pop(target).unlink()

    def remove(self, target: Path) -> None:
        """Take a file away when the others take their places."""
        self.removals.add(target)

    def hold_place(self, target: Path, text: str) -> None:
        """Write a file that has to exist meanwhile, unless there is one; discard() removes it."""
        if not target.exists():
            self._make_folder(target.parent)
            self.made.append(target)
            target.write_text(text, encoding="utf-8", newline="\n")

    def commit(self) -> None:
        """Move every file into its place. An interrupt waits until all have been moved."""
        with _interrupts_wait():
            for target, beside in self.moves.items():
                os.replace(beside, target)
            for target in self.removals - set(self.moves):
                target.unlink(missing_ok=True)
            self.moves, self.made = {}, []

    def discard(self) -> None:
        """Remove what has not been committed, and the folders made for it."""
        with _interrupts_wait():
            for beside in self.moves.values():
                beside.unlink(missing_ok=True)
            for path in reversed(self.made):
                with contextlib.suppress(OSError):
                    path.rmdir() if path.is_dir() else path.unlink()
            self.moves, self.made = {}, []

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folder(folder.parent)
            folder.mkdir()
            self.made.append(folder)


@contextlib.contextmanager
def _interrupts_wait():
    """Ignore Ctrl-C for the moment that it takes to move or remove a few files."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = (signal.SIGINT, signal.SIGTERM)
    old = {name: signal.signal(name, signal.SIG_IGN) for name in names}
    try:
        yield
    finally:
        for name, handler in old.items():
            signal.signal(name, handler)
