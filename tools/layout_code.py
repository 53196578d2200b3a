"""The rules for code: lessons define and have no effect, snippets do and define nothing."""

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from tools.fault import Fault, relative
from tools.snippets import sections, sections_or_none

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
FREE = (ast.Import, ast.ImportFrom, *DEFINITIONS)


def faults(root: Path) -> Iterator[Fault]:
    """Faults of the Python files in lessons and snippets."""
    lessons = sorted([*(root / "lessons").glob("*.py"), *(root / "lessons").glob("*/*.py")])
    snippets = sorted((root / "snippets").glob("*.py"))
    for path in lessons:
        if path.name != "__main__.py":
            yield from effects(root, path)
        if path.name.endswith(("torch.py", "tensorflow.py")):  # also lenet_torch.py
            yield from twins(root, path, public_names, "names")
    for path in snippets:
        if "_solutions_" not in path.name:
            yield from definitions(root, path)
        if path.name.endswith(("_torch.py", "_tensorflow.py")):
            yield from twins(root, path, lambda path: list(sections_or_none(path)), "sections")
    for path in lessons + snippets:
        yield from markers(root, path)


def parse(source: str) -> ast.Module:
    """The syntax tree; an empty one for what Python cannot read, which running it reports."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def is_docstring(statement: ast.stmt) -> bool:
    value = getattr(statement, "value", None)
    return isinstance(statement, ast.Expr) and isinstance(getattr(value, "value", None), str)


def effects(root: Path, path: Path) -> Iterator[Fault]:
    """Statements of a module in lessons that do something when it is imported."""
    body = parse(path.read_text(encoding="utf-8")).body
    records = {
        node.name
        for node in body
        if isinstance(node, ast.ClassDef)
        and any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
    }
    for statement in body:
        if not (
            isinstance(statement, FREE)
            or is_docstring(statement)
            or is_constant(statement, records)
        ):
            yield Fault(
                relative(root, path),
                statement.lineno,
                "a module in lessons only imports, defines, and assigns literal constants; "
                "move this statement into a function, or into a snippet",
            )


def is_constant(statement: ast.stmt, records: set[str]) -> bool:
    """Whether a statement assigns a literal, or a dataclass of the same file made of literals."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return False
    value = statement.value
    if isinstance(value, ast.Call) and getattr(value.func, "id", None) in records:
        return all(map(is_literal, value.args + [keyword.value for keyword in value.keywords]))
    return value is None or is_literal(value)


def is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def definitions(root: Path, path: Path) -> Iterator[Fault]:
    """Definitions in a snippet: what has a name belongs to the lesson."""
    for node in ast.walk(parse(path.read_text(encoding="utf-8"))):
        name = node.name if isinstance(node, DEFINITIONS) else None
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            name = target(node) if isinstance(node.value, ast.Lambda) else None
        if name:
            message = f"a snippet defines {name}; move it into a module of the lesson"
            yield Fault(relative(root, path), node.lineno, f"{message}, and include it from there")


def target(assignment: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> str | None:
    """The name that an assignment gives; None where it is not a plain name."""
    first = assignment.targets[0] if isinstance(assignment, ast.Assign) else assignment.target
    return getattr(first, "id", None)


def twins(root: Path, path: Path, names: Callable, what: str) -> Iterator[Fault]:
    """How the files of the two frameworks differ; reported once, for PyTorch's."""
    stem, own, other = path.name.rpartition("tensorflow.py")[0], "tensorflow.py", "torch.py"
    if not path.name.endswith(own):
        stem, own, other = path.name.removesuffix("torch.py"), "torch.py", "tensorflow.py"
    twin = path.with_name(stem + other)
    if not twin.exists():
        yield Fault(relative(root, path), 1, f"there is no {relative(root, twin)}; write the twin")
    elif own == "torch.py" and names(path) != names(twin):
        ours, theirs = set(names(path)), set(names(twin))
        extra = {path: ours - theirs, twin: theirs - ours}
        only = [
            f"only {file.name} has {', '.join(sorted(extra[file]))}"
            for file in extra
            if extra[file]
        ]
        detail = "; ".join(only) or "they stand in another order"
        message = f"the {what} of {path.name} and {twin.name} differ: {detail}; make them alike"
        yield Fault(relative(root, path), 1, message)


def public_names(path: Path) -> list[str]:
    """What a module defines for others, sorted: functions, classes and constants."""
    found = set()
    for node in parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, DEFINITIONS):
            found.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            found.add(target(node) or "_")
    return sorted(name for name in found if not name.startswith("_"))


def markers(root: Path, path: Path) -> Iterator[Fault]:
    """Section markers without a pair, and sections within sections, whose code shows twice."""
    try:
        found = sections(path.read_text(encoding="utf-8"))
    except ValueError as error:
        yield Fault(relative(root, path), *error.args)
        return
    for (outer, (_, end)), (name, (start, _)) in pairwise(found.items()):
        if start < end:
            message = f"section {name!r} starts within {outer!r}, so its code would show twice"
            yield Fault(relative(root, path), start, f"{message}; end the first one before")
