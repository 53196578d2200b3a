"""A test of the tests: a faultless course passes, each planted fault is caught and explained."""

import re
import sys
from types import ModuleType

import pytest
from mini_course import PAGE, MiniCourse
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tools.isolation import without_lessons
from tools.layout import problems
from tools.pages import Course
from tools.readers import PACKAGES
from tools.shown import site_differences

pytest_plugins = ["pytester"]
TORCH, SNIPPET = "lessons/story/torch.py", "snippets/story_torch.py"
TELL = '```python\n    --8<-- "snippets/story_torch.py:tell"\n    ```\n'
DOUBLE = '    ```python\n    --8<-- "lessons/story/torch.py:double"\n    ```\n'
SIZE = DOUBLE.replace("double", "size")


@pytest.fixture
def course(pytester, monkeypatch):
    """A faultless course, whose frameworks are modules that are there and cost nothing."""
    for reader in PACKAGES:
        monkeypatch.setitem(PACKAGES, reader, "json")
    return MiniCourse(pytester.path)


@pytest.fixture
def run(pytester, course):
    """Run pytest on the course's pages; return its result."""
    return lambda *options: pytester.runpytest_inprocess("docs", "-v", *options)


def test_without_a_fault_everything_passes(course, run):
    assert problems(course.root) == []
    run().assert_outcomes(passed=16)


