"""Citations in pages: [@lecun1998], [@azulay2019; @zhang2019], [@goodfellow2016, section 9.1].

What stands in code, in a fence, in a formula or behind a backslash is no citation.
"""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tools.bibliography import Entry

TOKEN = re.compile(
    r"""
      ^[ \t>]*(?P<fence>`{3,}|~{3,}) .*? ^[ \t>]*(?P=fence)[`~]*[ \t]*$   # not cited in: a fence,
    | ^[ \t]*-+8<-.*?$                                                    # an include,
    | <!--.*?-->                                                          # a comment,
    | <(?P<tag>pre|code|script|style)\b .*? </(?P=tag)>                   # HTML's own code,
    | (?P<ticks>`+) (?:(?!\n[ \t]*\n).)+? (?<!`)(?P=ticks)(?!`)           # code,
    | \\\( .*? \\\) | \\\[ .*? \\\]                                       # a formula
    | \\.                                                                 # or what is escaped
    | \[(?P<citation>@[^\[\]]*)\](?![(\[])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
PART = re.compile(r"@(?P<key>[\w-]+)(?:,\s*(?P<locator>\S.*))?", re.DOTALL)


@dataclass(frozen=True)
class Citation:
    """One key in a page's text: the line that it stands in, and the part of the source meant."""

    key: str
    line: int
    locator: str


def find(text: str) -> Iterator[Citation]:
    """Every citation of a page's text; the key is empty where the brackets hold something else."""
    for token in TOKEN.finditer(text):
        if token["citation"] is None:
            continue
        line = text.count("\n", 0, token.start()) + 1
        for part in token["citation"].split(";"):
            if match := PART.fullmatch(part.strip()):
                yield Citation(match["key"], line, match["locator"] or "")
            else:
                yield Citation("", line, part)


def faults(text: str, name: str, entries: dict[str, Entry]) -> list[str]:
    """What is wrong with the citations of a page that messages call by its name; best none."""
    found = []
    for citation in find(text):
        if not citation.key:
            message = f"[{citation.locator.strip()}] is no citation"
            found.append((citation.line, f"{message}; write [@key] or [@key, section 2]"))
        elif citation.key not in entries:
            near = difflib.get_close_matches(citation.key, entries, n=1, cutoff=0)
            cure = f"the nearest key is {near[0]}" if near else "the bibliography is empty"
            found.append((citation.line, f"nothing has the key {citation.key}; {cure}"))
    return [f"{name}:{line}: {message}" for line, message in found]


def replace(text: str, entries: dict[str, Entry], show: Callable[[Entry, str], str]) -> str:
    """A page's text, its citations written by `show`; those with an unknown key stay."""

    def written(token: re.Match) -> str:
        found = list(find(token[0])) if token["citation"] is not None else []
        if not found or any(citation.key not in entries for citation in found):
            return token[0]
        parts = []
        for citation in found:
            locator = f", {' '.join(citation.locator.split())}" if citation.locator else ""
            parts.append(show(entries[citation.key], locator))
        return f"({'; '.join(parts)})"

    return TOKEN.sub(written, text)


def cited(text: str, entries: dict[str, Entry]) -> list[Entry]:
    """The entries that a page cites, in the order of the bibliography."""
    keys = {citation.key for citation in find(text)}
    return [entry for key, entry in entries.items() if key in keys]


def cite_text(text: str, entries: dict[str, Entry]) -> str:
    """Markdown that stands by itself: citations as (LeCun et al., 1998), linked to the source."""

    def link(entry: Entry, locator: str) -> str:
        address = f"({entry.links[0][1]})" if entry.links else ""
        return f"[{entry.label}{locator}]{address}"

    return replace(text, entries, link)


def source_list(text: str, entries: dict[str, Entry]) -> str:
    """A Markdown list of the sources that a page's text cites; empty where it cites none."""
    return "\n".join(f"- {entry.markdown()}" for entry in cited(text, entries))
