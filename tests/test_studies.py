"""Doubts about case studies: their notebooks, and the pages that show them."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tools import record, studies
from tools.records import RecordError
from tools.study_page import StudyError, reshape, with_formulas

ROOT = Path(__file__).parents[1]
SCRIPT = """# %% [markdown]
# # A study

# %%
import matplotlib.pyplot as plt

print("two and two are", 2 + 2)

# %% alt="A line." caption="It rises."
plt.plot([1, 2])
plt.show()
"""


def test_every_notebook_is_what_its_script_makes():
    assert list(studies.problems(ROOT)) == []


@pytest.fixture
def mini(tmp_path):
    """A course of one study that has not run."""
    (tmp_path / "docs/notebooks").mkdir(parents=True)
    (tmp_path / "lessons/tiny").mkdir(parents=True)
    (tmp_path / "lessons/tiny/numpy.py").write_text("answer = 42\n")
    (tmp_path / "docs/notebooks/tiny.py").write_text(SCRIPT)
    return tmp_path


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The notebook of a study that has run."""
    root = tmp_path_factory.mktemp("ran")
    (root / "docs/notebooks").mkdir(parents=True)
    (root / "docs/notebooks/tiny.py").write_text(SCRIPT)
    assert record.main(["tiny", "--root", str(root)]) == 0
    return json.loads((root / "docs/notebooks/tiny.ipynb").read_text("utf-8"))


def test_a_run_writes_outputs_and_what_ran(ran):
    words, printing, drawing = ran["cells"]
    assert words["source"] in ("# A study", ["# A study"])
    assert "".join(printing["outputs"][0]["text"]) == "two and two are 4\n"
    (chart,) = drawing["outputs"]
    assert "<svg" in "".join(chart["data"]["image/svg+xml"]) and "image/png" not in chart["data"]
    assert [cell["execution_count"] for cell in (printing, drawing)] == [1, 2]
    assert [cell["id"] for cell in ran["cells"]] == ["cell-01", "cell-02", "cell-03"]
    assert {"date", "device_name", "digest", "seconds", "versions"} <= set(
        ran["metadata"]["course"]
    )


def test_what_is_printed_in_several_goes_is_one_output():
    first, second, third = (
        {"output_type": "stream", "name": "stdout", "text": text} for text in ("a\n", "b\n", "c\n")
    )
    drawing = {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}}
    found = studies.joined([first, second | {"text": ["b", "\n"]}, drawing, third])
    assert found == [first | {"text": "a\nb\n"}, drawing, third]
    assert first["text"] == "a\n" and studies.joined([]) == []


def put(root, notebook):
    (root / "docs/notebooks/tiny.ipynb").write_text(json.dumps(notebook), "utf-8")
    return list(studies.problems(root))


def test_a_notebook_that_is_missing_other_or_older_is_named(mini, ran):
    assert list(studies.problems(mini)) == [
        "docs/notebooks/tiny.ipynb is missing; run make record LESSON=tiny"
    ]
    course = ran["metadata"]["course"]
    fresh = ran | {"metadata": {"course": course | {"digest": studies.digest(mini, "tiny")}}}
    assert put(mini, fresh) == []
    other = json.loads(json.dumps(fresh))
    other["cells"][1]["source"] = "print(5)"
    assert "is older than its code" in put(mini, other)[0]
    other = json.loads(json.dumps(fresh))
    other["cells"][2]["metadata"]["caption"] = "It falls."
    assert put(mini, other) == [
        "docs/notebooks/tiny.ipynb has not the words of its script; "
        "run make record LESSON=tiny WORDS=1"
    ]
    put(mini, fresh)
    (mini / "lessons/tiny/numpy.py").write_text("answer = 43\n")
    assert "is older than its code" in next(studies.problems(mini))


def test_a_comment_makes_no_notebook_old(mini):
    before = studies.digest(mini, "tiny")
    (mini / "lessons/tiny/numpy.py").write_text("# why\nanswer = 42\n")
    assert studies.digest(mini, "tiny") == before


@pytest.fixture
def recorded(mini, ran):
    """A course of one study, and its notebook, whose first output tells it from a new run's."""
    notebook = json.loads(json.dumps(ran))
    notebook["metadata"]["course"]["digest"] = studies.digest(mini, "tiny")
    notebook["cells"][1]["outputs"][0]["text"] = "printed in another run\n"
    assert put(mini, notebook) == []
    return mini


def rewrite(root, old, new):
    script = root / "docs/notebooks/tiny.py"
    assert old in script.read_text()
    script.write_text(script.read_text().replace(old, new))
    return record.main(["tiny", "--words", "--root", str(root)])


def test_words_are_renewed_and_nothing_runs(recorded):
    before = json.loads((recorded / "docs/notebooks/tiny.ipynb").read_text())
    words = "# # A better title\n\n# %% [markdown]\n# And a paragraph.\n"
    assert rewrite(recorded, "# # A study\n", words) == 0
    assert rewrite(recorded, 'caption="It rises."', 'caption="Up it goes."') == 0
    assert rewrite(recorded, "print(", "# why\nprint(") == 0
    assert list(studies.problems(recorded)) == []
    after = json.loads((recorded / "docs/notebooks/tiny.ipynb").read_text())
    title, paragraph, printing, drawing = after["cells"]
    assert (title["source"], paragraph["source"]) == ("# A better title", "And a paragraph.")
    assert printing["outputs"] == before["cells"][1]["outputs"]
    assert drawing["outputs"] == before["cells"][2]["outputs"]
    assert drawing["metadata"] == before["cells"][2]["metadata"] | {"caption": "Up it goes."}
    assert [cell["execution_count"] for cell in (printing, drawing)] == [1, 2]
    assert [cell["id"] for cell in after["cells"]] == [f"cell-0{i}" for i in (1, 2, 3, 4)]
    assert after["metadata"] == before["metadata"]


