"""The messages that the page on installing quotes as the course's own still stand in its code."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
QUOTED = re.compile(r"^``` \{ \.text \.message ([^\n]*) \}\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
SOURCE = re.compile(r'data-from="([^"]+)"')
ECHOED = re.compile(r'echo ((?:"[^"]*"[\s\\]*)+)')
JOINT = re.compile(r"[;:]\s")
HOLE = "\0"  # a place that the code fills in
OURS = [(SOURCE.search(marks)[1], text) for marks, text in QUOTED.findall(PAGE) if "data-" in marks]


def templates(path):
    """What the strings of a file say, with a hole for each part that is filled in."""
    text, found = path.read_text(encoding="utf-8"), set()
    if path.suffix != ".py":
        echoed = [" ".join(re.findall(r'"([^"]*)"', match)) for match in ECHOED.findall(text)]
        return {re.sub(r"\$\(\w+\)", HOLE, line) for line in echoed}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            parts = [node.value if isinstance(node, ast.Constant) else HOLE for node in node.values]
            found.add("".join(parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(re.sub(r"%[sd]", HOLE, node.value))
    return {template for template in found if len(template.replace(HOLE, "")) >= 12}


def patterns(path):
    """A pattern for each template, a group for each hole; a name may stand before it."""
    for template in templates(path):
        words = r"\s+".join(map(re.escape, template.split()))
        yield re.compile(rf"(?:\S+ )?{words.replace(HOLE, '(.*?)')}", re.DOTALL)


def stands(message, known):
    """Whether code can have printed a message: as one template, or as several joined.

    What fills a hole is at most seven words long, or stands in the code itself.
    """
    if " " not in message:
        return True
    for match in filter(None, (pattern.fullmatch(message) for pattern in known)):
        filled = [text for text in match.groups() if len(text.split()) > 7]
        if all(stands(text, known) for text in filled):
            return True
    joints = JOINT.finditer(message)
    halves = [(message[: joint.start()], message[joint.end() :]) for joint in joints]
    return any(stands(left, known) and stands(right, known) for left, right in halves)


@pytest.mark.parametrize(("name", "message"), OURS)
def test_a_quoted_message_stands_in_the_code(name, message):
    known = list(patterns(ROOT / name))
    assert stands(message, known), f"{name} does not print this; correct docs/installing.md"
    altered = [word for word in message.split() if len(word) > 4 and word.isalpha()]
    changed = [message.replace(word, f"{word[:-1]}q") for word in altered]
    assert not all(stands(text, known) for text in changed), "any message would pass"


def test_messages_are_quoted_in_one_form():
    assert len(OURS) >= 12
    assert PAGE.count(".message") == len(QUOTED.findall(PAGE)) > len(OURS)
    assert all('title="' in marks for marks, _ in QUOTED.findall(PAGE))


def test_what_is_quoted_from_elsewhere_says_so():
    assert not stands("no such words: stand there", list(patterns(ROOT / "tools" / "setup.py")))
