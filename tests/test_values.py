"""Numbers on their way from an experiment to a page."""

import numpy as np
import pytest

from tools.prose import check, rewrite
from tools.render import results
from tools.staging import Staging
from tools.values import MetricError, look_up, plain, summary


def row(**metrics):
    return {
        "framework": "pytorch",
        "device": "cpu",
        "device_name": "Tiny CPU",
        "threads": 1,
        "date": "2026-11-01",
        "seconds": 61.2,
        "seeds": [0],
        "metrics": {name: summary(runs, name) for name, runs in metrics.items()},
    }


class Tensor:
    """Like TensorFlow's: it has numpy() and no tolist()."""

    def numpy(self):
        return np.array([1.5, 2.5], dtype=np.float32)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3.0),
        (np.float32(0.1), 0.1000000015),
        (np.array(2), 2.0),
        (np.ones((1, 2)), [[1.0, 1.0]]),
        (Tensor(), [1.5, 2.5]),
        ([np.int64(1), (2, 3.0)], [1.0, [2.0, 3.0]]),
    ],
)
def test_what_frameworks_yield_becomes_plain_floats(value, expected):
    assert plain(value, "metric") == expected


@pytest.mark.parametrize("value", [float("nan"), np.array([1, np.inf]), "1", None, [], {}])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(MetricError, match="metric"):
        plain(value, "metric")


@pytest.mark.parametrize(
    ("reference", "expected"),
    [("a", 2.0), ("a low", 1.0), ("c[1]", 3.0), ("c[-1] high", 4.0), ("c [0]", 1.0)],
)
def test_a_reference_finds_its_number(reference, expected):
    assert look_up(row(a=[1.0, 3.0], c=[[1.0, 2.0], [1.0, 4.0]]), reference) == expected


@pytest.mark.parametrize("reference", ["b", "a[0]", "c", "c[2]", "c[-3]", "a middle", ""])
def test_a_reference_to_nothing_is_refused(reference):
    with pytest.raises(MetricError):
        look_up(row(a=[1.0, 3.0], c=[[1.0, 2.0]]), reference)


@pytest.mark.parametrize(
    ("old", "new"),
    [("0.99", "1234.57"), ("1,000.0", "1,234.6"), ("5", "1235"), ("", "1235"), ("…", "1235")],
)
def test_a_number_keeps_the_form_it_was_written_in(old, new):
    held, page = {"rows": [row(a=[1234.567])]}, '<data value="pytorch a">{}</data> and more'
    assert rewrite(page.format(old), held) == page.format(new)
    assert check(page.format(new), held, "page") == [] or old in ("", "…")
    assert len(check(page.format("7.77"), held, "page")) == 1


def test_a_negative_number_has_a_minus_sign():
    held = {"rows": [row(a=[-0.5])]}
    assert rewrite('<data value="pytorch a">−0.1</data>', held).endswith(">−0.5</data>")


def test_code_is_not_prose():
    text = '```html\n<data value="x">1</data>\n```\n`<data value="x">1</data>`\n'
    assert check(text, {"rows": []}, "page") == []
    assert len(check(text + '\n<data value="x">1</data>', {"rows": []}, "page")) == 1


@pytest.mark.parametrize(
    ("template", "runs", "expected"),
    [
        ("{:.2%}", [0.99, 0.98], "98.50 % (98.00–99.00)"),
        ("{:.1f} s", [1.0, 2.0], "1.5 s (1.0–2.0)"),
        ("{:,.0f}", [61706.0], "61,706"),
        ("{:.1f}", [-1.0, 1.0], "0.0 (−1.0 to 1.0)"),
    ],
)
def test_a_cell_shows_mean_unit_and_range(template, runs, expected):
    assert f"| A | {expected} |" in results([["A", "a", template]], [row(a=runs)])


@pytest.mark.parametrize("template", ["{}", "{:q}", "{:.2%", "percent"])
def test_a_format_that_fits_no_number_is_refused(template):
    with pytest.raises(MetricError, match="format"):
        results([["A", "a", template]], [row(a=[1.0])])


def test_a_metric_that_one_framework_lacks_is_a_dash():
    assert "| A | 1 | – |" in results([["A", "a", "{:.0f}"]], [row(a=[1.0]), row(b=[1.0])])


def test_staged_files_take_their_places_together(tmp_path):
    old, new = tmp_path / "old", tmp_path / "folder" / "new"
    old.write_text("old")
    staging = Staging()
    staging.write(old, "fresh")
    staging.write(new, "new")
    assert old.read_text() == "old" and not new.exists()
    staging.discard()
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    staging.write(new, "new")
    staging.remove(old)
    staging.commit()
    staging.discard()
    assert new.read_text() == "new" and not old.exists()
    assert [path.name for path in new.parent.iterdir()] == ["new"]
