"""Recording writes all or nothing, and what is stale or wrong in a record is found."""

import json
import os
import shutil
import signal
import sys
import time

import pytest
from tiny_course import ROOT, call, edit, plant, start

from tools import record, records, verified
from tools.progress import Progress

RECORD = "docs/records/tiny.json"


def test_the_home_page_says_how_much_is_verified():
    assert verified.problems(ROOT) == []


def test_the_records_of_the_course_are_true():
    assert records.check(ROOT) == []


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """A tiny course, planted and recorded once."""
    root = plant(tmp_path_factory.mktemp("recorded"))
    status, output, errors = call(root, "tiny")
    assert status == 0, errors
    assert "docs/records/tiny.json" in output
    assert "tiny, PyTorch, CPU: seed 5 of 5, curve 2 numbers" in errors
    return root


@pytest.fixture
def root(recorded, tmp_path):
    return shutil.copytree(recorded, tmp_path / "course")


def load(root):
    return json.loads((root / RECORD).read_text())


def save(root, held):
    (root / RECORD).write_text(json.dumps(held))


def snapshot(root):
    """Return every file of a course and what it holds."""
    paths = (path for path in root.rglob("*") if "__pycache__" not in path.parts)
    return {path: path.read_bytes() if path.is_file() else None for path in paths}


class TestARecording:
    def test_is_true_at_once(self, root):
        assert records.check(root) == []

    def test_holds_mean_range_and_runs(self, root):
        pytorch, tensorflow = load(root)["rows"]
        accuracy = {"mean": 0.91, "low": 0.9, "high": 0.92}
        assert pytorch["metrics"]["accuracy"] == accuracy | {
            "runs": [0.9, 0.905, 0.91, 0.915, 0.92]
        }
        assert pytorch["metrics"]["curve"]["mean"] == [2.0, 2.0]
        assert (pytorch["framework"], tensorflow["framework"]) == ("pytorch", "tensorflow")
        assert pytorch["versions"]["torch"] == "2.13.0"
        assert pytorch["seeds"] == [0, 1, 2, 3, 4]

    def test_holds_bands_of_twice_the_runs_range_on_either_side(self, root):
        outputs = load(root)["page"]["pytorch"]["outputs"]
        # 2.00 to 2.40 over the seeds, 0.80 on either side and 0.01 more; the count stays exact.
        assert outputs == {"snippets/tiny_torch.py:show": [[1.19, 3.21], [3.0, 3.0]]}

    def test_writes_the_page(self, root):
        page = (root / "docs/tiny.md").read_text()
        assert page.count("loss 2.00 in 3 steps") == 2
        assert '"pytorch accuracy" class="percent">91.0</data>' in page
        assert '"tensorflow accuracy high">0.9200</data>' in page

    def test_writes_the_sections(self, root):
        text = (root / "docs/records/tiny.md").read_text()
        assert "| Measured | PyTorch, CPU | TensorFlow, CPU |" in text
        assert "| Accuracy | 91.0 % (90.0–92.0) | 91.0 % (90.0–92.0) |" in text
        assert "| Curve's end | 2.0 s | 2.0 s |" in text
        assert "in PyTorch 2.13.0 in 0.0 s and in TensorFlow 2.21.0" in text

    def test_counts_what_is_verified(self, root):
        text = verified.path(root).read_text()
        assert "Verified by running: 1 lesson; 4 blocks of code and 2 printed outputs" in text
        assert verified.problems(root) == []
        edit(root, "docs/records/verified.md", "4 blocks", "5 blocks")
        assert "run make record" in verified.problems(root)[0]
        edit(root, "docs/records/verified.md", "5 blocks", "4 blocks")

    def test_writes_the_weights_of_the_first_seed(self, root):
        assert (root / "docs/live/models/tiny_model.safetensors").read_bytes() == b"\x00\xff"

    def test_writes_what_is_computed_from_the_new_weights(self, root):
        picture, numbers = root / "docs/live/tiny_model.svg", root / "tests/live/tiny_model.json"
        assert picture.read_text() == "<svg><desc>00ff</desc></svg>"
        assert numbers.read_text() == "[3]"  # of the new record: two rows and the table
        edit(root, "lessons/tiny/record.py", "bytes([seed, 255])", "bytes([seed, 128])")
        status, output, errors = call(root, "tiny", "--framework", "pytorch", "--seeds", "1")
        assert status == 0, errors
        assert picture.read_text() == "<svg><desc>0080</desc></svg>"
        assert "docs/live/tiny_model.svg" in output

    def test_without_new_weights_leaves_the_demo_alone(self, root):
        picture = root / "docs/live/tiny_model.svg"
        picture.write_text("drawn by hand")
        assert call(root, "tiny", "--outputs", "--seeds", "1")[0] == 0
        assert call(root, "tiny", "--framework", "tensorflow", "--seeds", "1")[0] == 0
        assert picture.read_text() == "drawn by hand"

    def test_draws_the_same_bytes_again(self, root):
        figure = root / "docs/figures/tiny/curve.svg"
        before = figure.read_bytes()
        figure.write_text("spoilt")
        assert call(root, "tiny", "--outputs", "--seeds", "1")[0] == 0
        assert figure.read_bytes() == before
        assert not [line for line in before.split(b"\n") if line != line.rstrip()]

    def test_leaves_nothing_beside_its_files(self, root):
        assert not [path for path in root.rglob("*") if path.name.endswith(".part")]


