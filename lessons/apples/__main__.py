"""The apple study on a folder of one's own: python -m lessons.apples FOLDER."""

import argparse
import sys
import time
from pathlib import Path

import matplotlib


def main(arguments=None):
    """Study a folder and write a report; return 0, or 2 with a message where it cannot be."""
    options = parser().parse_args(arguments)
    matplotlib.use("Agg")  # no window: the charts go into the report
    from lessons.apples import own, pictures, report

    start = time.perf_counter()

    def say(text):
        print(
            f"{time.perf_counter() - start:5.0f} s  {text}", file=sys.stderr, flush=True
        )

    try:
        report.check_place(options.report)
        found = pictures.read_folder(options.folder, say)
        parts = own.study_pictures(found, say)
        report.write(
            options.report, f"Four methods on {options.folder.resolve().name}", parts
        )
    except pictures.PicturesError as error:
        print(f"lessons.apples: {error}", file=sys.stderr)
        return 2
    print(f"wrote {options.report}")
    return 0


def parser():
    """Return what reads the command line."""
    found = argparse.ArgumentParser(
        prog="python -m lessons.apples", description=__doc__
    )
    found.add_argument(
        "folder", type=Path, help="one sub-folder with photographs for each class"
    )
    place = Path("apples-report.html")
    found.add_argument(
        "--report", type=Path, default=place, help="where to write (%(default)s)"
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
