"""Make pytest collect the pages of the course, as Sybil documents."""

from pathlib import Path

import pytest
from sybil import Region, Sybil
from sybil.example import SybilFailure
from sybil.integration.pytest import SybilFile, SybilItem

from tools.pages import READERS, Course, PageError

LINE = "-line-"  # in a test's id, as in docs/convolutions.md::pytorch-line-41


class PageSybil(Sybil):
    """Reads pages as one reader."""

    def __init__(self, course: Course, reader: str):
        super().__init__([self.regions], pattern="*.md", path=str(course.root), name=reader)
        self.course = course

    def identify(self, example) -> str:
        return f"{self.name}{LINE}{example.line}"

    def regions(self, document):
        """One region for each Python block, from its fence's first line to its last."""
        document.reading = self.course.reading(Path(document.path), self.name)
        starts = [0]
        for line in document.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        for block in document.reading.blocks:
            yield Region(
                starts[block.line - 1],
                starts[block.last_line] - 1,
                block,
                lambda example: document.reading.check(example.parsed),
            )


class PageItem(SybilItem):
    """A block of a page."""

    def __init__(self, parent, sybil, example):
        super().__init__(parent, sybil, example)
        self.reading, self.block = example.document.reading, example.parsed
        for mark in sorted({"gpu", "slow"} & self.block.marks):
            self.add_marker(mark)

    def setup(self) -> None:
        if reason := self.reading.obstacle(self.block):
            pytest.skip(reason)
        super().setup()

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, SybilFailure):
            return excinfo.value.result
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, self.block.line - 1, f"{self.path.name} {self.name}"


class PageFile(SybilFile):
    """A page: its blocks, once for each reader for whom it differs."""

    def collect(self):
        for sybil in self.sybils:
            try:
                document = sybil.parse(self.path)
            except PageError as error:
                raise self.CollectError(str(error)) from None
            self.documents.append(document)
            for example in document.examples():
                yield PageItem.from_parent(self, sybil=sybil, example=example)

    def teardown(self) -> None:
        for document in self.documents:
            document.reading.close()


def collector(root: Path):
    """The hook by which pytest collects the pages that the site of this root shows."""
    course, pages = Course(root), []
    sybils = {reader: PageSybil(course, reader) for reader in READERS}

    def pytest_collect_file(file_path, parent):
        path = file_path.resolve()
        if path.suffix != ".md" or not path.is_relative_to(course.config.docs_dir):
            return None
        pages.extend(course.pages() if not pages else [])
        if path not in pages:
            return None
        try:
            readers = course.readers(path)
        except PageError:  # collecting the page says what is wrong
            readers = list(READERS)[:1]
        return PageFile.from_parent(
            parent, path=file_path, sybils=[sybils[reader] for reader in readers]
        )

    return pytest_collect_file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Under `--dist loadgroup`, one worker reads a whole page as one reader.

    Groups by the mark xdist_group would say the same, but pytest 9.2 with pytest-xdist 3.8
    ignores them.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class PageScheduling(LoadGroupScheduling):
        def _split_scope(self, nodeid):
            page, mark, _ = nodeid.rpartition(LINE)
            return page if mark and ".md::" in page else super()._split_scope(nodeid)

    return PageScheduling(config, log)