class TestAPartialRun:
    def test_keeps_the_other_row_while_it_is_fresh(self, root):
        before = load(root)
        edit(root, "lessons/tiny/torch.py", "2.0", "2.5")
        assert call(root, "tiny", "--framework", "pytorch", "--seeds", "1")[0] == 0
        after = load(root)
        assert after["rows"][1] == before["rows"][1]
        assert after["rows"][0]["seeds"] == [0]
        assert records.check(root) == []

    def test_drops_the_other_row_when_it_is_stale(self, root):
        edit(root, "lessons/data.py", "STEP = 0.5", "STEP = 0.25")
        assert call(root, "tiny", "--framework", "pytorch", "--seeds", "1")[0] == 0
        assert [row["framework"] for row in load(root)["rows"]] == ["pytorch"]
        assert any("it has no TensorFlow row" in line for line in records.check(root))

    def test_outputs_leaves_the_experiment_alone(self, root):
        before = load(root)
        edit(root, "snippets/tiny_torch.py", "3 steps", "4 steps")
        assert call(root, "tiny", "--outputs", "--seeds", "2")[0] == 0
        assert load(root)["rows"] == before["rows"]
        page = (root / "docs/tiny.md").read_text()
        assert "loss 2.00 in 4 steps" in page and "loss 2.00 in 3 steps" in page

    def test_of_both_frameworks_replaces_a_broken_record(self, root):
        (root / RECORD).write_text("{")
        assert call(root, "tiny", "--seeds", "1")[0] == 0
        assert records.check(root) == []


class TestFrameworks:
    @pytest.fixture
    def absent(self, monkeypatch):
        """The packages that cannot be found."""
        names = set()
        monkeypatch.setattr("importlib.util.find_spec", lambda name: name not in names or None)
        return names

    def test_that_are_missing_are_named(self, absent, capsys):
        absent.add("tensorflow")
        assert record._frameworks(None) == ["pytorch"]
        assert "TensorFlow is not installed here; its rows stay" in capsys.readouterr().err

    def test_of_which_none_is_installed_are_an_error(self, absent, capsys):
        absent |= {"torch", "tensorflow"}
        assert record.main(["tiny"]) == 2
        assert "no PyTorch nor TensorFlow is installed here" in capsys.readouterr().err
        assert record.main(["tiny", "--framework", "pytorch"]) == 2
        assert "run pip install '.[pytorch]'" in capsys.readouterr().err


