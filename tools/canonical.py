"""Syntax trees as text that is the same in every Python version from 3.11 on."""

import ast

IGNORED_FIELDS = {"ctx", "kind", "type_comment"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def canonical(node: object) -> str:
    """Return a syntax tree as one line of text, without comments, docstrings and positions.

    Unlike ast.dump it leaves out every field that is None or empty: each Python version adds some.
    """
    if isinstance(node, ast.Constant):
        return f"Constant({type(node.value).__name__} {node.value!r})"
    if isinstance(node, list):
        return f"[{', '.join(map(canonical, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [(name, _field(node, name)) for name in sorted(node._fields)]
    shown = [f"{name}={canonical(value)}" for name, value in fields if value not in (None, [])]
    return f"{type(node).__name__}({', '.join(shown)})"


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a module, class or function after its docstring."""
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
    return body


def _field(node: ast.AST, name: str) -> object:
    """Return a field in the form that counts; None for one that does not."""
    value = getattr(node, name, None)
    if name in IGNORED_FIELDS:
        return None
    if name == "body" and isinstance(node, DOCUMENTED):
        return without_docstring(value)
    if name == "values" and isinstance(node, ast.JoinedStr):
        return _merged(value)
    if name == "format_spec" and value is not None and not _merged(value.values):
        return None
    return value


def _merged(values: list[ast.expr]) -> list[ast.expr]:
    """Merge neighbouring strings of an f-string: Python versions split them differently."""
    merged: list[ast.expr] = []
    for value in values:
        if not isinstance(value, ast.Constant):
            merged.append(value)
        elif merged and isinstance(merged[-1], ast.Constant):
            merged[-1] = ast.Constant(merged[-1].value + value.value)
        elif value.value:
            merged.append(value)
    return merged
