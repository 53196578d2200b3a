"""Collect the pages for pytest: every block that the site shows runs, as every reader."""

from pathlib import Path

from tools.collect import collector, pytest_xdist_make_scheduler

__all__ = ["pytest_collect_file", "pytest_xdist_make_scheduler"]
pytest_collect_file = collector(Path(__file__).parents[1])
