"""What the site's build does with the bibliography and the glossary."""

import logging
import posixpath
import re
import sys
from pathlib import Path

# MkDocs runs this file by its path, so the repository is not yet where modules are looked for.
sys.path.insert(0, str(Path(__file__).parents[1]))

from tools import bibliography, bibliography_rules, citations, glossary, source_lists
from tools.terms import TermLinks

TITLE = re.compile(r"^# (.+?)[ \t#]*(?:\{.*\})?[ \t]*$", re.MULTILINE)
log = logging.getLogger("mkdocs.hooks.sources")  # a warning here fails the strict build

entries: dict[str, bibliography.Entry] = {}
links: TermLinks


def on_config(config):
    """Read both files afresh, for a preview builds many times, and warn of their faults."""
    global entries, links
    sources, words = (read(config, name) for name in (bibliography.FILE, glossary.FILE))
    for fault in [*bibliography_rules.faults(sources), *glossary.faults(words)]:
        log.warning(fault)
    try:
        entries = bibliography.parse(sources)
    except bibliography.BibliographyError:
        entries = {}
    links = TermLinks(glossary.Finder(glossary.parse(words)))
    config.markdown_extensions.append(links)


def read(config, name: str) -> str:
    """The text of a file of the docs folder; empty where there is none."""
    path = Path(config.docs_dir) / Path(name).name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def on_files(files, config):
    """Warn of every citation that leads nowhere, before the first page is built."""
    for file in files.documentation_pages():
        name = f"docs/{file.src_uri}"
        for fault in citations.faults(file.content_string, name, entries):
            log.warning(fault)


def on_page_markdown(markdown, page, config, files):
    """Write the page's citations, and the whole bibliography where a page asks for it."""
    links.page = page.file.src_uri
    if source_lists.ALL_SOURCES in markdown:
        pages = {}
        for file in files.documentation_pages():
            text, title = file.content_string, TITLE.search(file.content_string)
            address = posixpath.relpath(file.src_uri, posixpath.dirname(page.file.src_uri) or ".")
            pages[address] = (title[1] if title else file.name, text)
        listed = source_lists.all_sources(entries, pages)
        return markdown.replace(source_lists.ALL_SOURCES, listed)
    return source_lists.cite_page(markdown, entries)