def test_renewing_without_a_change_changes_no_byte(recorded):
    path = recorded / "docs/notebooks/tiny.ipynb"
    studies.write(recorded, "tiny", json.loads(path.read_text()))
    before = path.read_bytes()
    assert rewrite(recorded, "A study", "A study") == 0 and path.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2 + 2", "2 + 3"),
        ('\n# %% alt="A line." caption="It rises."', ""),
        ("import matplotlib", "# %%\nimport matplotlib"),
    ],
)
def test_words_are_not_renewed_where_code_has_changed(recorded, capsys, old, new):
    before = (recorded / "docs/notebooks/tiny.ipynb").read_bytes()
    assert rewrite(recorded, old, new) == 2
    said = "docs/notebooks/tiny.py has other code than ran; run make record LESSON=tiny\n"
    assert said in capsys.readouterr().err
    assert (recorded / "docs/notebooks/tiny.ipynb").read_bytes() == before


def test_words_are_not_renewed_where_a_module_has_changed(recorded, capsys):
    (recorded / "lessons/tiny/numpy.py").write_text("answer = 43\n")
    assert rewrite(recorded, "A study", "Another study") == 2
    assert "has other code than ran" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["tiny", "--words"], "docs/notebooks/tiny.ipynb is missing; run make record LESSON=tiny"),
        (["tinny", "--words"], "no case study is called tinny; did you mean tiny? The case stud"),
        (["tiny", "--words", "--outputs"], "--words for case studies: give one of them"),
    ],
)
def test_words_of_what_is_not_there_get_one_clear_line(mini, capsys, arguments, complaint):
    assert record.main([*arguments, "--root", str(mini)]) == 2
    assert complaint in capsys.readouterr().err
    assert not (mini / "docs/notebooks/tiny.ipynb").exists()


def test_a_cell_that_fails_keeps_the_old_notebook(mini, capsys):
    old = mini / "docs/notebooks/tiny.ipynb"
    old.write_text("old")
    (mini / "docs/notebooks/tiny.py").write_text("# %%\nraise ValueError('no such leaf')\n")
    assert record.main(["tiny", "--root", str(mini)]) == 2
    said = capsys.readouterr().err
    assert "the old notebook is kept" in said and "no such leaf" in said
    assert old.read_text() == "old" and list(old.parent.glob("*.part")) == []


def test_a_script_that_is_no_python_is_named(mini):
    (mini / "docs/notebooks/tiny.py").write_text("# %%\nx = = 2\n")
    with pytest.raises(RecordError, match=r"tiny\.py, line 2: invalid syntax"):
        studies.parse(mini / "docs/notebooks/tiny.py")


# Pages


def test_a_dollar_that_encloses_no_formula_stays():
    assert with_formulas("It costs $5 or $6 each, a < b") == "It costs $5 or $6 each, a &lt; b"
    assert with_formulas("so $x^2$ and 5 $").count('class="katex"') == 1
    assert 'display="block"' in with_formulas("$$x^2$$")


CELL = '<div id="cell-id=a"><div class="hl-python"><pre>1</pre></div></div>'


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ({"output_type": "display_data", "data": {"image/png": "…"}}, "of the kind image/png"),
        ({"output_type": "display_data", "data": {"image/svg+xml": "…"}}, "say what it shows"),
        ({"output_type": "error", "ename": "ValueError"}, "of the kind error"),
    ],
)
def test_an_output_that_no_page_can_show_is_named(output, message):
    cell = {"id": "a", "cell_type": "code", "metadata": {}, "outputs": [output]}
    with pytest.raises(StudyError, match=f"a .*{message}"):
        reshape(CELL, {"cells": [cell]}, lambda name, svg: name)


def cells_that_draw(name):
    notebook = json.loads((ROOT / "docs/notebooks" / f"{name}.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        if any("image/svg+xml" in output.get("data", {}) for output in cell.get("outputs", [])):
            yield cell


def test_pages_have_the_sites_own_form_and_are_light(built_site):
    for name in studies.names(ROOT):
        text = (built_site / "notebooks" / name / "index.html").read_text("utf-8")
        assert "jp-" not in text.replace("mkdocs-jupyter", "") and "clipboard-copy" not in text
        article = BeautifulSoup(text, "html.parser").article
        charts = [image["src"] for image in article.select("img.chart")]
        assert charts == [
            f"../../figures/{name}/{cell['id']}.svg" for cell in cells_that_draw(name)
        ]
        for source in charts:
            svg = (built_site / "notebooks" / name / source).resolve().read_text("utf-8")
            assert svg.rstrip().endswith("</svg>")
        assert ".md" not in str(article)
        # Links to the other study lead to its page, so one alone leads to a notebook.
        (download,) = article.select("[href$='.ipynb']")
        assert download["href"] == f"{name}.ipynb" and download.has_attr("download")
        for tag in article.select("pre, code, .katex"):
            tag.decompose()
        assert "$" not in article.get_text(), "a formula is not closed in its line"
