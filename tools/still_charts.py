"""Charts as SVG for the still pictures of demos, drawn as docs/live/chart.js draws on a canvas."""

QUIET, RULE, PANEL = "#556062", "#ddd8ca", "#f4f1e8"  # those of the clear scheme
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SHAPES = {  # each mark as the corners of a polygon; a circle has none
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "triangle": [(0, -1.3), (1.2, 1), (-1.2, 1)],
    "diamond": [(0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)],
}


def power(exponent: int) -> str:
    """Write a power of ten."""
    return "10" + str(exponent).translate(RAISED)


def svg(width: int, height: int, parts: list[str]) -> str:
    """Return a whole picture."""
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    style = f'width="{width}" height="{height}" font-family="sans-serif" font-size="13"'
    return f"{start}{style}>\n" + "\n".join(parts) + "\n</svg>\n"


def text(
    place: tuple, words: str, colour: str = QUIET, anchor: str = "start", size: int = 0
) -> str:
    """Write words from, around or up to a place; SVG's own size is that of svg()."""
    look = f'fill="{colour}"' + ("" if anchor == "start" else f' text-anchor="{anchor}"')
    look += f' font-size="{size}"' if size else ""
    return f'<text x="{place[0]:.1f}" y="{place[1]:.1f}" {look}>{words}</text>'


def line(points, colour: str, width: float, dash: str = "") -> str:
    """Draw a line through points."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    look = f'fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"'
    return f'<path d="M{path}" {look}{dashes}/>'


def marks(points, shape: str, radius: float, colour: str, edge: str = PANEL) -> str:
    """Draw the same filled mark at each point."""
    look = f'fill="{colour}" stroke="{edge}"'
    if shape == "circle":
        each = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>' for x, y in points]
        return f"<g {look}>{''.join(each)}</g>"
    corners = [
        "L".join(f"{x + radius * a:.1f} {y + radius * b:.1f}" for a, b in SHAPES[shape])
        for x, y in points
    ]
    return f'<path d="M{"zM".join(corners)}z" {look}/>'


def frame(edges: tuple, ticks: list[tuple[float, str]]) -> list[str]:
    """Draw level lines between the edges (left, top, right, bottom), each with its label."""
    left, _, right, _ = edges
    found = []
    for y, words in ticks:
        found.append(line([(left, y), (right, y)], RULE, 1))
        found.append(text((left - 6, y + 4), words, QUIET, "end", 11))
    return found
