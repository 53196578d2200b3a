"""The rule that page code imports nothing of the course."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.blocks import Block
from tools.fault import Fault, relative
from tools.fences import is_session
from tools.layout_code import parse

COURSE = {"lessons", "snippets", "tools", "tests"}
FUNCTIONS = {"import_module", "__import__", "find_spec", "run_module"}


def faults(root: Path, blocks: dict[str, list[Block]]) -> Iterator[Fault]:
    """Imports of the course's own files by code that a reader is to copy."""
    for block in (block for each in blocks.values() for block in each):
        for node in ast.walk(tree(block.source)):
            for module in imported(node):
                if module.partition(".")[0] in COURSE:
                    place = block.origins[node.lineno - 1]
                    yield Fault(
                        relative(root, place.path),
                        place.line,
                        f"page code imports {module}, which a reader who copies the page has not; "
                        "include the section that defines what it needs",
                    )


def tree(source: str) -> ast.Module:
    """The syntax tree of a block, its lines in place."""
    if is_session(source):  # without prompts and output
        lines = source.split("\n")
        source = "\n".join(line[4:] if line[:3] in (">>>", "...") else "" for line in lines)
    return parse(source)


def imported(node: ast.AST) -> list[str]:
    """The modules that a node imports, by a statement or by a function that is given a name."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    function = getattr(node, "func", None)
    if getattr(function, "attr", getattr(function, "id", "")) not in FUNCTIONS:
        return []
    names = [argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant)]
    return [name for name in names if isinstance(name, str)]
