"""The rules for framework tabs: each stands with its twin, PyTorch first, spelt alike."""

import re
from collections.abc import Iterator

from tools.blocks import Source
from tools.fault import Fault
from tools.fences import Tab
from tools.readers import READERS

FRAMEWORK = re.compile(r"torch|tensor ?flow|keras", re.IGNORECASE)
WANTED = list(READERS.values())


def faults(source: Source) -> Iterator[Fault]:
    """Faults of the sets of tabs of a page."""
    sets: dict[int, list[Tab]] = {}
    for tab in source.tabs:
        sets.setdefault(tab.number, []).append(tab)
    for members in sets.values():
        labels = [tab.label for tab in members]
        misspelt = [la for la in labels if FRAMEWORK.search(la) and la not in WANTED]
        line = source.origins[members[0].line].line
        for label in misspelt:
            message = f'the tab "{label}" is not linked to others; write {" or ".join(WANTED)}'
            yield Fault(source.name, line, message)
        if set(labels) & set(WANTED) and labels != WANTED and not misspelt:
            yield Fault(source.name, line, twins(labels))


def twins(labels: list[str]) -> str:
    """What is wrong with a set of tabs that is not PyTorch, TensorFlow."""
    absent = [label for label in WANTED if label not in labels]
    if absent:
        return f'this set of tabs lacks "{absent[0]}"; write the twin of each framework tab'
    return f"the tabs are {', '.join(labels)}; write {' and '.join(WANTED)}, in this order"
