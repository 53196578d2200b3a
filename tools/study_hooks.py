"""What the site's build does with case studies: notebooks that mkdocs-jupyter renders."""

import json
import posixpath
import re
import sys
from datetime import date
from pathlib import Path

# MkDocs runs this file by its path, so the repository is not yet where modules are looked for.
sys.path.insert(0, str(Path(__file__).parents[1]))

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from tools.katex import FormulaError
from tools.study_page import StudyError, reshape

LINK = re.compile(r'(?<=href=")(?P<path>[^":#]+\.(?:md|ipynb))(?=[#"])')
NAMES = {
    "python": "Python",
    "torch": "PyTorch",
    "tensorflow": "TensorFlow",
    "scikit-learn": "scikit-learn",
    "numpy": "NumPy",
}
START = re.compile(r"</h1>(\s*<p>.*?</p>)?", re.DOTALL)
RAN = """
<div class="lesson-facts"><p>This notebook last ran on {day} in {packages} on {device}, in {time}.
<a href="{name}" download>Download it</a>; it needs the course's repository beside it.</p></div>"""


def on_page_content(html, page, config, files):
    """Give a notebook's page the site's own look. A cell that cannot be shown stops the build."""
    if not page.file.src_uri.endswith(".ipynb"):
        return html
    notebook = json.loads(Path(page.file.abs_src_path).read_text(encoding="utf-8"))

    def place(name: str, svg: str) -> str:
        """Make a chart a file of the site, so that the page does not wait for it."""
        path = f"figures/{Path(page.file.src_uri).stem}/{name}.svg"
        files.append(file := File.generated(config, path, content=svg))
        return file.url_relative_to(page.file)

    try:
        shown = with_links(reshape(html, notebook, place), page.file, files)
    except (FormulaError, StudyError) as error:
        raise PluginError(f"docs/{page.file.src_uri}: {error}") from None
    row = ran(notebook["metadata"]["course"], Path(page.file.src_uri).name)
    return START.sub(lambda start: start[0] + row, shown, count=1)


def with_links(html: str, file: File, files: Files) -> str:
    """The page with the addresses of other pages in place of the names of their files.

    mkdocs-jupyter leaves such links as they are. Raises StudyError for one that leads nowhere.
    """

    def address(link: re.Match) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file.src_uri), link["path"]))
        target = files.get_file_from_path(path)
        if target is None:
            raise StudyError(f"a link leads to docs/{path}, which is not there")
        return target.url_relative_to(file)

    return LINK.sub(address, html)


def ran(course: dict, name: str) -> str:
    """When and where the notebook ran, and a link to it."""
    day = date.fromisoformat(course["date"])
    versions = course["versions"]
    packages = ", ".join(f"{NAMES[each]} {versions[each]}" for each in NAMES if each in versions)
    minutes = course["seconds"] / 60
    return RAN.format(
        day=f"{day.day} {day:%B} {day.year}",
        packages=packages,
        device=course["device_name"],
        time=f"{minutes:.0f} minutes" if minutes >= 2 else f"{course['seconds']} seconds",
        name=name,
    )