class TestAGpu:
    def test_adds_a_row_and_leaves_the_rest(self, root):
        before, page = load(root), (root / "docs/tiny.md").read_text()
        arguments = ("tiny", "--framework", "pytorch", "--seeds", "1")
        status, _, errors = call(root, *arguments, TINY_GPU="Tiny GPU")
        assert status == 0 and "a row for PyTorch on Tiny GPU" in errors
        after = load(root)
        assert after["page"] == before["page"]
        assert (root / "docs/tiny.md").read_text() == page
        assert [row["device"] for row in after["rows"]] == ["cpu", "cpu", "gpu"]
        assert after["rows"][:2] == before["rows"]
        assert "| PyTorch, Tiny GPU |" in (root / "docs/records/tiny.md").read_text()
        assert records.check(root) == []
        call(root, *arguments, TINY_GPU="Other GPU")
        call(root, *arguments, TINY_GPU="Tiny GPU")
        assert [row["device_name"] for row in load(root)["rows"]][2:] == ["Other GPU", "Tiny GPU"]

    def test_is_left_out_on_request(self, root):
        arguments = ("tiny", "--framework", "pytorch", "--seeds", "1", "--device", "cpu")
        assert call(root, *arguments, TINY_GPU="Tiny GPU")[0] == 0
        assert [row["device"] for row in load(root)["rows"]] == ["cpu", "cpu"]

    def test_asked_for_and_absent_is_an_error(self, root):
        status, _, errors = call(root, "tiny", "--framework", "pytorch", "--device", "gpu")
        assert status == 2 and "PyTorch: it sees no GPU here" in errors

    def test_a_stale_row_is_hidden_and_no_problem(self, root):
        held = load(root)
        stale = held["rows"][0] | {"device": "gpu", "device_name": "Old GPU", "digest": "old"}
        held["rows"].append(stale)
        save(root, held)
        assert records.check(root) == []
        assert call(root, "tiny", "--seeds", "1")[0] == 0
        assert stale in load(root)["rows"]
        assert "Old GPU" not in (root / "docs/records/tiny.md").read_text()


def spoil_metric(root):
    spoilt = load(root)
    del spoilt["rows"][0]["metrics"]["accuracy"]
    save(root, spoilt)


def spoil_schema(root):
    save(root, load(root) | {"schema": 99})


