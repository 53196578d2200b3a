"""The course's sources: docs/references.bib, read and written out for readers."""

import re
from dataclasses import dataclass
from pathlib import Path

from pybtex.database import Person, parse_string
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

FILE = "docs/references.bib"
ENTRY = re.compile(r"^[ \t]*@\w+\s*\{\s*(?P<key>[^,\s]+)", re.MULTILINE)
VENUES = ("journal", "booktitle", "publisher", "school", "institution")
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
        title, venue, year = fields.get("title", ""), _venue(fields), fields.get("year", "")
        title = f"*{title}*" if not venue.startswith("*") else title
        end = "" if title.endswith(("?", "!")) else "."
        links = ", ".join(f"[{text}]({address})" for text, address in self.links)
        return f"{who} ({year}{self.letter}). {title}{end} {venue}. {links}"


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