# What a page, a lesson or a snippet says wrongly: name, file, old text, new text, complaint.
PLANTED = [
    # (a) a fence that the site shows and the tests do not run
    ("py", PAGE, "```python", "```py", "a fence named 'py' does not run; write ```python"),
    ("python3", PAGE, "```python", "```python3", "'python3' does not run; write ```python"),
    ("Python", PAGE, "```python", "```Python", "'Python' does not run; write ```python"),
    ("pycon", PAGE, "```python\n    >>>", "```pycon\n    >>>", "'pycon' does not run; write"),
    ("braces", PAGE, "{ .python .slow }", "{ .py .slow }", "'py' does not run; write ```python"),
    ("no language", PAGE, "```python", "```", "a fence without a language does not run; write"),
    ("in a quote", PAGE, "# Story\n", "# Story\n\n> ```python\n> >>> 1\n> 1\n> ```\n",
     "in a quote"),
    ("indented", PAGE, "# Story\n", "# Story\n\n    print(1)\n", "shown as code, unrun; write"),
    ("with a stray option", PAGE, "```python", "```python foo='1'",
     "does not read this as a fence"),
    ("unclosed", PAGE, "by zero\n    ```", "by zero", "does not read this as a fence; close it"),
    ("in a comment", PAGE, DOUBLE, f"<!--\n{DOUBLE}-->\n", "does not see"),
    ("literal", PAGE, "# Story\n", "# Story\n\n```python\nprint(1)\n```\n",
     "move it into a section"),
    ("more than an include", PAGE, 'common.py:seed"\n', 'common.py:seed"\n    x\n',
     "a fence holds more than its include; write"),
    ("two includes", PAGE, ':double"\n', ':double"\n    --8<-- "lessons/common.py:seed"\n',
     "a fence includes several sections; give each one its own fence"),
    # (b) a lesson's own section shown twice, never, or in another order
    ("twice", PAGE, DOUBLE, f"{DOUBLE}\n{DOUBLE}",
     "double is shown already in line 22; show it once"),
    ("never", PAGE, DOUBLE, "", "torch.py:double is never shown; include it once, or delete"),
    ("solution never", PAGE, "story_solutions_torch.py:triple", "story_torch.py:write",
     "story_solutions_torch.py:triple is never shown; include it once"),
    ("disordered", PAGE, f"{SIZE}\n{DOUBLE}", f"{DOUBLE}\n{SIZE}", "put both in the same order"),
    ("code outside sections", TORCH, "import math\n", "import math\n\nHIDDEN = 1\n",
     "code outside all sections is shown on no page; put it into a section"),
    ("snippet outside sections", SNIPPET, "import double\n", "import double\n\nprint(1)\n",
     "code outside all sections is shown on no page"),
    ("no end", TORCH, "# --8<-- [end:double]\n", "", "section 'double' has no end; mark its end"),
    ("no start", TORCH, "# --8<-- [start:double]\n", "", "ends here without a start"),
    ("nested", TORCH, "# --8<-- [end:size]\n\n\n# --8<-- [start:double]\n",
     "# --8<-- [start:double]\n# --8<-- [end:size]\n", "'double' starts within 'size'"),
    # (c) a misspelt section or file
    ("section", PAGE, "torch.py:tell", "torch.py:tel",
     "snippets/story_torch.py has no section 'tel'; write one of: tell, measure, write"),
    ("file", PAGE, "story_torch.py:tell", "story_trch.py:tell",
     "there is no file snippets/story_trch.py; correct its path"),
    # (d) a file included whole, and by line range
    ("whole", PAGE, "story_torch.py:tell", "story_torch.py",
     "snippets/story_torch.py is included whole; name a section of it"),
    ("lines", PAGE, "story_torch.py:tell", "story_torch.py:3:9",
     "is included by line numbers, which move; name a section instead"),
    ("last lines", PAGE, "story_torch.py:tell", "story_torch.py::9", "is included by line numbers"),
    # (e) a framework tab without its twin
    ("no twin", PAGE, '=== "TensorFlow"', "Text between.\n\n=== \"NumPy\"",
     'this set of tabs lacks "TensorFlow"; write the twin of each framework tab'),
    ("parted", PAGE, '=== "TensorFlow"', 'Text.\n\n=== "TensorFlow"', 'lacks "TensorFlow"'),
    ("a set of its own", PAGE, '=== "TensorFlow"', '===! "TensorFlow"', 'lacks "PyTorch"'),
    ("label", PAGE, '=== "TensorFlow"', '=== "Tensorflow"', 'the tab "Tensorflow" is not linked'),
    ("Keras", PAGE, '=== "TensorFlow"', '=== "Keras"', 'the tab "Keras" is not linked to others'),
    ("names", TORCH, "def double(", "def twice(", "only torch.py has twice"),
    ("module without twin", "lessons/story/poem_torch.py", None, "",
     "there is no lessons/story/poem_tensorflow.py; write the twin"),
    ("sections", SNIPPET, "end:measure]\n",
     "end:measure]\n# --8<-- [start:pen]\n# --8<-- [end:pen]\n", "only story_torch.py has pen"),
    # (f) a definition in a snippet
    ("function", SNIPPET, "set_seed(0)", "def tell(): pass",
     "a snippet defines tell; move it into"),
    ("class", SNIPPET, "set_seed(0)", "class Tale: pass", "a snippet defines Tale; move it into"),
    ("lambda", SNIPPET, "set_seed(0)", "tell = lambda: 1", "a snippet defines tell; move it into"),
    ("inner function", SNIPPET, "set_seed(0)", "if True:\n    def tell(): pass", "defines tell"),
    # (g) a statement in a lesson module
    ("call", TORCH, "import math\n", "import math\nprint(1)\n",
     "move this statement into a function"),
    ("computed", TORCH, "SIZE = 3\n", "SIZE = max(3, 2)\n", "assigns literal constants; move this"),
    ("condition", TORCH, "SIZE = 3\n", "if True:\n    SIZE = 3\n", "move this statement into a"),
    ("in a shared module", "lessons/common.py", "def set", "print(1)\ndef set",
     "move this statement"),
    ("in the record", "lessons/story/record.py", '"""\n', '"""\nprint(1)\n', "move this statement"),
    # (i) an import of lessons from page code
    ("import", SNIPPET, "set_seed(0)", "from lessons.common import set_seed",
     "page code imports lessons.common, which a reader who copies the page has not; include"),
    ("import_module", SNIPPET, "set_seed(0)", "__import__('lessons')",
     "page code imports lessons, which a reader who copies the page has not; include"),
    ("import in an example", PAGE, ">>> double", ">>> import tools\n    >>> double",
     "imports tools"),
    # and the rest
    ("alt text", PAGE, "![A book, open]", "![]", "book.svg has no alt text; say what it shows"),
    ("nav", "mkdocs.yml", ", {Lessons: [story.md]}", "", "not in the nav; add it to mkdocs.yml"),
    ("mark", PAGE, ".slow", ".slwo", "the mark .slwo means nothing; write one of .gpu, .norun"),
    ("norun", PAGE, ".slow", ".norun", 'write { .python .norun data-why="…" }'),
    ("title", PAGE, "(sample)", "(smaple)", '"Output (smaple)" is not a kind of output; write'),
    ("output first", PAGE, "# Story\n", '# Story\n\n```text title="Output"\n1\n```\n',
     "does not follow a Python block; put it after the block that prints, or remove it"),
    ("output language", PAGE, '```text title="Output"', '```json title="Output"', "is text; write"),
    ("stranger", "snippets/poem_torch.py", None, "",
     "belongs to no lesson; name it <lesson>_torch.py"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "complaint"), [p[1:] for p in PLANTED],
                         ids=[p[0].replace(" ", "-") for p in PLANTED])  # fmt: skip
