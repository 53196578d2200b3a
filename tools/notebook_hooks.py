"""What the site's build does with notebooks: writes them, links them, and packs them."""

import logging
import posixpath
import re
import sys
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

# MkDocs runs this file by its path, so the repository is not yet where modules are looked for.
sys.path.insert(0, str(Path(__file__).parents[1]))

from mkdocs.structure.files import File

from tools import archives
from tools.notebook_links import names
from tools.notebooks import Notebook
from tools.pages import Course, PageError
from tools.readers import READERS

log = logging.getLogger("mkdocs.hooks.notebooks")  # a warning here fails the strict build
COLAB = "https://colab.research.google.com/github/{repository}/blob/{branch}/{path}"
START = re.compile(r"</h1>(\s*<p>.*?</p>)?", re.DOTALL)
ROW = """
<nav class="notebooks" aria-label="Notebooks of this page" data-search-exclude>
<p>Notebook: {downloads}</p>{colab}
</nav>"""
OPEN = "\n<p>Open in Colab: {links}</p>"

serving = False
course: Course
written: dict[str, dict[str, str]]  # for each page, by its source, the notebook of each reader


def on_startup(command, dirty):
    """Remember whether MkDocs serves a preview, for which no archive is packed."""
    global serving
    serving = command == "serve"


def on_files(files, config):
    """Add the notebooks of every page to the site's files, and room for the two archives."""
    global course, written
    course, written = Course(Path(config.config_file_path).parent), {}
    course.source = cache(course.source)  # a build reads each page once
    for page in course.pages():
        name = page.relative_to(config.docs_dir).as_posix()
        try:
            found = names(course, page)
            for reader, path in found.items():
                text = Notebook(course, page, reader, public(config)).write()
                files.append(File.generated(config, path, content=text))
            written[name] = found
        except PageError as error:
            log.warning(f"no notebook for docs/{name}: {error}")
    for name in (archives.NOTEBOOKS, archives.SITE):
        files.append(File.generated(config, name, content="`make build` packs this archive.\n"))


def on_page_content(html, page, config, files):
    """Put the page's notebooks under its title and first paragraph."""
    found = written.get(page.file.src_uri)
    if not found:
        return html
    return START.sub(lambda start: start[0] + row(found, page, config), html, count=1)


def on_post_build(config):
    """Pack the archives, when every other hook has done its work on the site."""
    if serving:
        return
    site, address = Path(config.site_dir), public(config)
    folder = re.sub(r"\W+", "-", config.site_name).strip("-").lower()
    notebooks = {
        path: Notebook(course, Path(config.docs_dir, name).resolve(), reader, address, True)
        for name, made in written.items()
        for reader, path in made.items()
    }
    notebooks = {path: notebook.write().encode() for path, notebook in notebooks.items()}
    readme = archives.readme(config.site_name, address)
    files = archives.offline(site) | notebooks | {"README.txt": readme}
    pack(site / archives.NOTEBOOKS, f"{folder}-notebooks", notebooks)
    pack(site / archives.SITE, folder, files)


def pack(path: Path, folder: str, files: dict[str, bytes]) -> None:
    """Pack files into a folder of an archive, and say how large it is."""
    size = archives.pack(path, {f"{folder}/{name}": content for name, content in files.items()})
    log.info(f"{path.name}: {size / 1e6:.1f} MB")


def public(config) -> str:
    """The site's address with a final slash; none where only this machine knows it."""
    host = urlsplit(config.site_url or "").hostname
    if host in {None, "localhost", "127.0.0.1"}:
        return ""
    return config.site_url.rstrip("/") + "/"


def row(found: dict[str, str], page, config) -> str:
    """Links to the page's notebooks, and to Colab where it can reach them."""
    where = colab(config)
    downloads, opens = [], []
    for reader, path in found.items():
        alone = len(found) == 1
        label = "Python" if alone else READERS[reader]
        file = f"{Path(page.file.src_uri).stem}-{Path(path).name}"
        address = posixpath.relpath(path, posixpath.dirname(page.file.dest_uri) or ".")
        mark = f'data-reader="{label}" href='
        downloads.append(
            f'<a {mark}"{escape(address)}" download="{escape(file)}" '
            f'aria-label="Download the {label} notebook">{label}</a>'
        )
        if where:
            opens.append(
                f'<a {mark}"{escape(COLAB.format(**where, path=path))}" '
                f'aria-label="Open the {label} notebook in Colab">{label}</a>'
            )
    links = OPEN.format(links=" ".join(opens)) if opens else ""
    return ROW.format(downloads=" ".join(downloads), colab=links)


def colab(config) -> dict[str, str] | None:
    """The repository and the branch that hold the built notebooks; none where none is known."""
    settings = config.extra.get("notebooks") or {}
    parts = urlsplit(config.repo_url or "")
    repository = settings.get("repository")
    if not repository and parts.hostname == "github.com":
        repository = parts.path.strip("/").removesuffix(".git")
    if not repository:
        return None
    return {"repository": repository, "branch": settings.get("branch") or "notebooks"}
