"""The rules that keep the course one course, checked without running it."""

from pathlib import Path

from tools import layout_code, layout_imports, layout_lessons, layout_pages, layout_tabs
from tools.pages import READERS, Course, PageError


def problems(root: Path) -> list[str]:
    """Every fault of a course, as "docs/x.md:12: what is wrong; what to do"; best none."""
    course = Course(root)
    found = {*layout_lessons.faults(course), *layout_code.faults(course.root)}
    faulty_pages = []
    for page in course.pages():
        try:
            source = course.source(page)
            blocks = {reader: source.blocks(reader) for reader in READERS}
        except PageError as error:  # nothing more can be said of a page that cannot be read
            faulty_pages.append(str(error))
        else:
            found.update(layout_pages.faults(source, blocks, course.markdown))
            found.update(layout_tabs.faults(source))
            found.update(layout_imports.faults(course.root, blocks))
    return faulty_pages + [f"{path}:{line}: {message}" for path, line, message in sorted(found)]
