"""The bench times pages, and warns without failing."""

import json

from tiny_course import call, plant

from tools.bench import Timing, table, warnings


def test_it_times_each_framework_in_its_own_process(tmp_path):
    root = plant(tmp_path)
    (root / "docs/records").mkdir()
    (root / "docs/records/tiny.md").write_text(
        "<!-- --8<-- [start:ran] -->\n<!-- --8<-- [end:ran] -->\n"
        "<!-- --8<-- [start:results] -->\n<!-- --8<-- [end:results] -->\n"
    )
    arguments = ("--repeats", "1", "--json", str(root / "bench.json"))
    status, output, errors = call(root, *arguments, tool="bench")
    assert status == 0, errors
    assert [line.split()[:2] for line in output.splitlines()] == [
        ["page", "framework"],
        ["tiny", "PyTorch"],
        ["tiny", "TensorFlow"],
    ]
    timings = json.loads((root / "bench.json").read_text())
    assert [len(timing["seconds"]) for timing in timings] == [1, 1]


def test_an_unknown_page_is_an_error(tmp_path):
    status, _, errors = call(plant(tmp_path), "tinny", tool="bench")
    assert (status, errors) == (2, "bench: docs/tinny.md is missing\n")


def test_it_warns_of_a_slow_page_and_of_a_slow_average():
    quick, slow = Timing("quick", "PyTorch", [1.0], []), Timing("slow", "PyTorch", [31, 1, 40], [])
    assert warnings([quick]) == []
    assert warnings([quick, slow]) == [
        "slow takes 31.0 s in PyTorch; 30 s at most",
        "the pages take 16.0 s on average; 12 s at most",
    ]
    assert warnings([]) == []


def test_a_demo_has_a_limit_of_its_own_and_is_no_page():
    quick = Timing("index", "demo, here", [0.4], [], limit=0.5, is_page=False)
    slow = Timing("index", "demo, slow", [5.0], [], limit=4.0, is_page=False)
    assert warnings([quick, slow]) == ["index takes 5.0 s in demo, slow; 4 s at most"]


def test_the_table_shows_median_and_range():
    timing = Timing("slow", "PyTorch", [3.0, 1.0, 8.0], [2.0], "60 s for 5 seeds")
    assert table([timing]).splitlines()[1].split() == (
        ["slow", "PyTorch", "3.0", "1.0–8.0", "2.0", "60", "s", "for", "5", "seeds"]
    )
