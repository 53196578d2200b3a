"""What the site makes of citations: links to a list at the foot of the page, and one of all."""

import re
from collections.abc import Iterator
from html import escape

from tools.bibliography import Entry
from tools.citations import TOKEN, find, replace

HEADING = re.compile(r"^(?P<marks>#{1,6})[ \t]+(?P<text>.*?)[ \t#]*(\{.*\})?[ \t]*$")
ALL_SOURCES = "<!-- all sources -->"  # where a page lists every entry


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
