"""The rules that keep the course one course, checked without running it."""

from pathlib import Path

from tools import layout_code, layout_imports, layout_lessons, layout_pages, layout_tabs
from tools.pages import READERS, Course, PageError


def problems(root: Path) -> list[str]:
    """Every fault of a course, as "docs/x.md:12: what is wrong; what to do"; best none."""
    course = Course(root)
    found = {*layout_lessons.faults(course), *layout_code.faults(course.root)}
    unreadable = set()
    for page in course.pages():
        source, blocks = None, {}
        try:
            source = course.source(page)
            blocks = {reader: source.blocks(reader) for reader in READERS}
        except PageError as error:
            unreadable.add(str(error))
        if source:
            found.update(layout_pages.faults(source, blocks, course.markdown))
            found.update(layout_tabs.faults(source))
            found.update(layout_imports.faults(course.root, blocks))
    lines = [f"{path}:{line}: {message}" for path, line, message in sorted(found)]
    return sorted(unreadable) + lines