def test_a_planted_fault_is_explained(course, file, old, new, complaint):
    if old is None:
        course.write(file, new)
    else:
        course.replace(file, old, new)
    found = problems(course.root)
    assert any(complaint in problem for problem in found), found
    assert all(re.match(r"[\w./]+:\d+: .+; .+", problem) for problem in found), found


@pytest.mark.parametrize("name", [PAGE, "lessons/story/record.py", "tests/test_story.py"])
def test_a_lesson_has_all_its_files(course, name):
    (course.root / name).unlink()
    assert f"lessons/story:1: the lesson has no {name}; write it" in problems(course.root)


def test_a_lesson_has_snippets_and_twins(course):
    for path in (course.root / "snippets").iterdir():
        path.unlink()
    (course.root / TORCH).unlink()
    found = "\n".join(problems(course.root))
    assert "lessons/story:1: the lesson has no snippets/story_*.py; write what it runs" in found
    assert "lessons/story/tensorflow.py:1: there is no lessons/story/torch.py; write" in found


def test_the_message_names_the_line(course):
    course.replace(PAGE, ':tell"', ':tale"')
    line = course.line(PAGE, ':tale"')
    assert problems(course.root)[0].startswith(f"{PAGE}:{line}: ")


def test_tabs_in_the_wrong_order(course):
    text = course.read(PAGE).replace("PyTorch", "X").replace("TensorFlow", "PyTorch")
    course.write(PAGE, text.replace("X", "TensorFlow"))
    assert any("in this order" in problem for problem in problems(course.root))


