"""The glossary, docs/glossary.md: read, checked, and linked from wherever a term occurs.

It is a definition list. Several names may share a definition; the first one orders it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

FILE = "docs/glossary.md"
ITEM = re.compile(
    r"^(?P<names>(?:[^\s:#<].*\n)+):[ ]+(?P<definition>.+(?:\n[ ]{2,}\S.*)*)", re.MULTILINE
)
MARKUP = re.compile(r"[*`]|\[(?P<text>[^\]]*)\]\([^)]*\)")
SENTENCE_END = re.compile(r"[.?!](?=\s+[A-Z])")
PROPER = re.compile(r"\s+[A-Z]")
LONGEST = 300  # characters of a definition, so that a tooltip stays one


@dataclass(frozen=True)
class Term:
    """An entry of the glossary: its names, what it says in plain text, and its line."""

    names: tuple[str, ...]
    definition: str
    line: int

    @property
    def anchor(self) -> str:
        return anchor(self.names[0])


def anchor(name: str) -> str:
    """The identifier that an entry has on the glossary's page."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def read(path: Path) -> list[Term]:
    """The entries of a glossary; none where there is no file."""
    return parse(path.read_text(encoding="utf-8")) if path.exists() else []


def parse(text: str) -> list[Term]:
    """The entries of a glossary, in its order."""
    return [
        Term(
            tuple(name.strip() for name in item["names"].strip().split("\n")),
            " ".join(MARKUP.sub(lambda m: m["text"] or "", item["definition"]).split()),
            text.count("\n", 0, item.start()) + 1,
        )
        for item in ITEM.finditer(text)
    ]


def faults(text: str) -> list[str]:
    """What is wrong with a glossary, one line each; best none."""
    terms, found, first = parse(text), [], {}
    for before, after in pairwise(terms):
        if after.names[0].lower() < before.names[0].lower():
            found.append(
                (after.line, f"{after.names[0]} stands after {before.names[0]}; sort them")
            )
    for term in terms:
        found += [(term.line, f"{term.names[0]} {message}") for message in of_definition(term)]
        for name in term.names:
            same = first.setdefault(name.lower(), term)
            if same is not term:
                message = f"{name} is defined in line {same.line} already; keep one of the two"
                found.append((term.line, message))
    return [f"{FILE}:{line}: {message}" for line, message in sorted(found)]


def of_definition(term: Term) -> Iterator[str]:
    """What is wrong with one definition by itself."""
    sentences = len(SENTENCE_END.findall(term.definition)) + 1
    if sentences > 2 or len(term.definition) > LONGEST:
        length = f"{sentences} sentences and {len(term.definition)} characters"
        yield f"takes {length}; say it in two sentences and {LONGEST} characters"
    if not term.definition.endswith("."):
        yield "does not end with a full stop; write whole sentences"


def spellings(name: str) -> list[str]:
    """A name as it may stand in a text: in the singular and the plural."""
    if name.endswith("matrix"):
        return [name, f"{name[:-1]}ces"]
    if re.search(r"[^aeiou]y$", name):
        return [name, f"{name[:-1]}ies"]
    return [name, f"{name}s", f"{name}es"]  # epochs, batches; what is no word stands in no text


class Finder:
    """Finds the terms of a glossary in a text, the longest name first.

    A name in small letters is found at the start of a sentence too; others as they are written.
    Two words with capitals, like Epoch AI, are somebody's name and no term.
    """

    def __init__(self, terms: list[Term]):
        self.terms = {
            spelling: term for term in terms for name in term.names for spelling in spellings(name)
        }
        names = sorted(self.terms, key=lambda spelling: (-len(spelling), spelling))
        self.pattern = re.compile(
            rf"(?<![\w-])({'|'.join(map(_pattern, names)) or '(?!)'})(?![\w-])"
        )

    def find(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Start, end and term of each occurrence."""
        for match in self.pattern.finditer(text):
            if match[0] in self.terms or not PROPER.match(text, match.end()):
                yield match.start(), match.end(), self.term(match[0])

    def term(self, text: str) -> Term | None:
        """The term that a text is a name of, if it is one."""
        name = " ".join(text.split())
        return self.terms.get(name) or self.terms.get(name[:1].lower() + name[1:])


def _pattern(spelling: str) -> str:
    words = r"\s+".join(map(re.escape, spelling.split()))
    return f"[{spelling[0]}{spelling[0].upper()}]{words[1:]}" if spelling.islower() else words
