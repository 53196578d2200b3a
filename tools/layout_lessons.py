"""The rules for lessons: each has its files, and its page shows all of its code once, in order."""

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tools import records
from tools.fault import Fault, relative
from tools.layout_code import is_docstring, parse
from tools.pages import Course
from tools.snippets import includes, sections_or_none

NOT_SHOWN = {"record.py", "__init__.py", "__main__.py"}


def faults(course: Course) -> Iterator[Fault]:
    """Faults of every folder in lessons, of the snippets, and of the lessons' pages."""
    root = course.root
    lessons = records.lessons(root)
    owners = {path: owner(path, lessons) for path in sorted((root / "snippets").glob("*.py"))}
    for path in (path for path, lesson in owners.items() if lesson is None):
        message = "the snippet belongs to no lesson; name it <lesson>_torch.py, or add the lesson"
        yield Fault(relative(root, path), 1, message)
    for lesson in lessons:
        snippets = [path for path, name in owners.items() if name == lesson]
        modules = sorted((root / "lessons" / lesson).glob("*.py"))
        yield from parts(course, lesson, snippets)
        for path in [path for path in modules if path.name not in NOT_SHOWN] + snippets:
            yield from uncovered(root, path)
            yield from coverage(course, root / "docs" / f"{lesson}.md", path)


def owner(snippet: Path, lessons: list[str]) -> str | None:
    """The lesson that a snippet's name starts with; the longest, where several fit."""
    return max((n for n in lessons if snippet.name.startswith(f"{n}_")), key=len, default=None)


def parts(course: Course, lesson: str, snippets: list[Path]) -> Iterator[Fault]:
    """What a lesson's folder needs beside it."""
    folder, page, nav = f"lessons/{lesson}", f"docs/{lesson}.md", course.config.nav
    for name in (page, f"{folder}/record.py", f"tests/test_{lesson}.py"):
        if not (course.root / name).exists():
            yield Fault(folder, 1, f"the lesson has no {name}; write it")
    if not snippets:
        yield Fault(folder, 1, f"the lesson has no snippets/{lesson}_*.py; write what it runs")
    if (course.root / page).exists() and nav and f"{lesson}.md" not in nav_pages(nav):
        yield Fault(page, 1, "the page is not in the nav; add it to mkdocs.yml")


def nav_pages(nav) -> set[str]:
    """Every page that a nav, as mkdocs.yml writes it, names."""
    if isinstance(nav, str):
        return {nav}
    return set().union(*map(nav_pages, nav.values() if isinstance(nav, dict) else nav))


def coverage(course: Course, page: Path, path: Path) -> Iterator[Fault]:
    """A lesson's own sections are shown once on its own page, in the order of their file."""
    if not page.exists():
        return
    name, docs = relative(course.root, path), relative(course.root, page)
    asked = includes(page.read_text(encoding="utf-8"), course.markdown)
    order, first = list(sections_or_none(path)), {}
    for include in asked:
        if include.path != name or include.section not in order:
            continue
        seen = first.setdefault(include.section, include)
        if seen is not include:
            message = f"{name}:{include.section} is shown already in line {seen.line}; show it once"
            yield Fault(docs, include.line, message)
    for section in [section for section in order if section not in first]:
        message = f"{name}:{section} is never shown; include it once, or delete the section"
        yield Fault(docs, 1, message)
    for before, after in pairwise(first.values()):
        if order.index(after.section) < order.index(before.section):
            message = f"{name}:{after.section} stands before :{before.section} in its file"
            yield Fault(docs, after.line, f"{message}; put both in the same order here and there")


def uncovered(root: Path, path: Path) -> Iterator[Fault]:
    """Code outside all sections, which no page shows; imports and docstrings may stand there."""
    source = path.read_text(encoding="utf-8")
    covered = {n for a, b in sections_or_none(path).values() for n in range(a, b + 1)}
    lines = source.split("\n")
    for statement in parse(source).body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)) or is_docstring(statement):
            continue
        decorators = [node.lineno for node in getattr(statement, "decorator_list", [])]
        span = range(min([statement.lineno, *decorators]), statement.end_lineno + 1)
        bare = [n for n in span if n not in covered and lines[n - 1].strip()]
        if bare:
            message = "code outside all sections is shown on no page; put it into a section"
            yield Fault(relative(root, path), bare[0], message)
