"""Write what the demos need besides their weights: still pictures, examples, golden values.

    python -m tools.live                 every demo
    python -m tools.live digits          only this one

A demo is docs/live/<name>.js and, here, a module tools/live_<name>.py with files(root): the text
of each file that is computed rather than written by hand. Those are as a rule docs/live/<name>.svg,
the still picture, and tests/live/<name>.json, numbers that the demo's code has to reproduce.
A recording that writes a demo's weights anew writes these files too.
"""

import argparse
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEMOS = tuple(sorted(path.stem[len("live_") :] for path in Path(__file__).parent.glob("live_*.py")))


def files(root: Path, name: str, course: Path | None = None) -> dict[Path, str]:
    """Return the text of each file that the code below root computes for a demo.

    The paths, and the weights and records that are read, are those of another course if given.
    """
    where = root / "tools" / f"live_{name}.py"
    specification = spec_from_file_location(f"tools.live_{name}", where)
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.files(course or root)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.live",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("demos", nargs="*", metavar="DEMO")
    names = parser.parse_args(arguments).demos or DEMOS
    if unknown := set(names) - set(DEMOS):
        parser.error(f"no demo is called {min(unknown)}; the demos: {', '.join(DEMOS)}")
    for name in names:
        for path, text in files(ROOT, name).items():
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {path.relative_to(ROOT).as_posix()}, {len(text):,} bytes")


if __name__ == "__main__":
    main()
