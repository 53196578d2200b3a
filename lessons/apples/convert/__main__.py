"""python -m lessons.apples.convert SOURCE FOLDER: make apple_leaves_128.zip."""

import argparse
import sys

from lessons.apples.convert import ConversionError, convert


def main(arguments=None):
    """Convert; return 0, or 2 with a message where it cannot be."""
    parser = argparse.ArgumentParser(
        prog="python -m lessons.apples.convert", description=__doc__
    )
    parser.add_argument(
        "source", help="raw/color of the public data set, with its Apple___ folders"
    )
    parser.add_argument(
        "folder", help="where the archive shall stand; LESSONS_DATA may name it"
    )
    options = parser.parse_args(arguments)
    try:
        print(f"wrote {convert(options.source, options.folder)}")
    except (ConversionError, OSError) as error:
        print(f"lessons.apples.convert: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
