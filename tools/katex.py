"""Formulas become HTML and MathML while the site is built, by KaTeX in an embedded V8."""

import atexit
import re
from functools import cache
from html import unescape
from pathlib import Path

SCRIPT = Path(__file__).parent / "vendor" / "katex" / "katex.min.js"

# What pymdownx.arithmatex writes in its generic mode.
FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<tex>.*?)\\[)\]]</(?P=tag)>', re.DOTALL
)
HEADING = re.compile(r"<h[1-6][ >](?:(?!</h[1-6]>).)*?class=\"arithmatex\"", re.DOTALL)

# An exception that crosses into Python brings the whole minified script along, so errors
# are caught inside and only their message is handed over.
RENDER = """
function render(tex, displayMode) {
  try {
    const options = {displayMode, output: "htmlAndMathml", strict: "error", throwOnError: true};
    return {html: katex.renderToString(tex, options)};
  } catch (error) {
    return {error: error.message};
  }
}
"""


class FormulaError(ValueError):
    """A formula that KaTeX refuses; the message holds the formula and KaTeX's reason."""


@cache
def engine():
    """The V8 context that holds KaTeX, made on first use (about 0.2 s) and then kept."""
    from py_mini_racer import MiniRacer

    context = MiniRacer()
    # Left to the interpreter's own end, V8 waits for a thread that is already gone.
    atexit.register(context.close)
    context.eval(SCRIPT.read_text(encoding="utf-8"))
    context.eval(RENDER)
    return context


def parts(tex: str) -> list[str]:
    """The formulas of a display that stand side by side, with \\qquad between them."""
    if r"\begin" in tex:
        return [tex]
    found, depth = [""], 0
    for piece in re.split(r"(\\qquad\b|\\[{}]|[{}])", tex):
        depth += (piece == "{") - (piece == "}")
        if piece == r"\qquad" and depth == 0:
            found.append("")
        else:
            found[-1] += piece
    return found


@cache
def render(tex: str, display: bool = False) -> str:
    """A formula as HTML for the eye and MathML for the ear and for search.

    Formulas side by side in one display become elements of their own, which a narrow screen
    puts below each other. Raises FormulaError where KaTeX finds a fault, also one that it
    would merely warn of.
    """
    if display and len(side_by_side := parts(tex)) > 1:
        rows = "".join(render(part, display) for part in side_by_side)
        return f'<span class="formulas">{rows}</span>'
    result = engine().call("render", tex, display)
    if "error" in result:
        raise FormulaError(f"{result['error']}\n  in the formula: {tex.strip()}")
    # Search reads the MathML; what is drawn and the TeX source would say everything thrice.
    return (
        result["html"]
        .replace('<span class="katex-html"', '<span class="katex-html" data-search-exclude')
        .replace("<annotation ", "<annotation data-search-exclude ")
    )


def render_page(html: str) -> str:
    """A page's HTML with each arithmatex element replaced by the rendered formula.

    Raises FormulaError for a faulty formula and for one in a heading.
    """
    if HEADING.search(html):
        raise FormulaError(
            "a heading holds a formula, which the table of contents cannot show: use words there"
        )
    return FORMULA.sub(lambda match: render(unescape(match["tex"]), match["tag"] == "div"), html)
