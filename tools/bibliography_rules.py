"""The rules for docs/references.bib: sorted, complete, and each source can be found."""

import re
from collections.abc import Iterator
from itertools import pairwise

from tools.bibliography import FILE, VENUES, BibliographyError, Entry, parse

KEY = re.compile(r"[a-z][a-z0-9-]*")
DOI = re.compile(r"10\.\d{4,9}/[-._;()/:<>A-Za-z0-9]*[A-Za-z0-9)>]")
ARXIV = re.compile(r"\d{2}(0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{2}(0[1-9]|1[0-2])\d{3}")
ARCHIVED = re.compile(
    r"https://(web\.archive\.org/web/\d{4,14}/https?://\S+|archive\.org/details/\S+"
    r"|perma\.cc/[A-Z0-9-]+|archive\.softwareheritage\.org/swh:1:\S+)"
)


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
