"""Figures as SVG files that come out the same, byte for byte, each time they are drawn."""

import io
import re
from pathlib import Path

SETTINGS = {"svg.hashsalt": "deep-learning-that-runs", "svg.fonttype": "path"}
METADATA = {"Creator": None, "Date": None, "Format": None, "Type": None}


def svg_text(figure) -> str:
    """Return a matplotlib Figure as SVG text, with a transparent background and no date."""
    import matplotlib

    drawn = io.StringIO()
    with matplotlib.rc_context(SETTINGS):
        figure.savefig(drawn, format="svg", transparent=True, metadata=METADATA)
    text = re.sub(r'(?<= d=")[^"]*', _shortened, drawn.getvalue())
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def _shortened(path: re.Match) -> str:
    """Return the data of a path with three decimals: a thousandth of a point is not seen."""
    return re.sub(r"\d+\.\d{4,}", lambda number: f"{float(number[0]):.3f}", path[0])


def save_svg(figure, path: Path) -> None:
    """Write a matplotlib Figure as an SVG file; draw it for a white page."""
    Path(path).write_text(svg_text(figure), encoding="utf-8", newline="\n")
