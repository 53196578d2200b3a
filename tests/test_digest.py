"""The digests change with the code that matters, and with nothing else."""

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tiny_course import ROOT, edit, plant

from tools import digest
from tools.canonical import canonical

KINDS = {
    "page pytorch": lambda root: digest.page(root, "tiny", "pytorch"),
    "page tensorflow": lambda root: digest.page(root, "tiny", "tensorflow"),
    "row pytorch": lambda root: digest.row(root, "tiny", "pytorch"),
    "row tensorflow": lambda root: digest.row(root, "tiny", "tensorflow"),
    "drawing": lambda root: digest.drawing(root, "tiny"),
}
PAGES = {"page pytorch", "page tensorflow"}
ROWS = {"row pytorch", "row tensorflow"}


@pytest.fixture
def root(tmp_path):
    return plant(tmp_path)


def changed(root, change):
    """Return which digests a change of the course changes."""
    before = {kind: take(root) for kind, take in KINDS.items()}
    change()
    return {kind for kind, take in KINDS.items() if take(root) != before[kind]}


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("lessons/tiny/torch.py", "2.0", "2.5", {"page pytorch", "row pytorch"}),
        ("lessons/tiny/tensorflow.py", "2.0", "2.5", {"page tensorflow", "row tensorflow"}),
        ("snippets/tiny_torch.py", "/ 10", "/ 20", {"page pytorch", "row pytorch"}),
        ("lessons/tiny/record.py", "0.9", "0.8", ROWS),
        ("lessons/tiny/record.py", "(1, 1)", "(2, 1)", {"drawing"}),
        ("lessons/tiny/record.py", "Accuracy", "Right", {"drawing"}),
        ("lessons/data.py", "return STEP", "return 2 * STEP", ROWS),
        ("lessons/data.py", "STEP = 0.5", "STEP = 0.25", ROWS),
        ("lessons/data.py", "return 1", "return 2", {"drawing"}),
        ("lessons/data.py", "def unused", "OTHER = 3\n\ndef unused", set()),
        ("lessons/data.py", "Return a step.", "Give a step.", set()),
        ("lessons/data.py", '"""Data', 'print("on import")\n"""Data', ROWS | {"drawing"}),
        ("lessons/tiny/torch.py", "SLOPE = 2.0", "SLOPE = (2.0)  # steep\n\n", set()),
        ("lessons/tiny/record.py", "Yield what", "Give what", set()),
        ("snippets/tiny_solutions_torch.py", "print", "repr", {"page pytorch"}),
        ("docs/tiny.md", "# Tiny", "# Small", set()),
    ],
)
def test_a_change_counts_where_it_matters(root, name, old, new, expected):
    assert changed(root, lambda: edit(root, name, old, new)) == expected


def test_what_a_shared_function_uses_counts_through_modules(root):
    edit(root, "lessons/data.py", "return STEP", "from lessons import far\n    return far.length()")
    far = root / "lessons" / "far.py"
    far.write_text("def length():\n    return 1\n")
    assert changed(root, lambda: far.write_text("def length():\n    return 2\n")) == ROWS


def test_a_relative_import_counts_like_an_absolute_one(root):
    edit(root, "lessons/tiny/torch.py", "SLOPE", "from ..data import step\nSLOPE")
    edit(root, "lessons/tiny/record.py", "step()", "2")
    change = changed(root, lambda: edit(root, "lessons/data.py", "return STEP", "return 7"))
    assert change == {"page pytorch", "row pytorch"}


def test_the_order_of_a_script_counts_and_that_of_shared_functions_does_not(root):
    script = root / "snippets" / "tiny_torch.py"
    script.write_text("a = 1\nb = 2\nprint(a)\n")
    swap = changed(root, lambda: script.write_text("b = 2\na = 1\nprint(a)\n"))
    assert swap == {"page pytorch", "row pytorch"}
    data = root / "lessons" / "data.py"
    data.write_text("def step():\n    return half()\n\ndef half():\n    return 1\n")
    turned = "def half():\n    return 1\n\ndef step():\n    return half()\n"
    assert changed(root, lambda: data.write_text(turned)) == set()


def test_line_endings_do_not_count(root):
    def to_windows():
        for path in root.rglob("*.py"):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert changed(root, to_windows) == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f'{x}a' 'b'", "f'{x}ab'"),
        ("f'{x:}'", "f'{x}'"),
        ("def f():\n 'doc'\n return 1", "def f(): return 1"),
        ("u'a'", "'a'"),
    ],
)
def test_equal_code_has_one_text(one, other):
    assert canonical(ast.parse(one)) == canonical(ast.parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1.0"),
        ("x = None", "x = ''"),
        ("x[1:]", "x[:1]"),
        ("f(*a)", "f(a)"),
        ("{**a}", "{a}"),
        ("x = 'a'", "x = b'a'"),
        ("from . import a", "from .. import a"),
        ("f'{x!r}'", "f'{x}'"),
        ("def f(a, /): a", "def f(a): a"),
        ("return_ = yield_", "return_ = await_"),
    ],
)
def test_different_code_has_another_text(one, other):
    assert canonical(ast.parse(one)) != canonical(ast.parse(other))


def interpreter(version):
    """Return a Python of this version that starts: on the path, or among pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which(f"python{version}"), *pyenv.glob(f"{version}.*/bin/python")]
    for path in filter(None, found):
        if subprocess.run([path, "-c", ""], capture_output=True).returncode == 0:
            return path
    pytest.skip(f"Python {version} is not installed here")


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_every_python_gives_the_same_digest(version, tmp_path):
    modern = "def f(a, *, b=1) -> int:\n    'doc'\n    return f'{a!r:>{b}}' 'x' f'{b:}' or a[1:]\n"
    plant(tmp_path)
    (tmp_path / "lessons" / "tiny" / "numpy.py").write_text(modern)
    code = "import pathlib; from tools import digest; r = pathlib.Path.cwd(); "
    code += "print(*[digest.row(r, 'tiny', n) for n in ('pytorch', 'tensorflow')])"
    command = [interpreter(version), "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    ours = [digest.row(tmp_path, "tiny", reader) for reader in ("pytorch", "tensorflow")]
    assert done.stdout.split() == ours
