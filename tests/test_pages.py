"""The machinery that runs the pages: what it reads, runs, compares and rewrites."""

import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mini_course import PAGE, MiniCourse

from tools import reading
from tools.outputs import Output, compare, numbers, parse_title, rewrite_outputs
from tools.pages import Course, Run
from tools.readers import PACKAGES, READERS
from tools.shown import site_differences

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parents[1]


@pytest.fixture
def mini(tmp_path, monkeypatch):
    """A faultless course, whose frameworks are modules that are there and cost nothing."""
    for reader in PACKAGES:
        monkeypatch.setitem(PACKAGES, reader, "json")
    return MiniCourse(tmp_path)


def one_block(mini, code, reader="pytorch", seed=0):
    """Run a page of one block that includes the code; return its Run."""
    mini.write("lessons/story/torch.py", f"# --8<-- [start:all]\n{code}\n# --8<-- [end:all]\n")
    mini.write(PAGE, '```python\n--8<-- "lessons/story/torch.py:all"\n```\n')
    return Course(mini.root).run(mini.root / PAGE, reader, seed)[0]


# The real course


def test_the_site_shows_exactly_what_runs(built_site):
    found = site_differences(Course(ROOT), built_site)
    assert not found, "\n" + "\n".join(found)


def test_every_block_is_collected_and_no_framework_imported():
    code = (
        "import sys, pytest; pytest.main(['docs', '--collect-only', '-q']);"
        "sys.exit('torch' in sys.modules or 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    course = Course(ROOT)
    assert done.returncode == 0
    assert [line for line in done.stdout.split("\n") if "-line-" in line] == [
        f"{page.relative_to(ROOT).as_posix()}::{reader}-line-{block.line}"
        for page in course.pages()
        for reader in course.readers(page)
        for block in course.blocks(page, reader)
    ]


# What is read


def test_blocks_know_where_they_came_from(mini):
    page = mini.root / PAGE
    blocks = Course(mini.root).blocks(page, "tensorflow")
    assert [block.key for block in blocks] == [
        "lessons/common.py:seed",
        "lessons/story/tensorflow.py:size",
        "lessons/story/tensorflow.py:double",
        "snippets/story_tensorflow.py:tell",
        "snippets/story_tensorflow.py:measure",
        "snippets/story_tensorflow.py:write",
        "snippets/story_solutions_tensorflow.py:triple",
        f"{PAGE}:{mini.line(PAGE, '>>> double') - 1}",
    ]
    measure = blocks[4]
    lines = page.read_text().split("\n")
    assert lines[measure.line - 1].strip() == '```python title="measure"'
    assert [place.line for place in measure.origins] == [9, 10, 11]
    assert measure.output.kind == "measured" and measure.output.tolerance is None
    shown = lines[measure.output.first_line - 1 : measure.output.last_line]
    assert [line.strip() for line in shown] == ["loss 0.52", "loss 1.52"]
    assert [block.output.kind for block in blocks if block.output] == [
        "exact", "measured", "sample", "measured",
    ]  # fmt: skip
    assert blocks[5].marks == {"slow"} and blocks[6].output.tolerance == ("relative", 0.1)


def test_each_reader_is_spared_the_other_framework(mini):
    course, page = Course(mini.root), mini.root / PAGE
    assert course.readers(page) == ["pytorch", "tensorflow"]
    assert course.readers(mini.root / "docs/index.md") == ["pytorch"]
    for reader, other in [("pytorch", "tensorflow"), ("tensorflow", "torch.py")]:
        assert not any(other in block.key for block in course.blocks(page, reader))


def test_tabs_within_tabs_and_after_text(mini):
    example = "```python\n>>> {0}\n{0}\n```\n\n"
    inner = "".join(
        f'=== "{label}"\n\n{indent(example.format(n), "    ")}'
        for n, label in enumerate(["Short", "Long"], 1)
    )
    mini.write(
        PAGE,
        f'=== "PyTorch"\n\n{indent(inner, "    ")}'
        f'=== "TensorFlow"\n\n{indent(example.format(3), "    ")}{example.format(4)}',
    )
    course, page = Course(mini.root), mini.root / PAGE
    found = {r: [block.source[4] for block in course.blocks(page, r)] for r in READERS}
    assert found == {"pytorch": ["1", "2", "4"], "tensorflow": ["3", "4"]}


def test_pages_that_the_site_excludes_are_none(mini):
    mini.write("docs/records/story.md", "# Generated\n")
    mini.replace("mkdocs.yml", "exclude_docs: conftest.py", 'exclude_docs: "records/*.md"')
    pages = Course(mini.root).pages()
    assert [page.name for page in pages] == ["index.md", "story.md"]


# What is run


def test_a_run_gives_what_each_block_printed_and_its_seconds(mini):
    seen = []
    runs = Course(mini.root).run(mini.root / PAGE, "pytorch", progress=seen.append)
    assert runs == seen and len(runs) == 8
    assert runs[3].printed == "answer 0.500, parts 13\n"
    assert all(0 <= run.seconds < 1 for run in runs)


def test_a_seed_is_added_to_every_literal_seed(mini):
    code = (
        "def set_seed(seed): print(seed)\nset_seed(3)\nfive = 5\nset_seed(five)\nset_seed(seed=1)"
    )
    assert one_block(mini, code).printed == "3\n5\n1\n"
    assert one_block(mini, code, seed=40).printed == "43\n5\n41\n"


def test_a_page_is_a_module(mini):
    code = """import copyreg, dataclasses, inspect, pickle
@dataclasses.dataclass
class Point:
    x: int

    def twice(self):
        return 2 * self.x

print(pickle.loads(pickle.dumps(Point(3))).twice())
print(inspect.getsource(Point.twice).strip().splitlines()[0])
print(__name__ != "__main__", "lessons" in Point.twice.__code__.co_filename)"""
    assert one_block(mini, code).printed == "6\ndef twice(self):\nTrue True\n"


def test_source_is_found_also_around_markers_within_it(mini):
    code = """def first():
    one = 1
# --8<-- [start:in]
    return one
# --8<-- [end:in]
import inspect
print(inspect.getsource(first).count("\\n"), first.__code__.co_firstlineno)"""
    assert one_block(mini, code).printed == "4 2\n"


def test_a_page_works_in_a_folder_of_its_own(mini, monkeypatch):
    monkeypatch.setenv("LESSONS_DATA", "data")
    code = """import os
print(os.listdir())
open("kept.txt", "w").close()
print(os.listdir(), os.path.isabs(os.environ["LESSONS_DATA"]))"""
    before = sorted(mini.root.rglob("*"))
    assert one_block(mini, code).printed == "[]\n['kept.txt'] True\n"
    assert sorted(mini.root.rglob("*")) == before


def test_nothing_of_a_run_remains(mini):
    path, modules = list(sys.meta_path), set(sys.modules)
    Course(mini.root).run(mini.root / PAGE, "pytorch")
    assert sys.meta_path == path
    assert not [name for name in set(sys.modules) - modules if name.startswith("page_")]


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="PyTorch is not installed")
def test_pytorch_saves_and_loads_what_a_page_defines(mini):
    code = """import torch
from torch.utils.data import DataLoader, Dataset
class Squares(Dataset):
    def __len__(self):
        return 4
    def __getitem__(self, place):
        return place ** 2
class Network(torch.nn.Linear):
    pass
torch.save(Network(2, 1), "network.pt")
print(type(torch.load("network.pt", weights_only=False)).__name__)
print(torch.cat(list(DataLoader(Squares(), num_workers=1, batch_size=2))).tolist())"""
    assert one_block(mini, code).printed == "Network\n[0, 1, 4, 9]\n"


