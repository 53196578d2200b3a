"""The report on a reader's own photographs: one HTML file with its charts in it."""

import base64
import errno
import io
import os
import shutil
from html import escape
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from lessons.apples.pictures import PicturesError

NEEDED = 5_000_000  # bytes: five charts and a few tables, with room to spare
STYLE = """
:root { color-scheme: light dark }
body {
  font: 1rem/1.5 system-ui, sans-serif;
  max-width: 58rem; margin: 2rem auto; padding: 0 1rem
}
.wide { overflow-x: auto; margin: 1rem 0 } table { border-collapse: collapse }
caption { text-align: left; font-weight: 600 }
td { white-space: pre; min-width: 4.5rem }
th, td { text-align: right; padding: .2rem .8rem; border-bottom: 1px solid #888 }
th:first-child { text-align: left }
img { max-width: 100%; background: white; padding: .5rem; box-sizing: border-box }
"""
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{style}</style></head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def check_place(path):
    """Raise PicturesError, before any training, where no report could be written."""
    folder = path.parent
    if path.is_dir() or not folder.is_dir():
        raise PicturesError(
            f"{path} is no place for a report; name a file in a folder that exists"
        )
    if not os.access(folder, os.W_OK):
        raise PicturesError(
            f"the folder {folder} may not be written; name another with --report"
        )
    free = shutil.disk_usage(folder).free
    if free < NEEDED:
        raise PicturesError(full(folder, free))


def full(folder, free):
    """Return what to say where a disk has no space left."""
    megabytes = f"{free / 1e6:.1f} MB free, {NEEDED / 1e6:.0f} MB needed"
    advice = "make room, or name another with --report"
    return f"no space left in {folder} ({megabytes}); {advice}"


def write(path, title, parts):
    """Write the report, whole or not at all; raise PicturesError where it cannot be."""
    text = PAGE.format(title=escape(title), style=STYLE, body="\n".join(parts))
    part = Path(f"{path}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(path.parent).free
            raise PicturesError(full(path.parent, free)) from error
        raise PicturesError(f"the report could not be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def words(text):
    """Return a paragraph."""
    return f"<p>{escape(text)}</p>"


def heading(text):
    """Return a heading."""
    return f"<h2>{escape(text)}</h2>"


def table(caption, columns, rows):
    """Return a table; the first cell of each row names it."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    lines = []
    for first, *rest in rows:
        cells = "".join(f"<td>{escape(str(cell))}</td>" for cell in rest)
        lines.append(f'<tr><th scope="row">{escape(str(first))}</th>{cells}</tr>')
    name, body = escape(caption), "".join(lines)
    whole = f"<table><caption>{name}</caption><tr>{head}</tr>{body}</table>"
    region = f'<div class="wide" role="region" aria-label="{name}" tabindex="0">'
    return f"{region}{whole}</div>"


def chart(figure, alt):
    """Return a figure as an image in the page, and the text that stands for it."""
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    source = base64.b64encode(stream.getvalue()).decode()
    return f'<p><img alt="{escape(alt)}" src="data:image/svg+xml;base64,{source}"></p>'


def confusion(answers, labels, classes):
    """Return a table of photographs by class (rows) and by answer (columns)."""
    counts = np.zeros((len(classes), len(classes)), int)
    np.add.at(counts, (labels, answers.argmax(axis=1)), 1)
    rows = [(name, *row) for name, row in zip(classes, counts.tolist())]
    return table(
        "Photographs by class, and what they were named", ("class", *classes), rows
    )


def shown(value, low, high):
    """Return a value, and its interval on a line of its own, as text."""
    return f"{value:.3f}\n({low:.3f} to {high:.3f})"