FAULTS = {
    "no record": (lambda root: (root / RECORD).unlink(), "tiny: it has no record"),
    "no experiment": (
        lambda root: (root / "lessons/tiny/record.py").unlink(),
        "lessons/tiny/record.py is missing",
    ),
    "broken record": (
        lambda root: edit(root, RECORD, '"page"', "page"),
        "docs/records/tiny.json, line 13: not JSON",
    ),
    "other schema": (spoil_schema, "docs/records/tiny.json: not a record of schema 1"),
    "stale row": (
        lambda root: edit(root, "lessons/tiny/record.py", "0.9", "0.8"),
        "tiny: the PyTorch row is older than the code; run make record LESSON=tiny",
    ),
    "stale row of one": (
        lambda root: edit(root, "lessons/tiny/tensorflow.py", "2.0", "2.5"),
        "tiny: the TensorFlow row is older than the code; run make record LESSON=tiny",
    ),
    "stale bands": (
        lambda root: edit(root, "snippets/tiny_tensorflow.py", "/ 10", "/ 20"),
        "tiny: what its page printed in TensorFlow is older than its code",
    ),
    "stale drawing": (
        lambda root: edit(root, "lessons/tiny/record.py", "(1, 1)", "(2, 2)"),
        "tiny: its figures and table are older than record.py",
    ),
    "edited section": (
        lambda root: edit(root, "docs/records/tiny.md", "91.0", "99.0"),
        "tiny: docs/records/tiny.md is not what the record says",
    ),
    "missing figure": (
        lambda root: (root / "docs/figures/tiny/curve.svg").unlink(),
        "tiny: docs/figures/tiny/curve.svg is missing",
    ),
    "missing weights": (
        lambda root: (root / "docs/live/models/tiny_model.safetensors").unlink(),
        "tiny: docs/live/models/tiny_model.safetensors is missing; run make record LESSON=tiny",
    ),
    "altered weights": (
        lambda root: (root / "docs/live/models/tiny_model.safetensors").write_bytes(b"other"),
        "tiny: docs/live/models/tiny_model.safetensors is not what was recorded",
    ),
    "missing page": (lambda root: (root / "docs/tiny.md").unlink(), "docs/tiny.md is missing"),
    "wrong number": (
        lambda root: edit(root, "docs/tiny.md", "91.0", "91.1"),
        "but the record says 91.0",
    ),
    "unknown metric": (
        lambda root: edit(root, "docs/tiny.md", "pytorch accuracy", "pytorch acuracy"),
        "the record has no metric acuracy; it has accuracy, curve",
    ),
    "unknown framework": (
        lambda root: edit(root, "docs/tiny.md", "pytorch accuracy", "jax accuracy"),
        "the record has no jax row",
    ),
    "whole list": (
        lambda root: edit(root, "docs/tiny.md", "pytorch accuracy", "pytorch curve"),
        "curve is a list of 2; name one as curve[0]",
    ),
    "index too far": (
        lambda root: edit(root, "docs/tiny.md", "pytorch accuracy", "pytorch curve[2]"),
        "the record has no curve[2]",
    ),
    "nobody's record": (
        lambda root: (root / "docs/records/gone.json").write_text("{}"),
        "docs/records/gone.json: no lesson has this name",
    ),
    "metric gone": (spoil_metric, "the record has no metric accuracy"),
    "broken code": (
        lambda root: edit(root, "lessons/tiny/torch.py", "= 2.0", "= ="),
        "torch.py, line 2: invalid syntax",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_check_finds(name, root):
    spoil, expected = FAULTS[name]
    spoil(root)
    problems = records.check(root)
    assert any(expected in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("spoil", "arguments", "expected"),
    [
        (None, ["tinny"], "no lesson is called tinny; did you mean tiny? The lessons: tiny"),
        (None, [], "name a lesson, or give --all; the lessons: tiny"),
        (None, ["tiny", "--seeds", "0"], "--seeds 0: give 1 or more"),
        ("missing page", ["tiny"], "docs/tiny.md is missing; write the lesson's page first"),
        ("no experiment", ["tiny"], "lessons/tiny/record.py is missing; define run() in it"),
        ("broken record", ["tiny", "--outputs"], "tiny.json, line 13: not JSON"),
        ("other schema", ["tiny", "--framework", "pytorch"], "not a record of schema 1"),
        ("broken code", ["tiny"], "torch.py, line 2: invalid syntax"),
    ],
)
def test_a_wrong_call_gets_one_clear_line(spoil, arguments, expected, root):
    if spoil:
        FAULTS[spoil][0](root)
    before = snapshot(root)
    status, _, errors = call(root, *arguments)
    assert status == 2
    assert expected in errors and "Traceback" not in errors
    assert len(errors.splitlines()) == 1
    assert snapshot(root) == before


RESULT = '"accuracy", 0.9 + 0.01 * seed * step()'


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (
            '"accuracy", float("nan")',
            "lessons/tiny/record.py, run(), seed 0: accuracy = nan, and a",
        ),
        ('"curve_", [1.0, float("inf")]', "curve_[1] = inf, and a record holds finite"),
        ('"accuracy", "high"', "accuracy is a str, and not a number"),
        ('"accuracy", [1.0] * (seed + 1)', "accuracy has not the same shape in every seed"),
        ('f"accuracy{seed}", 1', "seed 1 did not yield accuracy0"),
        ('"my accuracy", 1', "'my accuracy' is no name for a metric"),
        ('"accuracy", 1 / 0', "lessons/tiny/record.py, line 6: ZeroDivisionError"),
    ],
)
def test_a_wrong_result_gets_one_clear_line(result, expected, root):
    edit(root, "lessons/tiny/record.py", RESULT, result)
    before = snapshot(root)
    status, _, errors = call(root, "tiny", "--framework", "pytorch", "--seeds", "2")
    assert status == 2
    assert expected in errors.splitlines()[-1] and "Traceback" not in errors
    assert snapshot(root) == before


def test_a_process_that_dies_is_reported_with_its_last_lines(root):
    dying = 'print("out of memory") or __import__("os")._exit(9)'
    edit(root, "lessons/tiny/record.py", RESULT, f'"a", 1 if seed == 0 else {dying}')
    before = snapshot(root)
    status, _, errors = call(root, "tiny", "--framework", "pytorch")
    assert status == 2
    assert "tiny, PyTorch: the process died" in errors and "(exit status 9)" in errors
    assert snapshot(root) == before


