"""What the site's build does with the bibliography and the glossary."""

import logging
import posixpath
import re
import sys
from pathlib import Path

# MkDocs runs this file by its path, so the repository is not yet where modules are looked for.
sys.path.insert(0, str(Path(__file__).parents[1]))

from mkdocs.exceptions import PluginError

from tools import bibliography, citations, glossary
from tools.terms import TermLinks

TITLE = re.compile(r"^# (.+?)[ \t#]*(?:\{.*\})?[ \t]*$", re.MULTILINE)
log = logging.getLogger("mkdocs.hooks.sources")  # a warning here fails the strict build

entries: dict[str, bibliography.Entry] = {}
links: TermLinks


def on_config(config):
    """Read both files afresh, for a preview builds many times."""
    global entries, links
    docs = Path(config.docs_dir)
    try:
        entries = bibliography.read(docs / Path(bibliography.FILE).name)
    except bibliography.BibliographyError as error:
        raise PluginError(str(error)) from None
    terms = glossary.read(docs / Path(glossary.FILE).name)
    links = TermLinks(glossary.Finder(terms))
    config.markdown_extensions.append(links)


def on_files(files, config):
    """Warn of every citation that leads nowhere, before the first page is built."""
    for file in files.documentation_pages():
        name = f"docs/{file.src_uri}"
        for fault in citations.faults(file.content_string, name, entries):
            log.warning(fault)


def on_page_markdown(markdown, page, config, files):
    """Write the page's citations, and the whole bibliography where a page asks for it."""
    links.page = page.file.src_uri
    if citations.ALL_SOURCES in markdown:
        pages = {}
        for file in files.documentation_pages():
            text, title = file.content_string, TITLE.search(file.content_string)
            address = posixpath.relpath(file.src_uri, posixpath.dirname(page.file.src_uri) or ".")
            pages[address] = (title[1] if title else file.name, text)
        listed = citations.all_sources(entries, pages)
        return markdown.replace(citations.ALL_SOURCES, listed)
    return citations.cite_page(markdown, entries)
