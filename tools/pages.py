"""Run the pages of the course: exactly the code that the site shows, as each reader meets it."""

import functools
import importlib.util
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.structure.files import get_files, set_exclusions

from tools.blocks import MARKS, Block, Source
from tools.execute import BlockFailure, Interpreter
from tools.outputs import Output, compare, numbers, rewrite_outputs
from tools.readers import PACKAGES, READERS
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


@dataclass(frozen=True)
class Run:
    """What running a block gave."""

    block: Block
    printed: str
    seconds: float


class Course:
    """The pages below a root that holds mkdocs.yml; everything is relative to that root."""

    def __init__(self, root: Path):
        self.root = Path(root).resolve()

    @functools.cached_property
    def config(self):
        return load_config(str(self.root / "mkdocs.yml"), hooks=[], plugins=[])

    @functools.cached_property
    def markdown(self) -> Markdown:
        """Python-Markdown with the extensions of the site."""
        return Markdown(
            extensions=self.config.markdown_extensions, extension_configs=self.config.mdx_configs
        )

    def pages(self) -> list[Path]:
        """Every Markdown file below docs that the site shows."""
        files = get_files(self.config)
        set_exclusions(files, self.config)
        return sorted(Path(file.abs_src_path) for file in files.documentation_pages())

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

    def run(
        self, page: Path, reader: str, seed: int = 0, progress: Callable[[Run], None] | None = None
    ) -> list[Run]:
        """Run a page once in a fresh namespace; BlockFailure if a block raises.

        progress is called with each Run as it is done. Blocks marked norun, and those marked gpu
        where there is none, are left out.
        """
        runs, reading = [], Reading(self, page, reader, seed)
        try:
            for block in reading.blocks:
                if not reading.obstacle(block):
                    runs.append(reading.run(block))
                    if progress:
                        progress(runs[-1])
        finally:
            reading.close()
        return runs


class Reading:
    """One reader's way through one page: a namespace, and what ran in it so far."""

    def __init__(self, course: Course, page: Path, reader: str, seed: int = 0):
        self.course, self.page, self.reader, self.seed = course, page, reader, seed
        source = course.source(page)
        self.name, self.blocks = source.name, source.blocks(reader)
        self.split = len(source.readers()) > 1
        self.runs: dict[int, Run] = {}
        self.failed: set[int] = set()

    @functools.cached_property
    def interpreter(self) -> Interpreter:
        return Interpreter(self.course.root, f"{self.page.stem}_{self.reader}", self.seed)

    def close(self) -> None:
        """Forget the namespace; what it holds can be large."""
        if "interpreter" in vars(self):
            self.interpreter.close()

    def obstacle(self, block: Block) -> str | None:
        """Why the block cannot run here, if it cannot."""
        if "norun" in block.marks:
            return f"shown, not run: {block.why}"
        if self.split and importlib.util.find_spec(PACKAGES[self.reader]) is None:
            return f"{READERS[self.reader]} is not installed"
        if "gpu" in block.marks and not has_gpu(self.reader):
            return f"needs a GPU that {READERS[self.reader]} can use"
        return None

    def run(self, block: Block) -> Run:
        start = time.perf_counter()
        try:
            printed = self.interpreter.run(block.source, block.origins)
        except BlockFailure as failure:
            raise BlockFailure(f"{self.place(block)} failed.\n{failure}") from None
        return Run(block, printed, time.perf_counter() - start)

    def check(self, block: Block) -> str | None:
        """What is wrong with the block, if anything is; runs those before it first.

        A block that is marked runs before others of its marks only: what is unmarked must not
        need what a GPU or a long run makes.
        """
        for one in self.blocks[: self.blocks.index(block) + 1]:
            if one.marks & MARKS - block.marks:
                continue
            if one.line in self.failed:
                return f"{self.place(block)} did not run: the block in line {one.line} failed."
            if one.line not in self.runs:
                try:
                    self.runs[one.line] = self.run(one)
                except BlockFailure as failure:
                    self.failed.add(one.line)
                    return str(failure)
        return self.judge(self.runs[block.line])

    def judge(self, run: Run) -> str | None:
        """What is wrong with what a block printed, if anything is."""
        block, printed = run.block, run.printed.strip()
        if block.source.lstrip().startswith(">>>"):
            return None  # compared example by example
        if block.output is None and not printed:
            return None
        if block.output is None:
            complaint = (
                f"prints, and no output fence follows; put this after it:\n"
                f'```text title="Output"\n{run.printed.rstrip()}\n```'
            )
        elif not printed:
            complaint = "prints nothing, and an output fence follows; print, or remove the fence."
        else:
            bands = self.course.bands(self.page, self.reader).get(block.key)
            complaint = compare(block.output, run.printed, bands)
            complaint = complaint and f"prints something else: {complaint}"
        return complaint and f"{self.place(block)} {complaint}"

    def place(self, block: Block) -> str:
        return f"{self.name}:{block.line} ({block.key}), read in {READERS[self.reader]},"


def has_gpu(reader: str) -> bool:
    """Whether the reader's framework, which is imported only here, finds a GPU."""
    if reader == "pytorch":
        import torch

        return torch.cuda.is_available()
    import tensorflow

    return bool(tensorflow.config.list_physical_devices("GPU"))
