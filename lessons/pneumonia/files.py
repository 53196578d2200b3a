"""Files of X-rays: downloaded where they can be, and checked before they are used.

A file is described as in lessons.pneumonia.data: by title, filename, address, checksum,
and by what has to be in it.
"""

import os
from pathlib import Path

import numpy as np
import pooch

from lessons.data import DataError


def load_file(file):
    """Return the arrays of a file by key, downloaded if need be. Raises DataError."""
    cache = pooch.os_cache("deep-learning-that-runs")
    folder = Path(os.environ.get("LESSONS_DATA") or cache).expanduser()
    path = folder / file.filename
    if not path.exists():
        fetch(file, folder)
    try:
        return read(file, path)
    except Exception as error:  # a damaged file can fail in any layer that reads it
        advice = "is damaged or is another file; delete it, then run again"
        problem = f"{path.name} {advice}: {error}"
        raise DataError(file, folder, problem) from error


def fetch(file, folder):
    """Download a file to a name of this process's own, check it, then rename it."""
    if not file.md5:
        advice = "unpack the archive, run python -m lessons.pneumonia.convert FOLDER"
        raise DataError(file, folder, f"{file.filename} is not there; {advice}")
    part = folder / f"{file.filename}.{os.getpid()}.part"
    try:
        downloader = pooch.HTTPDownloader(timeout=30)  # seconds without an answer
        checksum = f"md5:{file.md5}"
        pooch.retrieve(file.address, checksum, part.name, folder, downloader=downloader)
        part.chmod(0o644)  # pooch leaves it to its owner, but folders may be shared
        part.replace(folder / file.filename)
    except (OSError, ValueError) as error:  # ValueError: pooch's word for a checksum
        raise DataError(file, folder, f"the download failed: {error}") from error
    finally:
        if folder.is_dir():
            part.unlink(missing_ok=True)


def read(file, path):
    """Return the file's arrays by key; raise ValueError where one is not right."""
    needed = [*file.images, *file.labels, *file.same_length]
    with np.load(path, allow_pickle=False) as stored:
        missing = set(needed) - set(stored.files)
        if missing:
            raise ValueError(f"no array named {', '.join(sorted(missing))}")
        arrays = {key: stored[key] for key in needed}
    for key in file.labels.keys() | set(file.same_length):
        arrays[key] = whole_numbers(key, arrays[key])
    for key, counts in file.labels.items():
        if tuple(np.bincount(arrays[key])) not in counts:
            raise ValueError(f"{key} does not have {counts[0]} labels of the classes")
    for key, (labels, edge) in file.images.items():
        check_shape(key, arrays[key], (len(arrays[labels]), edge, edge))
    for key in file.same_length:
        if len(arrays[key]) != len(arrays["labels"]):
            raise ValueError(f"{key} has {len(arrays[key])} numbers, labels has others")
    return arrays


def whole_numbers(key, array):
    """Return whole numbers as int64 (n,); the published labels are (n, 1)."""
    if array.dtype.kind not in "iu" or array.size != len(array):
        raise ValueError(f"{key} should be whole numbers, one an image")
    return array.ravel().astype(np.int64)


def check_shape(key, images, shape):
    """Raise ValueError where images are not uint8 of this shape."""
    if images.dtype != np.uint8 or images.shape != shape:
        found = f"{images.dtype} {images.shape}"
        raise ValueError(f"{key} should be uint8 {shape}, but is {found}")
