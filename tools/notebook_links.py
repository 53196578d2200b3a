"""Where a page's links and pictures lead from its notebook, and where the notebooks lie."""

import base64
import mimetypes
import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit


def names(course, page: Path) -> dict[str, str]:
    """The notebook of each reader, by its path below the site; none for a page without code."""
    folder = re.sub(r"(index)?\.html$", "", course.addresses()[page])
    if folder and not folder.endswith("/"):
        folder += "/"
    readers = course.readers(page)
    if not any(course.blocks(page, reader) for reader in readers):
        return {}
    if len(readers) == 1:
        return {readers[0]: f"{folder}notebook.ipynb"}
    return {reader: f"{folder}{reader}.ipynb" for reader in readers}


@dataclass
class Links:
    """The addresses in one reader's notebook of a page.

    site is the site's public address, with a final slash, or none. A notebook for offline
    reading brings its pictures along, in `pictures`, and leads to other notebooks where it
    can; one that is not leads to the site, if that has an address.
    """

    course: object
    page: Path
    reader: str
    site: str
    offline: bool
    pictures: dict[str, dict] = field(default_factory=dict)

    @cached_property
    def addresses(self) -> dict[Path, str]:
        return self.course.addresses()

    def of_page(self, page: Path) -> str:
        return self.site + self.addresses[page].removesuffix("index.html")

    def of_file(self, path: Path) -> str:
        return self.site + path.relative_to(self.course.config.docs_dir).as_posix()

    def link(self, target: str) -> str | None:
        """Where a link leads from the notebook; none if it would lead nowhere."""
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or target.startswith("/"):
            return target
        path = (self.page.parent / parts.path).resolve() if parts.path else self.page
        if self.offline and (other := self.notebook(path)):
            return other
        if not self.site:
            return None
        address = self.of_page(path) if path in self.addresses else self.of_file(path)
        return f"{address}#{parts.fragment}" if parts.fragment else address

    def notebook(self, page: Path) -> str | None:
        """Where the notebook of another page lies, seen from this one; none if it has none."""
        if page == self.page or page not in self.addresses:
            return None
        found = names(self.course, page)
        other = found.get(self.reader) or next(iter(found.values()), None)
        here = posixpath.dirname(names(self.course, self.page)[self.reader])
        return other and posixpath.relpath(other, here or ".")

    def picture(self, target: str) -> str:
        """The address of a picture: on the site, or within the cell, where it is kept."""
        path = (self.page.parent / target).resolve()
        if urlsplit(target).scheme or not path.is_file():
            return target
        if self.site and not self.offline:
            return self.of_file(path)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self.pictures[path.name] = {kind: base64.b64encode(path.read_bytes()).decode()}
        return f"attachment:{path.name}"
