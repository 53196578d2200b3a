"""python -m lessons.pneumonia.convert FOLDER: see the package."""

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import pooch
from tqdm import tqdm

from lessons.pneumonia.convert import ConversionError, arrays, save
from lessons.pneumonia.data import XRAYS


def main(arguments=None) -> int:
    """Convert the archive's folders, say what was made, and return the exit status."""
    cache = pooch.os_cache("deep-learning-that-runs")
    parser = argparse.ArgumentParser(prog="python -m lessons.pneumonia.convert")
    parser.add_argument(
        "folder", type=Path, help="of the unpacked archive, with train in it"
    )
    to = Path(os.environ.get("LESSONS_DATA") or cache).expanduser()
    parser.add_argument("--to", type=Path, default=to, help=f"where to write; now {to}")
    options = parser.parse_args(arguments)
    target = options.to / XRAYS.filename
    try:
        made = arrays(options.folder, tqdm)
        save(made, target)
    except ConversionError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    counts = tuple(np.bincount(made["labels"]).tolist())
    print(f"{target}: {counts[0]} normal, {counts[1]} pneumonia")
    if counts not in XRAYS.labels["labels"]:
        known = " or ".join(
            f"{normal} and {ill}" for normal, ill in XRAYS.labels["labels"]
        )
        print(f"The published training folder has {known}; the study asks for these.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