@pytest.mark.skipif(
    not importlib.util.find_spec("tensorflow"), reason="TensorFlow is not installed"
)
def test_tensorflow_converts_what_a_page_defines(mini):
    code = """import tensorflow as tf
@tf.function
def count(limit):
    number = 0
    while number < limit:  # AutoGraph needs the source to convert this
        number += 1
    return number
print(int(count(tf.constant(5))))"""
    assert one_block(mini, code).printed == "5\n"


# Which blocks run


@pytest.fixture
def run(mini, pytester, monkeypatch):
    """Run pytest on the pages of the mini-course; return its result."""
    monkeypatch.chdir(mini.root)
    return lambda *options: pytester.runpytest_inprocess(mini.root / "docs", "-v", *options)


def test_ids_name_page_reader_and_line(mini, run):
    line = mini.line(PAGE, "tensorflow.py:tell") - 1
    run().stdout.fnmatch_lines([f"docs/story.md::tensorflow-line-{line} PASSED*"])


@pytest.mark.parametrize(
    "key", ["tensorflow.py:tell", "solutions_tensorflow.py:triple", ">>> double"]
)
def test_a_block_selected_alone_has_what_comes_before(mini, run, key):
    line = mini.line(PAGE, key) - 1
    run("-k", f"tensorflow-line-{line}").assert_outcomes(passed=1, deselected=15)


