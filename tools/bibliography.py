"""The course's sources: docs/references.bib, read, checked, and written out for readers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pybtex.database import Person, parse_string
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

FILE = "docs/references.bib"
ENTRY = re.compile(r"^[ \t]*@\w+\s*\{\s*(?P<key>[^,\s]+)", re.MULTILINE)
KEY = re.compile(r"[a-z][a-z0-9-]*")
VENUES = ("journal", "booktitle", "publisher", "school", "institution")
DOI = re.compile(r"10\.\d{4,9}/[-._;()/:<>A-Za-z0-9]*[A-Za-z0-9)>]")
ARXIV = re.compile(r"\d{2}(0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{2}(0[1-9]|1[0-2])\d{3}")
ARCHIVED = re.compile(
    r"https://(web\.archive\.org/web/\d{4,14}/https?://\S+|archive\.org/details/\S+"
    r"|perma\.cc/[A-Z0-9-]+|archive\.softwareheritage\.org/swh:1:\S+)"
)
SPECIAL = re.compile(r"([\\`*_\[\]<>])")


class BibliographyError(ValueError):
    """A bibliography that cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Entry:
    """One source: its fields in plain text by their BibTeX names, and its line in the file."""

    key: str
    line: int
    people: tuple[tuple[str, str], ...]  # initials and family name of each author
    fields: dict[str, str]
    letter: str = ""  # tells apart what the same people wrote in the same year

    @property
    def label(self) -> str:
        """Author and year, as a citation shows them: LeCun et al., 1998."""
        names = [family for _, family in self.people]
        who = " & ".join(names) if len(names) < 3 else f"{names[0]} et al."
        return f"{who}, {self.fields.get('year', '')}{self.letter}"

    @property
    def links(self) -> list[tuple[str, str]]:
        """Name and address of each place where the source is found, the most lasting first."""
        kinds = {
            "doi": ("doi:{}", "https://doi.org/{}"),
            "eprint": ("arXiv:{}", "https://arxiv.org/abs/{}"),
            "isbn": ("ISBN\N{NO-BREAK SPACE}{}", "https://openlibrary.org/isbn/{}"),
            "url": ("archived copy", "{}"),
        }
        found = [(*kinds[name], self.fields[name]) for name in kinds if name in self.fields]
        return [(text.format(value), address.format(value)) for text, address, value in found]

    def markdown(self) -> str:
        """The whole entry in one line of Markdown, its links included."""
        fields = {name: SPECIAL.sub(r"\\\1", value) for name, value in self.fields.items()}
        who = ", ".join(f"{initials} {family}".strip() for initials, family in self.people)
        title, venue = fields["title"], _venue(fields)
        title = f"*{title}*" if not venue.startswith("*") else title
        end = "" if title.endswith(("?", "!")) else "."
        links = ", ".join(f"[{text}]({address})" for text, address in self.links)
        return f"{who} ({fields['year']}{self.letter}). {title}{end} {venue}. {links}"


def _venue(fields: dict[str, str]) -> str:
    """Where the source appeared: *Journal* 86(11), 2278–2324."""
    name = next((fields[field] for field in VENUES if field in fields), "")
    volume = fields.get("volume", "") + (f"({fields['number']})" if "number" in fields else "")
    pages = re.sub("-+", "\N{EN DASH}", fields.get("pages", ""))
    if "journal" in fields:
        parts = [f"*{name}* {volume}".strip(), pages]
    elif "booktitle" in fields:
        parts = [f"*{name}*", f"{fields.get('series', '')} {volume}".strip(), pages]
    else:
        edition = f"{fields['edition']} edition" if "edition" in fields else ""
        parts = [edition, name, pages]
    return ", ".join(filter(None, parts))


def read(path: Path) -> dict[str, Entry]:
    """The entries of a .bib file by key; none where there is no file. Raises BibliographyError."""
    return parse(path.read_text(encoding="utf-8")) if path.exists() else {}


