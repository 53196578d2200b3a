"""Pictures that wait until they are near, and keep their place meanwhile."""

import re
from pathlib import Path

IMAGE = re.compile(r"<img [^>]*>")
SOURCE = re.compile(r'\bsrc="((?:\.\./)*)([^":?]+\.svg)"')
LENGTH = r'\b%s="([\d.]+)(pt|px)?"'
PIXELS = {"pt": 4 / 3, "px": 1, None: 1}


def prepare(html: str, docs: Path) -> str:
    """Give each SVG of a page its width and height; let all pictures but the first be lazy.

    A picture that has a size already, as a study's charts do, need not lie in docs.
    """
    first = True

    def prepared(image: re.Match) -> str:
        nonlocal first
        lazy, first = "" if first else ' loading="lazy" decoding="async"', False
        source = SOURCE.search(image[0])
        known = not source or " width=" in image[0]
        size = "" if known else measure((docs / source[2]).read_text(encoding="utf-8"))
        return f"<img{size}{lazy} {image[0][5:]}"

    return IMAGE.sub(prepared, html)


def measure(svg: str) -> str:
    """Return an SVG's size in CSS pixels, as attributes; nothing where it names none."""
    start = re.search(r"<svg\b[^>]*>", svg)[0]
    found = {side: re.search(LENGTH % side, start) for side in ("width", "height")}
    if not all(found.values()):
        return ""
    sizes = {side: float(length[1]) * PIXELS[length[2]] for side, length in found.items()}
    return "".join(f' {side}="{size:.0f}"' for side, size in sizes.items())
