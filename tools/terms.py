"""Link a page's terms to the glossary, while Python-Markdown builds the page."""

import posixpath
from xml.etree import ElementTree

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from tools.glossary import Finder, Term, anchor

PAGE = "glossary.md"
QUIET = {"a", "abbr", "button", "code", "dt", "label", "pre", "script", "style", "summary", "svg"}
QUIET |= {f"h{level}" for level in range(1, 7)}
QUIET_CLASSES = {"arithmatex", "admonition-title", "sources"}
ASIDE = {"details", "tabbed-block", "lesson-facts"}  # passed over by some: terms count inside only


class TermLinks(Extension):
    """Links the first occurrence of each term on a page; `page` is set before each page."""

    def __init__(self, finder: Finder):
        super().__init__()
        self.finder, self.page = finder, ""

    def extendMarkdown(self, md):
        if self.page == PAGE:
            md.treeprocessors.register(Anchors(md), "glossary", 7)
        else:  # after the inline patterns (20), before identifiers (5) and links (0) are checked
            md.treeprocessors.register(Linker(md, self.finder, self.page), "glossary", 7)


class Anchors(Treeprocessor):
    """Gives each entry of the glossary's own page an identifier."""

    def run(self, root):
        for group in root.iter("dl"):
            before = None
            for item in group:
                if item.tag == "dt" and (before is None or before.tag == "dd"):
                    item.set("id", anchor("".join(item.itertext())))
                before = item


def is_lede(element, last) -> bool:
    """Whether this is the paragraph below the page's title: measured numbers are marks enough."""
    return element.tag == "p" and last is not None and last.tag == "h1"


class Linker(Treeprocessor):
    """Puts the links into the tree of a page."""

    def __init__(self, md, finder: Finder, page: str):
        super().__init__(md)
        self.finder = finder
        self.address = posixpath.relpath(PAGE, posixpath.dirname(page) or ".")
        self.seen: set[str] = set()
        self.explained: set[str] = set()

    def run(self, root):
        self.walk(root)

    def walk(self, element) -> None:
        """Link what an element and its children say, in the order of the page."""
        before, children = set(self.seen), list(element)
        element.text = self.link(element, 0, element.text)
        for child, last in zip(children, [None, *children]):
            if child.tag == "h2":
                self.explained.clear()
            if not self.is_quiet(child) and not is_lede(child, last):
                self.walk(child)
            child.tail = self.link(element, list(element).index(child) + 1, child.tail)
        if ASIDE & {element.tag, *element.get("class", "").split()}:
            self.seen = before

    def is_quiet(self, element) -> bool:
        """Whether nothing in an element is linked."""
        if element.tag == "em" and (term := self.finder.term("".join(element.itertext()))):
            self.explained.add(term.anchor)  # the section itself says what it means
            return True
        classes = set(element.get("class", "").split())
        return element.tag in QUIET or bool(QUIET_CLASSES & classes)

    def link(self, parent, place: int, text: str | None) -> str | None:
        """Put the links of a text into its parent, from a place on; return what comes before."""
        if not text or isinstance(text, AtomicString):
            return text
        written = self.links(text)
        found = [
            span
            for span in self.finder.find(text)
            if not any(start < span[0] < end for start, end in written) and self.is_new(span[2])
        ]
        if not found:
            return text
        ends = [start for start, _, _ in found[1:]] + [len(text)]
        for offset, ((start, end, term), until) in enumerate(zip(found, ends)):
            link = ElementTree.Element("a", {"class": "term", "title": term.definition})
            link.set("href", f"{self.address}#{term.anchor}")
            link.text, link.tail = AtomicString(text[start:end]), text[end:until]
            parent.insert(place + offset, link)
        return text[: found[0][0]]

    def links(self, text: str) -> list[tuple[int, int]]:
        """Where a text holds links written in HTML, like a citation's: from tag to closing tag."""
        found = []
        for match in HTML_PLACEHOLDER_RE.finditer(text):
            tag = self.md.htmlStash.rawHtmlBlocks[int(match[1])]
            if isinstance(tag, str) and tag.startswith("<a "):
                found.append((match.start(), len(text)))
            elif tag == "</a>" and found:
                found[-1] = (found[-1][0], match.start())
        return found

    def is_new(self, term: Term) -> bool:
        """Whether this is the first use that a reader meets unexplained; from now on it was."""
        if term.anchor in self.seen | self.explained:
            return False
        self.seen.add(term.anchor)
        return True
