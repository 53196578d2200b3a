"""Run the pages of the course: exactly the code that the site shows, as each reader meets it."""

import functools
import json
from collections.abc import Callable
from pathlib import Path

from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.structure.files import get_files, set_exclusions

from tools.blocks import Block, Source
from tools.execute import BlockFailure
from tools.outputs import Output, compare, numbers, rewrite_outputs
from tools.readers import READERS
from tools.reading import Reading, Run
from tools.snippets import PageError

__all__ = [
    "READERS",
    "Block",
    "BlockFailure",
    "Course",
    "Output",
    "PageError",
    "Reading",
    "Run",
    "compare",
    "numbers",
    "rewrite_outputs",
]


class Course:
    """The pages below a root that holds mkdocs.yml; everything is relative to that root."""

    def __init__(self, root: Path):
        self.root = Path(root).resolve()

    @functools.cached_property
    def config(self):
        return load_config(str(self.root / "mkdocs.yml"), hooks=[], plugins=[], watch=[])

    @functools.cached_property
    def markdown(self) -> Markdown:
        """Python-Markdown with the extensions of the site."""
        return Markdown(
            extensions=self.config.markdown_extensions, extension_configs=self.config.mdx_configs
        )

    def addresses(self) -> dict[Path, str]:
        """Where the site puts each Markdown file below docs that it shows."""
        files = get_files(self.config)
        set_exclusions(files, self.config)
        return {Path(file.abs_src_path): file.dest_uri for file in files.documentation_pages()}

    def pages(self) -> list[Path]:
        """Every Markdown file below docs that the site shows."""
        return sorted(self.addresses())

    def source(self, page: Path) -> Source:
        """A page, expanded and taken apart; PageError if it asks for what does not exist."""
        page = Path(page).resolve()
        return Source.read(page, page.relative_to(self.root).as_posix(), self.markdown)

    def readers(self, page: Path) -> list[str]:
        """The readers for whom the page differs; only the first if it has no framework tab."""
        return self.source(page).readers()

    def blocks(self, page: Path, reader: str) -> list[Block]:
        """The Python blocks that a reader meets on a page, each with its output fence."""
        return self.source(page).blocks(reader)

    def bands(self, page: Path, reader: str) -> dict[str, list]:
        """For each block's key, the lowest and highest recorded value of each number it prints."""
        path = self.root / "docs" / "records" / f"{page.stem}.json"
        if not path.exists():
            return {}
        record = json.loads(path.read_text(encoding="utf-8"))
        return record.get("page", {}).get(reader, {}).get("outputs", {})

    def reading(self, page: Path, reader: str, seed: int = 0) -> Reading:
        """A fresh start of one reader on a page."""
        return Reading(self.root, self.source(page), reader, self.bands(page, reader), seed)

    def run(
        self, page: Path, reader: str, seed: int = 0, progress: Callable[[Run], None] | None = None
    ) -> list[Run]:
        """Run a page once in a fresh namespace; BlockFailure if a block raises or cannot start.

        progress is called with each Run as it is done. Blocks marked norun, and those marked gpu
        where there is none, are left out.
        """
        runs, reading = [], self.reading(page, reader, seed)
        if reading.lacks_framework:
            raise BlockFailure(f"{READERS[reader]} is not installed; `make test` installs it")
        try:
            for block in reading.blocks:
                if not reading.obstacle(block):
                    runs.append(reading.run(block))
                    if progress:
                        progress(runs[-1])
        finally:
            reading.close()
        return runs