def test_a_page_that_fails_is_named(root):
    edit(root, "snippets/tiny_tensorflow.py", "set_seed(0)", "set_sed(0)")
    before = snapshot(root)
    status, _, errors = call(root, "tiny", "--outputs", "--seeds", "1")
    assert status == 2
    assert "snippets/tiny_tensorflow.py:8" in errors and "NameError" in errors
    assert snapshot(root) == before


def test_a_folder_that_cannot_be_written_stops_before_the_run(root):
    shutil.rmtree(root / "docs/figures")
    (root / "docs/figures").write_text("not a folder")
    status, _, errors = call(root, "tiny")
    assert status == 2
    assert errors.startswith("record: docs/figures: cannot be written to")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
@pytest.mark.parametrize("moment", ["in the experiment", "in the first recording"])
def test_ctrl_c_leaves_all_as_it_was(moment, root):
    if moment == "in the first recording":
        shutil.rmtree(root / "docs/records")
        shutil.rmtree(root / "docs/figures")
    slow = "__import__('time').sleep(60 if seed == 1 else 0)"
    edit(root, "lessons/tiny/record.py", RESULT, f'"pid", (__import__("os").getpid(), {slow})[0]')
    before = snapshot(root)
    process = start(root, "tiny", "--framework", "pytorch")
    while "CPU: seed 1 of 5" not in (line := process.stderr.readline()):
        assert line, "it ended before it was interrupted"
    children = [int(line.split()[0]) for line in os.popen(f"ps -o pid= --ppid {process.pid}")]
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=40)  # seed 1 would take a minute
    assert process.returncode == 130
    assert errors == "record: stopped; the old record of tiny is kept as it was\n"
    assert snapshot(root) == before
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


LIVE = "tools/live_tiny_model.py"


def test_a_demo_that_cannot_be_drawn_leaves_all_as_it_was(root):
    edit(root, LIVE, "weights.hex()", "weights.name")
    edit(root, "lessons/tiny/record.py", "bytes([seed, 255])", "bytes([seed, 128])")
    before = snapshot(root)
    status, _, errors = call(root, "tiny", "--seeds", "1")
    assert status == 2
    assert "live_tiny_model.py" in errors and "has no attribute 'name'" in errors
    assert snapshot(root) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_while_a_demo_is_drawn_leaves_all_as_it_was(root, tmp_path):
    begun = tmp_path / "begun"
    wait = f"(root.__class__({str(begun)!r}).write_text(''), __import__('time').sleep(60))"
    edit(root, LIVE, "def files(root):", f"def files(root):\n    {wait}")
    before = snapshot(root)
    process = start(root, "tiny", "--framework", "pytorch", "--seeds", "1")
    while not begun.exists():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=40)
    assert process.returncode == 130
    assert errors.endswith("record: stopped; the old record of tiny is kept as it was\n")
    assert snapshot(root) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_terminal_sees_a_bar(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress("tiny, PyTorch, CPU", 2) as progress:
        for seed in (0, 1):
            progress.hear({"seed": seed, "metric": "accuracy", "value": 0.5})
            progress.hear({})
            progress.hear({"seed": seed, "metric": "curve", "value": [1.0]})
            assert progress.bar.n == pytest.approx(seed * 2)
            progress.hear({"seed": seed, "seconds": 1.0})


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ('("Accuracy", "acuracy", "{:.1%}")', "has no metric acuracy"),
        ('("Accuracy", "accuracy", "{:q}")', "the format '{:q}' fits no number"),
        ('("Accuracy", "accuracy")', "is not (label, metric, format)"),
    ],
)
def test_a_wrong_table_gets_one_clear_line(entry, expected, root):
    edit(root, "lessons/tiny/record.py", '("Accuracy", "accuracy", "{:.1%}")', entry)
    before = snapshot(root)
    status, _, errors = call(root, "tiny", "--outputs", "--seeds", "1")
    assert status == 2
    assert "lessons/tiny/record.py, table(): " in errors and expected in errors
    assert snapshot(root) == before
