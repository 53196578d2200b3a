"""The HTML of a case study: what mkdocs-jupyter made of a notebook, in the site's own form.

mkdocs-jupyter brings JupyterLab's style sheets along, over 600 KB a page, and its elements. A
page of the site needs of them the rendered words, the coloured code and the outputs.
"""

import re
from collections.abc import Callable, Iterator
from html import escape

from bs4 import BeautifulSoup, Tag

from tools.katex import render
from tools.pictures import measure

FORMULA = re.compile(
    r"\$\$(?P<display>.+?)\$\$|(?<![\\$\w])\$(?P<inline>(?=\S)[^$\n]+?(?<=\S))\$(?!\w)", re.DOTALL
)
WORDLESS = {"code", "pre", "a"}  # where a dollar is a dollar
CODE = '<div class="language-{} highlight">{}<pre><code>{}</code></pre></div>'
TITLE = '<span class="filename">Output</span>'
CHART = '<figure><img{} alt="{}" class="chart" src="{}">{}</figure>'


class StudyError(ValueError):
    """A cell that cannot be shown; the message names the cell, and says what to do."""


def reshape(html: str, notebook: dict, place: Callable[[str, str], str]) -> str:
    """A page of the site from mkdocs-jupyter's HTML and from the notebook that it shows.

    place: keeps a chart, given the name of its cell and the SVG, and returns its address.
    Raises StudyError for an output that is neither text nor an SVG, and for an SVG whose cell
    has no `alt` in its metadata; FormulaError for a faulty formula.
    """
    soup = BeautifulSoup(html, "html.parser")
    shown = {tag["id"].removeprefix("cell-id="): tag for tag in soup.select("[id^='cell-id=']")}
    parts = []
    for cell in notebook["cells"]:
        element = shown[cell["id"]]
        parts.extend(
            words(element) if cell["cell_type"] == "markdown" else code(element, cell, place)
        )
    return "\n".join(parts)


def words(shown: Tag) -> Iterator[str]:
    """The words of a cell, formulas rendered, links to headings as on other pages."""
    area = shown.select_one(".jp-RenderedMarkdown")
    for link in area.select("a.anchor-link"):
        link["class"], link["title"] = "headerlink", "Link to this section"
        link.string = "#"
    for text in list(area.find_all(string=FORMULA)):
        if not any(parent.name in WORDLESS for parent in text.parents):
            text.replace_with(BeautifulSoup(with_formulas(text), "html.parser"))
    yield area.decode_contents().strip()


def with_formulas(text: str) -> str:
    """HTML of a text with its formulas, $…$ and $$…$$, rendered. Raises FormulaError."""
    parts, end = [], 0
    for formula in FORMULA.finditer(text):
        parts.append(escape(text[end : formula.start()], quote=False))
        parts.append(render(formula["display"] or formula["inline"], bool(formula["display"])))
        end = formula.end()
    return "".join(parts) + escape(text[end:], quote=False)


def code(shown: Tag, cell: dict, place: Callable[[str, str], str]) -> Iterator[str]:
    """The code of a cell, and what it printed and drew."""
    source = shown.select_one(".hl-python pre").decode_contents().strip("\n")
    yield CODE.format("python", "", source)
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            printed = escape("".join(output["text"]), quote=False)
            yield CODE.format("text", TITLE, printed)
        else:
            yield drawn(output, cell, place)


def drawn(output: dict, cell: dict, place: Callable[[str, str], str]) -> str:
    """The chart that an output holds. Raises StudyError for any other kind."""
    data = output.get("data", {})
    if "image/svg+xml" in data:
        return chart("".join(data["image/svg+xml"]), cell, place)
    kind = ", ".join(data) or output["output_type"]
    cure = "print text, or draw a chart"
    raise StudyError(f"{cell['id']} has an output of the kind {kind}; {cure}")


def chart(svg: str, cell: dict, place: Callable[[str, str], str]) -> str:
    """The figure of a chart. Raises StudyError where the cell does not describe it."""
    if not (alt := cell["metadata"].get("alt")):
        raise StudyError(f'{cell["id"]} draws a chart; say what it shows: # %% alt="…"')
    caption = cell["metadata"].get("caption")
    below = f"<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
    return CHART.format(measure(svg), escape(alt), place(cell["id"], svg), below)
