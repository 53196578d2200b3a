"""Citations in pages: [@lecun1998], [@azulay2019; @zhang2019], [@goodfellow2016, section 9.1].

What stands in code, in a fence, in a formula or behind a backslash is no citation.
"""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

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
HEADING = re.compile(r"^(?P<marks>#{1,6})[ \t]+(?P<text>.*?)[ \t#]*(\{.*\})?[ \t]*$")
ALL_SOURCES = "<!-- all sources -->"  # where a page lists every entry


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
    return replace(
        text, entries, lambda entry, locator: f"[{entry.label}{locator}]({entry.links[0][1]})"
    )


def source_list(text: str, entries: dict[str, Entry]) -> str:
    """A Markdown list of the sources that a page's text cites; empty where it cites none."""
    return "\n".join(f"- {entry.markdown()}" for entry in cited(text, entries))


def cite_page(text: str, entries: dict[str, Entry]) -> str:
    """A page's Markdown for the site: citations linked to the sources at its foot, and back.

    The list follows what stands under the page's own heading "Sources"; without one, both are
    put at the end.
    """
    places: dict[str, list[str]] = {}

    def link(entry: Entry, locator: str) -> str:
        seen = places.setdefault(entry.key, [])
        seen.append(f"cited-{entry.key}-{len(seen) + 1}")
        inside = escape(entry.label + locator)
        return f'<a class="citation" id="{seen[-1]}" href="#source-{entry.key}">{inside}</a>'

    text = replace(text, entries, link)
    if not places:
        return text
    items = [
        f"- {entry.markdown()} {_back(entry, places[key])}\n{{: #source-{key} }}"
        for key, entry in entries.items()
        if key in places
    ]
    return _under_sources(text, as_list(items))


def _back(entry: Entry, places: list[str]) -> str:
    """The links from an entry to where it is cited."""
    links = []
    for number, place in enumerate(places, 1):
        which = f", place {number}" if len(places) > 1 else ""
        label = escape(f"Back to the citation of {entry.label}{which}")
        links.append(f'<a class="cited-back" href="#{place}" aria-label="{label}">↩</a>')
    return " ".join(links)


def as_list(items: list[str]) -> str:
    """Markdown items as the list of sources that the stylesheet knows."""
    return '<div class="sources" markdown="1">\n\n' + "\n".join(items) + "\n\n</div>\n"


def _under_sources(text: str, listed: str) -> str:
    """Put the list at the end of the section "Sources", which is added where there is none."""
    lines, level = text.rstrip("\n").split("\n"), 0
    for number in _outside_fences(text.rstrip("\n")):
        heading = HEADING.match(lines[number])
        if heading and level and len(heading["marks"]) <= level:
            return "\n".join([*lines[:number], listed, *lines[number:]]) + "\n"
        if heading and heading["text"] == "Sources":
            level = len(heading["marks"])
    return "\n".join([*lines, "", *([] if level else ["## Sources", ""]), listed])


def _outside_fences(text: str) -> Iterator[int]:
    """The indices of the lines that stand in no fence."""
    fences = [m.span() for m in TOKEN.finditer(text) if m["fence"]]
    start = 0
    for number, line in enumerate(text.split("\n")):
        if not any(a <= start < b for a, b in fences):
            yield number
        start += len(line) + 1


def all_sources(entries: dict[str, Entry], pages: dict[str, tuple[str, str]]) -> str:
    """Every entry, and the pages that cite it; pages maps an address to a title and a text."""
    items = []
    for key, entry in entries.items():
        places = [
            f"[{title}]({address}#cited-{key}-1)"
            for address, (title, text) in pages.items()
            if any(citation.key == key for citation in find(text))
        ]
        where = f' <span class="cited-in">Cited in {", ".join(places)}.</span>' if places else ""
        items.append(f"- {entry.markdown()}{where}\n{{: #{key} }}")
    return as_list(items)