def test_marks_select(mini, run):
    run("-m", "slow").assert_outcomes(passed=2, deselected=14)
    run("-m", "not slow").assert_outcomes(passed=14, deselected=2)


def test_an_unmarked_block_must_not_need_a_slow_one(mini, run):
    mini.replace("snippets/story_torch.py", 'print("once', 'late = 1; print("once')
    mini.replace("snippets/story_solutions_torch.py", "triple(1)", "triple(late)")
    run().assert_outcomes(passed=16)
    run("-m", "not slow").assert_outcomes(passed=12, failed=2, deselected=2)


def test_what_needs_a_gpu_says_so_where_there_is_none(mini, run, monkeypatch):
    mini.replace(PAGE, "{ .python .slow }", "{ .python .gpu }")
    monkeypatch.setattr(reading, "has_gpu", lambda reader: False)
    result = run("-m", "gpu", "-rs")
    result.assert_outcomes(skipped=1, deselected=15)
    result.stdout.fnmatch_lines(["SKIPPED*needs a GPU that PyTorch can use"])
    monkeypatch.setattr(reading, "has_gpu", lambda reader: True)
    run("-m", "gpu").assert_outcomes(passed=1, deselected=15)


def test_a_reader_without_the_framework_is_skipped(mini, run, monkeypatch):
    monkeypatch.setitem(PACKAGES, "tensorflow", "no_such_framework")
    result = run("-rs")
    result.assert_outcomes(passed=8, skipped=8)
    result.stdout.fnmatch_lines(["SKIPPED*TensorFlow is not installed"])


