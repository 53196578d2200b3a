"""The chest X-rays: PneumoniaMNIST as published, and 64 pixels with patient numbers.

All are of children, from one hospital (Kermany et al. 2018, CC BY 4.0).
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pooch

from lessons.data import DataError


@dataclass(frozen=True)
class XrayFile:
    """An .npz file: where it comes from, and what has to be in it."""

    title: str
    filename: str
    address: str
    md5: str  # empty where there is no such file to download
    labels: dict  # key of labels -> the class counts that it may have
    images: dict  # key of images -> (key of its labels, edge in pixels)
    same_length: tuple = ()  # keys of further arrays, one number for each image


# Not fetched from here when this was written; address and MD5 are those of the package
# medmnist.
PNEUMONIA_MNIST = XrayFile(
    title="PneumoniaMNIST",
    filename="pneumoniamnist_28.npz",
    address="https://zenodo.org/records/10519652/files/pneumoniamnist.npz?download=1",
    md5="28209eda62fecd6e6a2d98b1501bb15f",
    labels={
        "train_labels": ((1214, 3494),),
        "val_labels": ((135, 389),),
        "test_labels": ((234, 390),),
    },
    images={
        "train_images": ("train_labels", 28),
        "val_images": ("val_labels", 28),
        "test_images": ("test_labels", 28),
    },
)
# The widely used copy keeps 16 of the 5,232 training pictures apart; both counts will do.
XRAYS = XrayFile(
    title="Chest X-rays of 64 x 64 pixels with patient numbers",
    filename="chest_xray_64.npz",
    address="https://doi.org/10.17632/rscbjbr9sj.2 (an archive of photographs)",
    md5="",
    labels={"labels": ((1341, 3875), (1349, 3883))},
    images={"images": ("labels", 64)},
    same_length=("patient_id", "subtype"),
)


def load_pneumonia_mnist():
    """Return {"train", "val", "test"}: (images, labels) of the published split.

    The images are uint8 (n, 28, 28), the labels int64 (n,), 1 for pneumonia. Raises
    DataError.
    """
    arrays = load_file(PNEUMONIA_MNIST)
    return {
        part: (arrays[f"{part}_images"], arrays[f"{part}_labels"])
        for part in ("train", "val", "test")
    }


def load_xrays():
    """Return images, labels and patient numbers of the data set's training folder.

    The images are uint8 (n, 64, 64); labels and patients int64 (n,). Raises DataError.
    """
    arrays = load_file(XRAYS)
    return arrays["images"], arrays["labels"], arrays["patient_id"]


def load_file(file):
    """Return the arrays of a file by key, downloaded first where it can be. DataError."""
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
        advice = "unpack the archive, then run python -m lessons.pneumonia.convert FOLDER"
        raise DataError(file, folder, f"{file.filename} is not there; {advice}")
    part = folder / f"{file.filename}.{os.getpid()}.part"
    try:
        downloader = pooch.HTTPDownloader(timeout=30)  # seconds without an answer
        checksum = f"md5:{file.md5}"
        pooch.retrieve(
            file.address, checksum, part.name, folder, downloader=downloader
        )
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
