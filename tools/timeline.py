"""The timeline: docs/data/timeline.json checked, and written into the lesson on history.

`python -m tools.timeline` writes the list between the two markers of docs/history.md. It stands
there in full, so that it reads well without scripts, in notebooks and in print.
"""

import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tools import bibliography

DATA = "docs/data/timeline.json"
PAGE = "docs/history.md"
LEAST = 40
THEMES = {
    "networks": "networks",
    "learning": "learning rules",
    "symbols": "logic and rules",
    "games": "games",
    "language": "language",
    "vision": "vision",
    "public": "public life",
}
# How a source was checked: its text was read where it matters, its abstract or first page was
# read, or the event was read elsewhere and the source found by its identifier.
CHECKS = ("text", "abstract", "secondary")
FIELDS = ("date", "title", "people", "what", "why", "themes", "sources", "checked")
MONTHS = {
    "01": "January",
    "02": "February",
    "03": "March",
    "04": "April",
    "05": "May",
    "06": "June",
    "07": "July",
    "08": "August",
    "09": "September",
    "10": "October",
    "11": "November",
    "12": "December",
}
DATE = re.compile(r"(?P<year>1[89]\d\d|20\d\d)(-(?P<month>0[1-9]|1[0-2])(-(?P<day>\d\d))?)?")
SECTION = re.compile(
    r"(?P<start><!-- timeline, written by tools/timeline\.py -->\n).*?(?P<end><!-- end -->\n)",
    re.DOTALL,
)


def load(root: Path) -> list[dict]:
    """The events, in the order of the file."""
    return json.loads((root / DATA).read_text(encoding="utf-8"))


def problems(events: list[dict], keys: set[str]) -> list[str]:
    """What is wrong with the events, one line each; keys are those of the bibliography."""
    found = [f"{len(events)} events; at least {LEAST} are asked for"] * (len(events) < LEAST)
    for number, event in enumerate(events):
        name = f"event {number + 1}, {event.get('title') or 'without a title'}"
        found += [f"{name}: {message}" for message in of_event(event, keys)]
        before = events[number - 1] if number else {}
        if event.get("date", "") < before.get("date", ""):
            found.append(f"{name}: stands after {before['date']}; sort by date")
    titles = [event.get("title") for event in events]
    found += [f"{title}: stands twice" for title in {t for t in titles if titles.count(t) > 1}]
    return found


def of_event(event: dict, keys: set[str]) -> Iterator[str]:
    """What is wrong with one event by itself."""
    if tuple(event) != FIELDS:
        yield f"has the fields {', '.join(event)}; write {', '.join(FIELDS)}"
        return
    if not DATE.fullmatch(event["date"]):
        yield f"the date is {event['date']!r}; write 1986, 1986-10 or 1986-10-09"
    for name in ("what", "why"):
        if not event[name].endswith((".", "?")):
            yield f"{name} is no sentence: {event[name]!r}"
    if not all(isinstance(person, str) and person for person in event["people"]):
        yield f"people are {event['people']!r}; write a list of names"
    for theme in [theme for theme in event["themes"] if theme not in THEMES]:
        yield f"the theme {theme!r} is none of {', '.join(THEMES)}"
    if not event["themes"] or not event["sources"]:
        yield "has no theme or no source; add one"
    for key in [key for key in event["sources"] if key not in keys]:
        yield f"the source {key} is not in {bibliography.FILE}"
    checked = event["checked"]
    if checked.get("how") not in CHECKS or not checked.get("where"):
        yield f"checked is {checked!r}; say how ({', '.join(CHECKS)}) and where"


def markdown(events: list[dict]) -> str:
    """The whole list in Markdown: a heading and an ordered list for each decade."""
    parts = []
    for decade, some in groupby(events, lambda event: event["date"][:3]):
        items = "\n".join(map(item, some))
        parts.append(f"### {decade}0s\n\n{items}\n")
    return "\n".join(parts)


def item(event: dict) -> str:
    """One event as an item of an ordered list; the script reads its themes."""
    themes = " ".join(event["themes"])
    time = f'<time datetime="{event["date"]}">{spoken(event["date"])}</time>'
    people = f" {', '.join(event['people'])}." if event["people"] else ""
    sources = "; ".join(f"@{key}" for key in event["sources"])
    return (
        f'1. <span class="event" data-themes="{themes}">{time}</span> **{event["title"]}.**{people}'
        f" {event['what']} *{event['why']}* [{sources}]"
    )


def spoken(date: str) -> str:
    """A date as it is said: 1986-10-09 becomes 9 October 1986."""
    year, month, day = DATE.fullmatch(date).group("year", "month", "day")
    words = [str(int(day))] if day else []
    return " ".join([*words, *([MONTHS[month]] if month else []), year])


def written(text: str, events: list[dict]) -> str:
    """A page's text with the list between its markers. ValueError where it has none."""
    text, count = SECTION.subn(
        lambda match: f"{match['start']}\n{markdown(events)}\n{match['end']}", text
    )
    if count != 1:
        raise ValueError(f"{PAGE} has {count} places for the timeline, and needs one")
    return text


def main(root: Path = Path(".")) -> None:
    """Write the list into its page, unless the events have faults."""
    events, page = load(root), root / PAGE
    found = problems(events, set(bibliography.read(root / bibliography.FILE)))
    if found:
        raise SystemExit("\n".join(found))
    text = page.read_text(encoding="utf-8")
    page.write_text(written(text, events), encoding="utf-8", newline="\n")
    print(f"{len(events)} events in {PAGE}")


if __name__ == "__main__":
    main()
