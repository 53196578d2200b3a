"""One reader's way through one page: what runs before what, and what it should print."""

import functools
import importlib.util
import time
from dataclasses import dataclass
from pathlib import Path

from tools.blocks import MARKS, Block, Source
from tools.execute import BlockFailure, Interpreter
from tools.fences import is_session
from tools.outputs import compare
from tools.readers import PACKAGES, READERS


@dataclass(frozen=True)
class Run:
    """What running a block gave."""

    block: Block
    printed: str
    seconds: float


class Reading:
    """One reader's way through one page: a namespace, and what ran in it so far.

    bands maps a block's key to the lowest and highest value of each number that it prints.
    """

    def __init__(self, root: Path, source: Source, reader: str, bands: dict, seed: int = 0):
        self.root, self.source, self.reader = root, source, reader
        self.bands, self.seed = bands, seed
        self.blocks = source.blocks(reader)
        self.runs: dict[int, Run] = {}
        self.failed: set[int] = set()

    @functools.cached_property
    def interpreter(self) -> Interpreter:
        return Interpreter(self.root, f"{self.source.path.stem}_{self.reader}", self.seed)

    def close(self) -> None:
        """Forget the namespace, which can be large; whatever runs next starts afresh."""
        self.runs.clear()
        self.failed.clear()
        if "interpreter" in vars(self):
            self.interpreter.close()
            del self.interpreter

    @property
    def lacks_framework(self) -> bool:
        """Whether the page has a part for this reader, and the framework is not installed."""
        needed = len(self.source.readers()) > 1
        return needed and importlib.util.find_spec(PACKAGES[self.reader]) is None

    def obstacle(self, block: Block) -> str | None:
        """Why the block cannot run here, if it cannot."""
        if "norun" in block.marks:
            return f"shown, not run: {block.why}"
        if self.lacks_framework:
            return f"{READERS[self.reader]} is not installed"
        if "gpu" in block.marks and not has_gpu(self.reader):
            return f"needs a GPU that {READERS[self.reader]} can use"
        return None

    def run(self, block: Block) -> Run:
        """Run a block, whatever ran before; BlockFailure if it raises."""
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
                self.failed.add(one.line)  # unless it comes to its end; a timeout may stop it
                try:
                    self.runs[one.line] = self.run(one)
                except BlockFailure as failure:
                    return str(failure)
                self.failed.remove(one.line)
        return self.judge(self.runs[block.line])

    def judge(self, run: Run) -> str | None:
        """What is wrong with what a block printed, if anything is."""
        block, printed = run.block, run.printed.strip()
        if is_session(block.source):
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
            complaint = compare(block.output, run.printed, self.bands.get(block.key))
            complaint = complaint and (
                f"is not as the page says: {complaint}If the new output is right, let "
                f"`make record LESSON={self.source.path.stem} OUTPUTS=1` rewrite the page."
            )
        return complaint and f"{self.place(block)} {complaint}"

    def place(self, block: Block) -> str:
        return f"{self.source.name}:{block.line} ({block.key}), read in {READERS[self.reader]},"


def has_gpu(reader: str) -> bool:
    """Whether the reader's framework, which is imported only here, finds a GPU."""
    if reader == "pytorch":
        import torch

        return torch.accelerator.is_available()
    import tensorflow

    return bool(tensorflow.config.list_physical_devices("GPU"))
