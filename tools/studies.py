"""Case studies: scripts in cells (py:percent) and the notebooks that a run makes of them.

docs/notebooks/<study>.py is the source: linted, reviewed, with words in Markdown cells. `make
record LESSON=<study>` runs it from top to bottom and writes docs/notebooks/<study>.ipynb beside
it, which the site shows, with what ran, when and where in its metadata under `course`. After a
change of words alone, WORDS=1 brings them into the notebook and runs nothing.
"""

import ast
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tools.canonical import canonical
from tools.devices import cpu_name
from tools.digest import Code
from tools.records import RecordError
from tools.staging import Staging

PACKAGES = ("numpy", "scikit-learn", "torch", "tensorflow")
SAID = ("alt", "caption")  # in the metadata of a cell that draws
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
# Said to the kernel before the first cell: charts are SVGs, the same in each run.
START = """
import matplotlib
import matplotlib_inline.config
matplotlib.rcParams["svg.hashsalt"] = "course"
backend = matplotlib_inline.config.InlineBackend.instance(parent=get_ipython())
backend.figure_formats = {"svg"}
backend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
del matplotlib, matplotlib_inline, backend
"""


def names(root: Path) -> list[str]:
    """The studies: the scripts in docs/notebooks."""
    return sorted(path.stem for path in (root / "docs" / "notebooks").glob("*.py"))


def script(root: Path, name: str) -> Path:
    return root / "docs" / "notebooks" / f"{name}.py"


def digest(root: Path, name: str) -> str:
    """A SHA-256 of the study's code: its script, its modules, and what they import by name."""
    code = Code(root)
    code.take_file(script(root, name))
    code.take_files(root / "lessons" / name, "*.py")
    return code.digest()


def parse(path: Path) -> dict:
    """The notebook that a script stands for, without outputs; its cells are numbered.

    Raises RecordError where the script is not Python.
    """
    import jupytext
    import nbformat

    text = path.read_text(encoding="utf-8")
    try:
        ast.parse(text, str(path))
    except SyntaxError as error:
        raise RecordError(f"{path}, line {error.lineno}: {error.msg}") from None
    notebook = nbformat.v4.new_notebook(cells=jupytext.reads(text, fmt="py:percent").cells)
    notebook.metadata["kernelspec"] = KERNEL
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:02}"
    return notebook


def run(root: Path, name: str) -> Path:
    """Run a study from top to bottom and write its notebook, at the end or not at all.

    Raises RecordError where a cell fails; the old notebook is kept.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook, start = parse(script(root, name)), time.perf_counter()
    count = len(notebook.cells)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(START))

    def report(cell, cell_index):
        seconds = time.perf_counter() - start
        print(f"{name}: cell {cell_index} of {count}, {seconds:,.0f} s", file=sys.stderr)

    folder = {"metadata": {"path": str(root)}}
    client = NotebookClient(notebook, timeout=None, resources=folder, on_cell_start=report)
    try:
        client.execute()
    except CellExecutionError as error:
        trace = re.sub(r"\x1b\[[\d;]*m", "", str(error))
        raise RecordError(f"{name}: the old notebook is kept. {trace}") from None
    del notebook.cells[0]
    notebook.metadata["course"] = about(root, name, time.perf_counter() - start)
    return write(root, name, notebook)


def about(root: Path, name: str, seconds: float) -> dict:
    """What ran, when and where, for the notebook's metadata."""
    code = script(root, name).read_text(encoding="utf-8")
    shown = [package for package in PACKAGES if package in code or package != "tensorflow"]
    return {
        "date": date.today().isoformat(),
        "device_name": cpu_name(),
        "digest": digest(root, name),
        "seconds": round(seconds),
        "versions": {"python": sys.version.split()[0]} | {each: installed(each) for each in shown},
    }


def installed(package: str) -> str:
    name = "tensorflow-cpu" if package == "tensorflow" and sys.platform != "darwin" else package
    try:
        return version(name).partition("+")[0]
    except ModuleNotFoundError:
        return version(package).partition("+")[0]


def write(root: Path, name: str, notebook: dict) -> Path:
    """Write a notebook that has run: no clock of single cells, nothing from standard error."""
    for number, cell in enumerate(code_cells(notebook), start=1):
        cell["metadata"].pop("execution", None)
        cell["execution_count"] = number
        cell["outputs"] = joined(o for o in cell["outputs"] if o.get("name") != "stderr")
    target, staging = script(root, name).with_suffix(".ipynb"), Staging()
    staging.write(target, json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    staging.commit()
    return target


def joined(outputs: Iterable[dict]) -> list[dict]:
    """Outputs with what was printed in several goes, between which time passed, as one."""
    found: list[dict] = []
    for output in outputs:
        if found and found[-1]["output_type"] == output["output_type"] == "stream":
            text = "".join(found[-1]["text"]) + "".join(output["text"])
            found[-1] = found[-1] | {"text": text}
        else:
            found.append(output)
    return found


def renew(root: Path, name: str) -> Path:
    """Give a notebook that has run the words of its script: Markdown, captions, comments.

    Raises RecordError where there is no notebook, or where its code has changed since it ran.
    """
    cure = f"run make record LESSON={name}"
    if not (target := script(root, name).with_suffix(".ipynb")).exists():
        raise RecordError(f"docs/notebooks/{name}.ipynb is missing; {cure}")
    old, new = json.loads(target.read_text(encoding="utf-8")), parse(script(root, name))
    if not same_code(root, name, old, new):
        raise RecordError(f"docs/notebooks/{name}.py has other code than ran; {cure}")
    for ran, cell in zip(code_cells(old), code_cells(new)):
        cell["outputs"] = ran["outputs"]
    new["metadata"] = old["metadata"]
    return write(root, name, new)


def same_code(root: Path, name: str, old: dict, new: dict) -> bool:
    """Whether a notebook ran the code of another, cell by cell, and with it the same modules."""
    fresh = old["metadata"].get("course", {}).get("digest") == digest(root, name)
    return fresh and trees(old) == trees(new)


def problems(root: Path) -> Iterator[str]:
    """What is wrong with the studies' notebooks; best nothing."""
    for name in names(root):
        cure = f"run make record LESSON={name}"
        path = script(root, name).with_suffix(".ipynb")
        if not path.exists():
            yield f"docs/notebooks/{name}.ipynb is missing; {cure}"
            continue
        notebook, source = json.loads(path.read_text(encoding="utf-8")), parse(script(root, name))
        if not same_code(root, name, notebook, source):
            yield f"docs/notebooks/{name}.ipynb is older than its code; {cure}"
        elif texts(notebook) != texts(source):
            yield f"docs/notebooks/{name}.ipynb has not the words of its script; {cure} WORDS=1"


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def trees(notebook: dict) -> list[str]:
    """What each code cell does: its syntax tree, without comments and docstrings."""
    return [canonical(ast.parse("".join(cell["source"]))) for cell in code_cells(notebook)]


def texts(notebook: dict) -> list[tuple[str, ...]]:
    """Kind, text, and what describes the chart, of each cell."""
    return [
        (
            cell["cell_type"],
            "".join(cell["source"]),
            *(cell["metadata"].get(key, "") for key in SAID),
        )
        for cell in notebook["cells"]
    ]