def test_what_is_not_run_says_why(mini, run):
    mini.replace(PAGE, "{ .python .slow }", '{ .python .norun data-why="it takes a week" }')
    mini.replace(PAGE, 'title="Output (sample)"', "")
    result = run("-rs")
    result.assert_outcomes(passed=15, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*shown, not run: it takes a week"])


def test_last_failed_runs_what_comes_before(mini, run):
    mini.replace(PAGE, "loss 0.52", "loss 0.72")
    run().assert_outcomes(passed=15, failed=1)
    run("--lf").assert_outcomes(failed=1)
    mini.replace(PAGE, "loss 0.72", "loss 0.52")
    run("--lf").assert_outcomes(passed=1)


@pytest.mark.skipif(not importlib.util.find_spec("xdist"), reason="pytest-xdist is not installed")
def test_one_worker_reads_a_whole_page(mini, pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{mini.root / 'frameworks'}")
    for package in ("torch", "tensorflow"):
        mini.write(f"frameworks/{package}.py", "")
    options = ("-n", "2", "--dist", "loadgroup", "-v", "--rootdir", str(mini.root))
    result = pytester.runpytest_subprocess(mini.root / "docs", *options)
    result.assert_outcomes(passed=16)
    passed = [line.split() for line in result.outlines if " PASSED " in line]
    workers = {(words[0], words[-1].partition("-line")[0]) for words in passed}
    assert len(workers) == 2, workers


# What is compared


def output(text, title="Output"):
    kind, tolerance = parse_title(title)
    return Output(kind, tolerance, text, 1, 1 + text.count("\n"), "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("conv1 has 13,002 weights, -0.5 to 1e-3", [13002, -0.5, 0.001]),
        ("28 × 28, (1, 28), [ 1. -2.]", [28, 28, 1, 28, 1, -2]),
        ("float32 v1.2 LeNet-5", [5]),
        ("nan −3 +4 1,2 1,234,567", [-3, 4, 1, 2, 1234567]),
    ],
)
def test_numbers(text, expected):
    assert numbers(text) == expected


SAME = [
    ("0.50", "0.51"), ("0.50", "0.49"), ("[ 1.0  2.0]", "[1.0 2.0]"), ("a  1\n", "\na 1  "),
    ("1.0e-3", "1.1e-3"), ("-0.0", "0.0"), ("5,000", "5,000"),
]  # fmt: skip
OTHER = [
    ("0.50", "0.52"), ("0.50", "-0.50"), ("5", "6"), ("5,000", "5,001"), ("a 1", "b 1"),
    ("a\nb", "a b"), ("1 2", "1"), ("1", "1 2"), ("conv1", "conv2"), ("nan", "0.5"),
    ("1.00", "nan"),
]  # fmt: skip


@pytest.mark.parametrize(("shown", "printed"), SAME)
def test_the_same_to_the_last_digit(shown, printed):
    assert compare(output(shown), printed) is None


@pytest.mark.parametrize(("shown", "printed"), OTHER)
def test_not_the_same(shown, printed):
    message = compare(output(shown), printed)
    assert shown.split("\n")[0] in message and printed.split("\n")[0] in message


@pytest.mark.parametrize(
    ("title", "shown", "printed", "same"),
    [
        ("Output (measured, ± 0.02)", "0.50", "0.52", True),
        ("Output (measured, ± 0.02)", "0.50", "0.53", False),
        ("Output (measured, ± 20 %)", "50 s", "60 s", True),
        ("Output (measured, ±20%)", "50 s", "39 s", False),
        ("Output (measured, ± 20 %)", "50 s", "50 ms", False),
        ("Output (measured, ± 20 %)", "50 s", "nan s", False),
        ("Output (sample)", "a", "b 7", True),
    ],
)
def test_measured_within_a_tolerance(title, shown, printed, same):
    assert (compare(output(shown, title), printed) is None) == same


def test_measured_within_bands():
    promised = output("loss 0.5, 0.9", "Output (measured)")
    assert compare(promised, "loss 0.6, 0.8", [(0.4, 0.6), (0.8, 1)]) is None
    assert "number 2 is 0.7" in compare(promised, "loss 0.6, 0.7", [(0.4, 0.6), (0.8, 1)])
    assert "the page shows 0.5" in compare(promised, "loss 0.6, 0.8", [(0.6, 0.6), (0.8, 1)])
    assert "1 bands and the page shows 2" in compare(promised, "loss 0.6, 0.8", [(0.4, 0.6)])
    assert "no record holds a band" in compare(promised, "loss 0.6, 0.8")


@given(st.floats(-1e6, 1e6), st.integers(1, 6))
def test_a_number_equals_itself_at_every_precision(value, digits):
    text = f"{value:.{digits}f}"
    assert compare(output(text), text) is None
    assert numbers(text) == [float(text)]
    assert compare(output(text), f"{float(text) + 3 * 10**-digits:.{digits}f}") is not None


# What is rewritten


def test_only_the_texts_of_outputs_are_rewritten(mini):
    course, page = Course(mini.root), mini.root / PAGE
    before = page.read_text().split("\n")
    for shown in ("answer 0.500, parts 13", "loss 0.52", "a tale of two cities"):
        mini.write(PAGE, mini.read(PAGE).replace(shown, "stale"))
    runs = {reader: course.run(page, reader) for reader in READERS}
    assert rewrite_outputs(page, runs)
    after = page.read_text().split("\n")
    changed = [(old.strip(), new.strip()) for old, new in zip(before, after) if old != new]
    assert set(changed) == {
        ("loss 0.52", "loss 0.51"),
        ("loss 1.52", "loss 1.51"),
        ("a tale of two cities", "once upon a time"),
    }
    assert len(before) == len(after) and len(changed) == 6
    assert list(page.parent.glob(".*")) == []


def test_rewriting_again_changes_nothing(mini):
    course, page = Course(mini.root), mini.root / PAGE
    runs = {reader: course.run(page, reader) for reader in READERS}
    rewrite_outputs(page, runs)
    again = {reader: course.run(page, reader) for reader in READERS}
    time = page.stat().st_mtime_ns
    assert not rewrite_outputs(page, again)
    assert page.stat().st_mtime_ns == time


def test_an_output_grows_and_shrinks_in_place(mini):
    course, page = Course(mini.root), mini.root / PAGE
    first = course.run(page, "pytorch")
    grown = [replace(run, printed="1\n\n  2\n\n") if run.block.output else run for run in first]
    rewrite_outputs(page, {"pytorch": grown})
    block = course.blocks(page, "pytorch")[3]
    assert block.output.text == "1\n\n  2"
    assert "    1\n\n      2\n    ```" in page.read_text()
    blocks = course.blocks(page, "pytorch")
    back = [Run(block, run.printed, 0) for block, run in zip(blocks, first)]
    rewrite_outputs(page, {"pytorch": back})
    assert course.blocks(page, "pytorch")[3].output.text == "answer 0.500, parts 13"


def test_an_empty_output_is_filled(mini):
    course, page = Course(mini.root), mini.root / PAGE
    mini.replace(PAGE, "    answer 0.500, parts 13\n", "")
    rewrite_outputs(page, {"pytorch": course.run(page, "pytorch")})
    assert course.blocks(page, "pytorch")[3].output.text == "answer 0.500, parts 13"
