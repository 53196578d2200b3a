"""The apple study on a folder of one's own: python -m lessons.apples FOLDER."""

import argparse
import sys
import time
from pathlib import Path

from lessons.apples import pictures


def main(arguments=None):
    """Study a folder and write a report.

    Returns 0; 2 with a message where it cannot be; 130 where it was stopped.
    """
    options, progress = parser().parse_args(arguments), Progress()
    try:
        study(options.folder, options.report, progress)
    except KeyboardInterrupt:
        progress.say("stopped; no report was written")
        return 130
    except pictures.PicturesError as error:
        progress.clear()
        print(f"lessons.apples: {error}", file=sys.stderr)
        return 2
    print(f"wrote {options.report}")
    return 0


def study(folder, target, progress):
    """Read a folder's photographs, study them and write the report."""
    import matplotlib

    matplotlib.use("Agg")  # no window: the charts go into the report
    from lessons.apples import own, report  # here: PyTorch takes seconds to import

    report.check_place(target)
    found = pictures.read_folder(folder, progress.say)
    parts = own.study_pictures(found, progress.say, progress.pass_by)
    name = folder.expanduser().resolve().name
    report.write(target, f"Four methods on {name}", parts)
    progress.clear()


class Progress:
    """What is done and what goes on, on standard error, with the seconds so far."""

    def __init__(self):
        self.start, self.shown = time.perf_counter(), 0.0

    def say(self, text):
        """Print a line that stays."""
        self.clear()
        print(self.line(text), file=sys.stderr, flush=True)

    def pass_by(self, text, pause=10):
        """Show a line that the next replaces; in a file, one in `pause` seconds."""
        if sys.stderr.isatty():
            self.clear()
            print(self.line(text)[:79], end="", file=sys.stderr, flush=True)
        elif time.perf_counter() - self.shown > pause:
            self.shown = time.perf_counter()
            self.say(text)

    def clear(self):
        """Make room for another line, on a terminal."""
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def line(self, text):
        """Return a text with the seconds before it."""
        return f"{time.perf_counter() - self.start:5.0f} s  {text}"


def parser():
    """Return what reads the command line."""
    found = argparse.ArgumentParser(
        prog="python -m lessons.apples", description=__doc__
    )
    found.add_argument(
        "folder", type=Path, help="one sub-folder with photographs for each class"
    )
    found.add_argument(
        "--report",
        type=Path,
        default=Path("apples-report.html"),
        help="where to write (%(default)s)",
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
