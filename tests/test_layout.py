"""The course keeps its own rules."""

from pathlib import Path

from tools.layout import problems

ROOT = Path(__file__).parents[1]


def test_the_course_keeps_its_rules():
    found = problems(ROOT)
    assert not found, "\n" + "\n".join(found)
