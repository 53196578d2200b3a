"""A page's Markdown in the words that notebooks understand: plain links, pictures and formulas."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

MARKS = re.DOTALL | re.MULTILINE | re.VERBOSE
# What is not prose: it is put aside while the prose is translated.
ASIDE = re.compile(
    r"""
      ^[ ]*(?P<fence>`{3,})[^`\n]*\n (?:.*?\n)?? [ ]*(?P=fence)[ ]*$
    | (?P<ticks>`+) (?:(?!\n\s*\n).)+? (?<!`)(?P=ticks)(?!`)
    | \\\((?P<inline>.+?)\\\)
    | \\\[(?P<display>.+?)\\\]
    | \\.
    """,
    MARKS,
)
HELD = re.compile("\x02(\\d+)\x03")
NOTE = re.compile(r"\[\^(?P<name>[^\]\s]+)\]: *(?P<text>.*)")
ABBREVIATION = re.compile(r"\*\[[^\]]+\]: ")
ADDRESS = re.compile(r"\[(?P<name>[^\]^][^\]]*)\]: +<?(?P<address>[^\s>]+)>?(?: +[\"'(].*)?$")
FIRST_LINK = re.compile(r"\]\((?P<address>[a-z]+://[^\s)]+)\)")

TEXT = r"(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)"
TARGET = r"\(\s*<?(?P<target>[^\s()<>]+(?:\([^\s()]*\)[^\s()]*)*)>?(?:\s+\"[^\"]*\")?\s*\)"
ATTRIBUTES = r"(?:\{:?[^{}\n]*\})?"
IMAGE = re.compile(rf"!\[{TEXT}\]{TARGET}{ATTRIBUTES}")
LINK = re.compile(rf"(?<!!)\[{TEXT}\]{TARGET}{ATTRIBUTES}")
REFERENCE = re.compile(rf"\[{TEXT}\]\[(?P<name>[^\]]*)\]")
HTML_LINK = re.compile(r"<a\s[^>]*?href=\"(?P<target>[^\"]*)\"[^>]*>(?P<text>.*?)</a>", re.DOTALL)
OWN = re.compile(r"<(?P<tag>[a-z]+-[a-z-]+)\b[^>]*>(?P<inside>.*?)</(?P=tag)>", re.DOTALL)
CAPTION = re.compile(r"\s*<figcaption[^>]*>(?P<text>.*?)</figcaption>\s*", re.DOTALL)
DEFINITION = re.compile(r"(?P<indent> *):(?P<blanks> {1,3})(?=\S)")


@dataclass
class Notes:
    """The footnotes of a page, numbered in the order in which this reader meets them."""

    texts: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def take(self, lines: list) -> list:
        """Keep what the lines define; return the lines that define nothing."""
        rest, name = [], ""
        for line in lines:
            text = line if isinstance(line, str) else ""
            if match := NOTE.match(text):
                name = match["name"]
                self.texts[name] = match["text"]
            elif name and text.startswith("    "):
                self.texts[name] += " " + text.strip()
            elif match := ADDRESS.match(text):
                self.addresses[match["name"].lower()] = match["address"]
            elif not ABBREVIATION.match(text):
                name = name if not text and isinstance(line, str) else ""
                rest.append(line)
        return rest

    def refer(self, match: re.Match) -> str:
        """The number of a footnote, which leads to the first address in its text."""
        name = match["name"]
        if name not in self.texts:
            return match[0]
        if name not in self.order:
            self.order.append(name)
        number = self.order.index(name) + 1
        link = FIRST_LINK.search(self.texts[name])
        return f" [[{number}]]({link['address']})" if link else f" \\[{number}\\]"

    def listed(self) -> str:
        """The footnotes that were met, as a numbered list."""
        return "\n".join(f"{n}. {self.texts[name]}" for n, name in enumerate(self.order, 1))


@dataclass
class Translator:
    """Translates prose; link and picture give the address of what a page calls otherwise.

    They take the address as the page writes it. link returns none where the address means
    nothing outside the page, and then only the link's text is kept.
    """

    notes: Notes
    link: Callable[[str], str | None]
    picture: Callable[[str], str]

    def __call__(self, text: str) -> str:
        """Markdown for a notebook's cell."""
        held: list[str] = []

        def hold(match: re.Match) -> str:
            held.append(formula(match))
            return f"\x02{len(held) - 1}\x03"

        text = definitions(html(ASIDE.sub(hold, text).replace("$", r"\$")))
        text = self.addresses(text)
        text = re.sub(r"^(#+ .*?) *\{:?[^{}\n]*\} *$", r"\1", text, flags=re.MULTILINE)
        text = re.sub(r"^ *\{:[^{}\n]*\} *$\n?", "", text, flags=re.MULTILINE)
        text = re.sub(r"\[\^(?P<name>[^\]\s]+)\]", self.notes.refer, text)
        while HELD.search(text):
            text = HELD.sub(lambda match: held[int(match[1])], text)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def addresses(self, text: str) -> str:
        """Markdown whose pictures and links have addresses that mean something in a notebook."""
        known = self.notes.addresses

        def inline(match):
            address = known.get((match["name"] or match["text"]).lower())
            return f"[{match['text']}]({address})" if address else match[0]

        def linked(match):
            address = self.link(match["target"])
            return f"[{match['text']}]({address})" if address else match["text"]

        text = IMAGE.sub(lambda m: f"![{m['text']}]({self.picture(m['target'])})", text)
        text = LINK.sub(linked, REFERENCE.sub(inline, text))
        return HTML_LINK.sub(linked, text)


def formula(match: re.Match) -> str:
    """A formula between dollars, as notebooks write it; whatever else is put aside, unchanged."""
    if match["inline"]:
        return f"${match['inline'].strip()}$"
    if match["display"]:
        return f"$${match['display'].rstrip(' ')}$$"
    return match[0]


def html(text: str) -> str:
    """Markdown without the HTML that only the site gives a meaning."""
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL)
    text = re.sub(r"<data\b[^>]*>(.*?)</data>", r"\1", text, flags=re.DOTALL)
    text = OWN.sub(r"\g<inside>" + "\n\n*On the [page](#), this is live.*\n", text)
    text = re.sub(r"^ *</?(?:div|figure|section)\b[^>]*> *$\n?", "", text, flags=re.MULTILINE)
    return CAPTION.sub(caption, text).replace("&nbsp;", "\N{NO-BREAK SPACE}")


def caption(match: re.Match) -> str:
    """A caption in one line of italics; upright where it has italics of its own."""
    text = " ".join(match["text"].split())
    return f"\n\n{text}\n\n" if "*" in text else f"\n\n*{text}*\n\n"


def definitions(text: str) -> str:
    """Each list of definitions as a list of points under its term in bold."""
    lines: list[str] = []
    for line in text.split("\n"):
        match = DEFINITION.match(line)
        if match:
            indent = match["indent"]
            while lines and not lines[-1]:
                lines.pop()
            if lines and not lines[-1].startswith((f"{indent}-", f"{indent}  ")):
                lines[-1:] = [f"{indent}**{lines[-1].strip()}**", ""]
            line = f"{indent}-{match['blanks']}{line[match.end() :]}"
        lines.append(line)
    return "\n".join(lines)
