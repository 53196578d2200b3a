"""A course of one small lesson, planted in a folder: faultless, until a test plants a fault."""

from pathlib import Path
from textwrap import dedent

CONFTEST = Path(__file__).parents[1] / "docs" / "conftest.py"
PAGE = "docs/story.md"
LESSON = '''\
    """A story that {framework} tells."""

    import math

    # --8<-- [start:size]
    SIZE = 3
    NAMES: dict = {{"one": 1, "two": (2, -2)}}


    # --8<-- [end:size]


    # --8<-- [start:double]
    def double(value):
        """Twice the value."""
        return 2 * value


    # --8<-- [end:double]
    '''
SNIPPET = """\
    from lessons.story.{module} import double

    # --8<-- [start:tell]
    set_seed(0)
    print(f"answer {{double(0.25):.3f}}, parts {{13}}")
    # --8<-- [end:tell]

    # --8<-- [start:measure]
    for number in range(2):

        print("loss", 0.51 + number)
    # --8<-- [end:measure]

    # --8<-- [start:write]
    print("once upon a time")
    # --8<-- [end:write]
    """
SOLUTION = """\
    # --8<-- [start:triple]
    def triple(value):
        return 3 * value


    print(triple(1))
    # --8<-- [end:triple]
    """
TAB = """\

    === "{label}"

        ```python
        --8<-- "lessons/story/{module}.py:size"
        ```

        ```python
        --8<-- "lessons/story/{module}.py:double"
        ```

        ```python
        --8<-- "snippets/story_{module}.py:tell"
        ```

        ```text title="Output"
        answer 0.500, parts 13
        ```

        ```python title="measure"
        --8<-- "snippets/story_{module}.py:measure"
        ```

        ```text title="Output (measured)"
        loss 0.52
        loss 1.52
        ```

        ``` {{ .python .slow }}
        --8<-- "snippets/story_{module}.py:write"
        ```

        ```text title="Output (sample)"
        a tale of two cities
        ```

        ```python
        --8<-- "snippets/story_solutions_{module}.py:triple"
        ```

        ```text title="Output (measured, ± 10 %)"
        3
        ```
    """
RECORD = """\
    {"page": {"pytorch": {"outputs": {"snippets/story_torch.py:measure": [[0.4, 0.6], [1.4, 1.6]]}},
     "tensorflow": {"outputs": {"snippets/story_tensorflow.py:measure": [[0.4, 0.6], [1.4, 1.6]]}}}}
    """
TABS = (
    dedent(TAB).format(label="PyTorch", module="torch").rstrip()
    + "\n"
    + dedent(TAB).format(label="TensorFlow", module="tensorflow")
)
FILES = {
    "mkdocs.yml": """\
        site_name: Mini
        theme: {name: mkdocs}
        plugins: []
        nav: [index.md, {Lessons: [story.md]}]
        exclude_docs: conftest.py
        markdown_extensions:
          - admonition
          - attr_list
          - pymdownx.details
          - pymdownx.highlight: {pygments_lang_class: true}
          - pymdownx.snippets:
              base_path: [!relative $config_dir]
              check_paths: true
              dedent_subsections: true
          - pymdownx.superfences
          - pymdownx.tabbed: {alternate_style: true}
        """,
    "pytest.ini": """\
        [pytest]
        addopts = --strict-markers
        markers =
            gpu: needs a GPU
            slow: takes over 20 seconds
        """,
    "docs/conftest.py": CONFTEST.read_text(encoding="utf-8"),
    "docs/index.md": "# Home\n",
    "docs/records/story.json": RECORD,
    "lessons/__init__.py": "",
    "lessons/common.py": """\
        # --8<-- [start:seed]
        def set_seed(seed):
            global chosen
            chosen = seed
        # --8<-- [end:seed]
        """,
    "lessons/story/__init__.py": "",
    "lessons/story/record.py": '"""The full story."""\n',
    "lessons/story/torch.py": LESSON.format(framework="PyTorch"),
    "lessons/story/tensorflow.py": LESSON.format(framework="TensorFlow"),
    "snippets/story_torch.py": SNIPPET.format(module="torch"),
    "snippets/story_tensorflow.py": SNIPPET.format(module="tensorflow"),
    "snippets/story_solutions_torch.py": SOLUTION,
    "snippets/story_solutions_tensorflow.py": SOLUTION,
    "tests/test_story.py": "",
}
INTRODUCTION = """\
---
title: A story
---

# Story

![A book, open](book.svg)

??? note "Where the seed comes from"

    ```python
    --8<-- "lessons/common.py:seed"
    ```
"""
END = """\

!!! note "An example"

    ```python
    >>> double(SIZE)
    6
    >>> 1 / 0
    Traceback (most recent call last):
    ZeroDivisionError: division by zero
    ```
"""


class MiniCourse:
    """A planted course; its files are changed by their names."""

    def __init__(self, root: Path):
        self.root = root
        for name, text in FILES.items():
            self.write(name, dedent(text))
        self.write(PAGE, INTRODUCTION + TABS + END)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace the first place of a text; AssertionError if there is none."""
        text = self.read(name)
        assert old in text, f"{name} does not hold {old!r}"
        self.write(name, text.replace(old, new, 1))

    def append(self, name: str, text: str) -> None:
        self.write(name, self.read(name) + text)

    def line(self, name: str, text: str) -> int:
        """The number of the first line of a file that holds a text."""
        return next(n for n, line in enumerate(self.read(name).split("\n"), 1) if text in line)
