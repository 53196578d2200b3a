"""What several tests share: the course's site, built once for all of them."""

import os
import subprocess
import sys
from pathlib import Path

import pooch
import pytest
from browsing import address, browser, visit  # noqa: F401, fixtures of every test
from demos import demo, hindered  # noqa: F401
from filelock import FileLock
from frameworks import (
    framework,  # noqa: F401
    seed,
)
from hypothesis import settings

settings.load_profile("ci")  # the same examples each time, whoever runs the tests

ROOT = Path(__file__).parents[1]


def pytest_runtest_setup(item):
    """Skip a test marked data("mnist.npz") where that file is not: no test downloads a data set."""
    folder = os.environ.get("LESSONS_DATA") or pooch.os_cache("deep-learning-that-runs")
    for mark in item.iter_markers("data"):
        for name in mark.args:
            if not Path(folder, name).exists():
                pytest.skip(f"no {name} in {folder}; LESSONS_DATA may name another folder")


@pytest.fixture(autouse=True)
def seeded():
    """Start every test from the same random numbers, whatever ran before it in its process."""
    seed()


@pytest.fixture(scope="session")
def built_site(tmp_path_factory) -> Path:
    """The folder of the built site; all workers of a test run share one build."""
    common = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent
    site, report = common / "site", common / "site-build.txt"
    with FileLock(common / "site.lock"):
        if not report.exists():
            report.write_text(build(site), encoding="utf-8")
    output = report.read_text(encoding="utf-8")
    if output:
        pytest.fail(f"`mkdocs build --strict` is not silent:\n{output}", pytrace=False)
    return site


def build(site: Path) -> str:
    """Build the site; return its output if it failed or warned, else nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    return done.stdout if done.returncode or "WARNING" in done.stdout else ""