# What runs and is wrong: name, file, old text, new text, and what the report says.
WRONG = [
    # (h) an output fence that is wrong
    ("exact", PAGE, "answer 0.500", "answer 0.502",
     ["*number 1 is 0.5, the page shows 0.502, allowed: 0.501 to 0.503",
      "*let `make record LESSON=story OUTPUTS=1` rewrite the page."]),
    ("exact integer", PAGE, "parts 13", "parts 14", ["*number 2 is 13, the page shows 14*"]),
    ("exact words", PAGE, "answer 0.500", "answer: 0.500", ["*prints other words*"]),
    ("measured, shown outside its band", PAGE, "loss 0.52", "loss 0.62",
     ["*number 1 is 0.51, the page shows 0.62, allowed: 0.4 to 0.6"]),
    ("measured, printed outside its band", SNIPPET, "0.51", "0.31",
     ["*number 1 is 0.31, *allowed: 0.4 to 0.6"]),
    ("measured, another layout", PAGE, "loss 0.52\n", "loss 0.52 nats\n", ["*other words*"]),
    ("measured, another count", PAGE, "loss 0.52\n", "loss 0.52 0.1\n",
     ["*another count of numbers"]),
    ("measured, no band", "docs/records/story.json", "story_torch.py:measure", "none",
     ["*no record holds a band for this output; run `make record`*"]),
    ("measured, outside its tolerance", PAGE, "± 10 %)\"\n    3", "± 10 %)\"\n    4",
     ["*number 1 is 3, the page shows 4, allowed: 3.6 to 4.4"]),
    ("prints without a fence", PAGE, '```text title="Output (sample)"', "```text",
     ["*prints, and no output fence follows; put this after it:", "once upon a time"]),
    ("a fence for nothing", SNIPPET, 'print("once', 'str("once',
     ["*prints nothing, and an output fence follows; print, or remove the fence."]),
    ("example", PAGE, "6\n    >>>", "7\n    >>>",
     ["docs/story.md:10?: number 1 is 6, the page shows 7*"]),
    ("example that does not raise", PAGE, "1 / 0", "1 / 1", ["*other words*"]),
    # (i) an import of lessons from page code
    ("import", SNIPPET, "set_seed(0)", "import lessons",
     ["snippets/story_torch.py:4: in <module>",
      "*page code imports 'lessons'*include the section*"]),
    ("import of a part", SNIPPET, "set_seed(0)", "from lessons.common import set_seed",
     ["*page code imports 'lessons'*"]),
    ("import_module", SNIPPET, "set_seed(0)",
     "import importlib; importlib.import_module('lesso' 'ns')",
     ["*page code imports 'lessons'*"]),
    # what else can fail
    ("error in a lesson", TORCH, "return 2 * value", "return two * value",
     ["snippets/story_torch.py:5: in <module>", "lessons/story/torch.py:16: in double",
      "*return two * value", "NameError: name 'two' is not defined"]),
    ("error of syntax", SNIPPET, "set_seed(0)", "set_seed(0) 1",
     ["snippets/story_torch.py:4: SyntaxError: invalid syntax"]),
    ("exit", SNIPPET, "set_seed(0)", "raise SystemExit(3)", ["SystemExit: 3"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "report"), [w[1:] for w in WRONG],
                         ids=[w[0].replace(" ", "-") for w in WRONG])  # fmt: skip
def test_a_wrong_run_fails_with_a_short_report(course, run, file, old, new, report):
    course.replace(file, old, new)
    result = run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(report)
    result.stdout.no_fnmatch_line("*sybil*")
    result.stdout.no_fnmatch_line("*tools/*")
    failures = result.stdout.str().partition("= FAILURES")[2].partition("short test summary")[0]
    assert len(failures.split("\n")) < 30


def test_the_text_of_a_sample_is_not_compared(course, run):
    course.replace(PAGE, "a tale of two cities", "another tale of 7 cities")
    run().assert_outcomes(passed=16)


def test_lessons_stay_hidden_where_they_are_imported_already(course, run, monkeypatch):
    loaded = ModuleType("lessons.common")
    monkeypatch.setitem(sys.modules, "lessons", ModuleType("lessons"))
    monkeypatch.setitem(sys.modules, "lessons.common", loaded)
    course.replace(SNIPPET, "set_seed(0)", "from lessons import common")
    run().stdout.fnmatch_lines(["*page code imports 'lessons'*"])
    with without_lessons():
        assert "lessons.common" not in sys.modules
    assert sys.modules["lessons.common"] is loaded


def test_after_a_failure_later_blocks_say_so(course, run):
    course.replace(SNIPPET, "set_seed(0)", "1 / 0")
    result = run()
    line = course.line(PAGE, "story_torch.py:tell") - 1
    result.stdout.fnmatch_lines([f"*did not run: the block in line {line} failed."])
    assert result.parseoutcomes() == {"passed": 11, "failed": 5}


def test_a_page_that_cannot_be_read_fails_the_collection(course, run):
    course.replace(PAGE, ':tell"', ':tale"')
    result = run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        ["docs/story.md:26: snippets/story_torch.py has no section 'tale'*"]
    )


def built(course: MiniCourse):
    """The differences between what the built site of a course shows and what its tests run."""
    config = load_config(str(course.root / "mkdocs.yml"), site_dir=str(course.root / "site"))
    build(config)
    return site_differences(Course(course.root), course.root / "site")


def test_the_built_site_shows_what_runs(course):
    assert built(course) == []


def test_a_fence_that_is_shown_and_skipped_is_seen_on_the_built_site(course):
    course.replace(PAGE, "```python\n    >>>", "```pycon\n    >>>")
    assert len(built(course)) == 2
    assert "a PyTorch reader sees Python that no test runs, '>>> double(SIZE)'" in built(course)[0]


def test_a_fence_that_runs_and_is_hidden_is_seen_on_the_built_site(course):
    course.replace(PAGE, DOUBLE, f"<!--\n{DOUBLE}-->\n")
    assert any(
        "a test runs Python that a PyTorch reader does not see" in one for one in built(course)
    )
