"""Digests of the code behind a lesson: they say whether a record is older than its code.

Three digests, each a SHA-256 over syntax trees, so that comments, docstrings, blank lines, line
endings and the order of a shared module's functions do not count, nor does the Python version:

- page: the lesson's modules (lessons/<lesson>/*.py but record.py), its scripts
  (snippets/<lesson>_*.py) and what they import by name from other modules under lessons/,
  with the functions, classes and constants that those use in turn.
- row: the same without the solutions of the exercises, on which no result depends, and `run` in
  record.py with all that it uses.
- drawing: `figures` and `table` in record.py with all that they use. A change there calls for
  new figures and tables (--outputs), not for a new experiment.

A file whose name ends with the other framework counts in neither the page nor the row digest.
"""

import ast
import hashlib
from collections.abc import Iterable
from pathlib import Path

from tools.canonical import canonical, without_docstring
from tools.readers import PACKAGES


def page(root: Path, lesson: str, framework: str) -> str:
    """Return the digest of the code that a lesson's page shows in one framework."""
    code = _lesson_code(root, lesson, framework)
    code.take_files(root / "snippets", f"{lesson}_solutions*.py")
    return code.digest()


def row(root: Path, lesson: str, framework: str) -> str:
    """Return the digest of the code that a lesson's results in one framework depend on."""
    code = _lesson_code(root, lesson, framework)
    code.reach(root / "lessons" / lesson / "record.py", {"run"})
    return code.digest()


def drawing(root: Path, lesson: str) -> str:
    """Return the digest of the code that draws a lesson's figures and lays out its table."""
    code = Code(root)
    code.reach(root / "lessons" / lesson / "record.py", {"figures", "table"})
    return code.digest()


def _lesson_code(root: Path, lesson: str, framework: str) -> "Code":
    code = Code(root, framework)
    code.take_files(root / "lessons" / lesson, "*.py", "record.py")
    code.take_files(root / "snippets", f"{lesson}_*.py", f"{lesson}_solutions*.py")
    return code


class Code:
    """The top-level statements of a course that one framework's digest has met so far."""

    def __init__(self, root: Path, framework: str = ""):
        self.root = root
        self.others = {PACKAGES[name] for name in PACKAGES if framework and name != framework}
        self.bodies: dict[Path, list[ast.stmt]] = {}
        self.files: set[Path] = set()
        self.met: dict[tuple[Path, int], tuple[str, int, str]] = {}

    def digest(self) -> str:
        """Return the SHA-256 of all statements met: whole files in order, shared code sorted."""
        text = "\n".join(f"{path}: {text}" for path, _, text in sorted(self.met.values()))
        return hashlib.sha256(text.encode()).hexdigest()

    def take_files(self, folder: Path, pattern: str, but: str = "") -> None:
        """Take the files that fit one pattern and not the other."""
        for path in sorted(folder.glob(pattern)):
            if not (but and path.match(but)):
                self.take_file(path)

    def take_file(self, path: Path) -> None:
        """Take every statement of a file, and what it imports from elsewhere in the course."""
        if path.stem.split("_")[-1] in self.others:
            return
        self.files.add(path)
        for index in range(len(self._body(path))):
            self._take(path, index)

    def reach(self, path: Path, names: set[str]) -> None:
        """Take the statements of a file that bind these names, and all that those use.

        A bare expression binds nothing but may act on import, so it always counts.
        """
        if path.stem.split("_")[-1] in self.others:
            return
        for index, statement in enumerate(self._body(path)):
            if isinstance(statement, ast.Expr) or names & set(_bound(statement)):
                self._take(path, index)

    def _take(self, path: Path, index: int) -> None:
        if (path, index) in self.met:
            return
        statement = self._body(path)[index]
        name = path.relative_to(self.root).as_posix()
        order = index if path in self.files else 0
        self.met[path, index] = (name, order, canonical(statement))
        self.reach(path, {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)})
        for node in ast.walk(statement):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._follow(path, node)

    def _follow(self, path: Path, node: ast.Import | ast.ImportFrom) -> None:
        """Take what an import statement brings from another module of the course."""
        for alias in node.names:
            if isinstance(node, ast.Import):
                module, name = self._file(alias.name), "*"
            else:
                dotted = _absolute(node, path.relative_to(self.root))
                submodule = self._file(f"{dotted}.{alias.name}")
                module, name = submodule or self._file(dotted), "*" if submodule else alias.name
            if module and name == "*":
                self.take_file(module)
            elif module:
                self.reach(module, {name})

    def _file(self, dotted: str) -> Path | None:
        """Return the file of a module under lessons/; None for any other module."""
        path = self.root.joinpath(*dotted.split(".")).with_suffix(".py")
        return path if dotted.startswith("lessons.") and path.is_file() else None

    def _body(self, path: Path) -> list[ast.stmt]:
        """Return a file's statements, an import of many names as many imports."""
        if path not in self.bodies:
            tree = ast.parse(path.read_text(encoding="utf-8-sig"), str(path))
            body = without_docstring(tree.body)
            self.bodies[path] = [part for statement in body for part in _split(statement)]
        return self.bodies[path]


def _split(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, ast.Import):
        return [ast.Import([alias]) for alias in statement.names]
    if isinstance(statement, ast.ImportFrom):
        module, level = statement.module, statement.level
        return [ast.ImportFrom(module, [alias], level) for alias in statement.names]
    return [statement]


def _bound(statement: ast.stmt) -> Iterable[str]:
    """Yield the names that a top-level statement binds."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    """Return the dotted module that an import names, relative imports resolved."""
    if not node.level:
        return node.module or ""
    package = path.parts[: len(path.parts) - node.level]
    return ".".join([*package, *([node.module] if node.module else [])])
