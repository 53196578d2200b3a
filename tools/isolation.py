"""Keep page code away from what a reader who copies the page does not have."""

import contextlib
import importlib.abc
import sys

HIDDEN = ("lessons", "snippets")


class Refusal(importlib.abc.MetaPathFinder):
    """Refuses to find the packages of the course, whoever asks."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(
                f"page code imports {name!r}, which a reader who copies the page does not have; "
                "include the section that defines what it needs",
                name=name,
            )
        return None


@contextlib.contextmanager
def without_lessons():
    """Make `lessons` impossible to import, also where it is imported already."""
    hidden = {
        name: sys.modules.pop(name)
        for name in list(sys.modules)
        if name.partition(".")[0] in HIDDEN
    }
    refusal = Refusal()
    sys.meta_path.insert(0, refusal)
    try:
        yield
    finally:
        sys.meta_path.remove(refusal)
        sys.modules.update(hidden)