def parse(text: str) -> dict[str, Entry]:
    """The entries of a bibliography by key, in its order. Raises BibliographyError."""
    lines = {m["key"]: text.count("\n", 0, m.start()) + 1 for m in ENTRY.finditer(text)}
    try:
        found = parse_string(text, "bibtex").entries
    except PybtexError as error:
        raise BibliographyError(f"{FILE}: {error}") from None
    entries, labels = {}, {}
    for key, entry in found.items():
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        fields = {name.lower(): _plain(value) for name, value in entry.fields.items()}
        made = Entry(key, lines.get(key, 1), tuple(map(_person, people)), fields)
        labels.setdefault(made.label, []).append(key)
        entries[key] = made
    for keys in labels.values():
        for letter, key in zip("abcdefgh", keys if len(keys) > 1 else []):
            entries[key] = Entry(**{**vars(entries[key]), "letter": letter})
    return entries


def _plain(text: str) -> str:
    return " ".join(str(Text.from_latex(text)).split())


def _person(person: Person) -> tuple[str, str]:
    """Initials and family name: Yee-Whye Teh becomes Y.-W. and Teh."""
    given = [_plain(name) for name in person.first_names + person.middle_names]
    initials = ["-".join(f"{part[0]}." for part in name.split("-") if part) for name in given]
    family = person.prelast_names + person.last_names + person.lineage_names
    return " ".join(initials), _plain(" ".join(family))


def faults(text: str) -> list[str]:
    """What is wrong with a bibliography, one line each; best none."""
    try:
        entries = list(parse(text).values())
    except BibliographyError as error:
        return [str(error)]
    found = [(entry.line, entry.key, message) for entry in entries for message in of_entry(entry)]
    for before, after in pairwise(entries):
        if after.key < before.key:
            found.append((after.line, after.key, f"stands after {before.key}; sort the keys"))
    first = {}
    for entry in entries:
        for name in {"doi", "eprint", "isbn"} & entry.fields.keys():
            same = first.setdefault((name, entry.fields[name].lower()), entry)
            if same is not entry:
                message = f"has the {name} of {same.key}; keep one of the two"
                found.append((entry.line, entry.key, message))
    return [f"{FILE}:{line}: {key} {message}" for line, key, message in sorted(found)]


def of_entry(entry: Entry) -> Iterator[str]:
    """What is wrong with one entry by itself."""
    fields = entry.fields
    if not KEY.fullmatch(entry.key):
        yield "is no key; write the family name and the year, as in lecun1998"
    if not entry.people:
        yield "has no author; name the authors, or in braces the institution"
    if not fields.get("title"):
        yield "has no title; add it"
    if not re.fullmatch(r"1[89]\d\d|20\d\d", fields.get("year", "")):
        yield "has no year of four digits; add it"
    if not any(fields.get(name) for name in VENUES):
        yield f"says not where it appeared; add one of {', '.join(VENUES)}"
    yield from of_identifiers(fields)


def of_identifiers(fields: dict[str, str]) -> Iterator[str]:
    """What is wrong with the addresses that a source is found by."""
    checks = {
        "doi": (DOI.fullmatch, "a DOI starts with 10. and has no https://doi.org/ before it"),
        "eprint": (ARXIV.fullmatch, "an arXiv number is like 1805.12177 or cs/0112017"),
        "isbn": (is_isbn, "an ISBN has 10 or 13 digits, the last of which checks the others"),
        "url": (ARCHIVED.fullmatch, "give the address of an archived copy, which stays as it is"),
    }
    present = [name for name in checks if name in fields]
    if not present:
        yield "cannot be found; add a doi, an eprint (arXiv), an isbn or an archived url"
    for name in present:
        fits, advice = checks[name]
        if not fits(fields[name]):
            yield f"has the {name} {fields[name]!r}; {advice}"
    if "eprint" in fields and fields.get("archiveprefix") != "arXiv":
        yield "has an eprint, and not archiveprefix = {arXiv}; add it"


def is_isbn(text: str) -> bool:
    """Whether the check digit of an ISBN of 10 or 13 digits is right."""
    digits = text.replace("-", "")
    if re.fullmatch(r"97[89]\d{10}", digits):
        return sum(int(digit) * (1, 3)[i % 2] for i, digit in enumerate(digits)) % 10 == 0
    if re.fullmatch(r"\d{9}[\dX]", digits):
        values = [10 if digit == "X" else int(digit) for digit in digits]
        return sum((10 - i) * value for i, value in enumerate(values)) % 11 == 0
    return False
