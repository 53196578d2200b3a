"""Apple leaves: 1,000 photographs of four conditions, and which leaf each one shows."""

import csv
import io
import os
import zipfile
from bisect import bisect
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pooch
from PIL import Image

from lessons.data import DataError

CONDITIONS = ("apple_scab", "black_rot", "cedar_apple_rust", "healthy")
EACH, SIZE = 250, 128  # photographs of a condition, pixels along an edge

# The first photograph of each leaf in the series "JR_FrgE.S" of black rot, which the
# data set's authors list under the disease's other name, frog-eye spot. They give the
# photographs 8623 to 8646 to two leaves by turns; here they are one, which can only
# make a split stricter.
# fmt: off
FROG_EYE_LEAVES = (
    2729, 2738, 2748, 2757, 2771, 2782, 2794, 2813, 2834, 2848, 2859, 2870, 2885, 2895,
    2909, 2921, 2932, 2942, 2957, 2969, 2977, 2987, 2997, 3009, 3017, 3027, 3036, 3047,
    3062, 3075, 3086, 8569, 8574, 8579, 8590, 8595, 8600, 8605, 8611, 8617, 8623, 8647,
    8653, 8659, 8665, 8671, 8677, 8683, 8690, 8697, 8703, 8709, 8714, 8720, 8726, 8731,
    8738, 8744, 8750, 8757, 8763, 8768, 8774, 8780, 8786, 8791, 8796, 8802, 8809, 8815,
)
# fmt: on


@dataclass(frozen=True)
class Archive:
    """A file that a conversion makes from a public data set, and where that lies."""

    title: str
    filename: str
    address: str


LEAVES = Archive(
    title="Apple leaves from PlantVillage",
    filename="apple_leaves_128.zip",
    address="https://github.com/spMohanty/PlantVillage-Dataset"
    " (raw/color and leaf-map.json)",
)  # 3,171 photographs of 256 x 256; not fetched from there when this was written


@dataclass(frozen=True)
class Pictures:
    """Photographs with their classes and with what must not be torn apart by a split.

    photographs: uint8 (n, height, width, 3); labels: int64 (n,), positions in classes;
    groups: int64 (n,), the same number for photographs of one leaf.
    """

    photographs: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    classes: tuple


def load_leaves():
    """Return the 1,000 apple leaves as Pictures of 128 x 128.

    The folder is the one that LESSONS_DATA names, or else the user's cache. The archive
    is checked: its list, its classes, the size of each photograph. Raises DataError.
    """
    folder = os.environ.get("LESSONS_DATA") or pooch.os_cache("deep-learning-that-runs")
    folder = Path(folder).expanduser()
    path = folder / LEAVES.filename
    if not path.exists():
        make = f"make it with python -m lessons.apples.convert SOURCE {folder}"
        raise DataError(LEAVES, folder, f"{path.name} is not there; {make}")
    try:
        return read_archive(path)
    except Exception as error:  # a damaged archive can fail in any layer that reads it
        advice = "is damaged or is another file; delete it, then make it again"
        raise DataError(LEAVES, folder, f"{path.name} {advice}: {error}") from error


def read_archive(path):
    """Return the archive's photographs as Pictures; ValueError if one is wrong."""
    with zipfile.ZipFile(path) as archive:
        rows = read_list(archive)
        photographs = np.stack([read_photograph(archive, row["file"]) for row in rows])
    names = [row["file"].split("/")[-2] for row in rows]
    counts = {name: names.count(name) for name in sorted(set(names))}
    if counts != dict.fromkeys(CONDITIONS, EACH):
        raise ValueError(
            f"there should be {EACH} photographs of each condition, but are {counts}"
        )
    labels = np.array([CONDITIONS.index(name) for name in names])
    _, groups = np.unique([leaf_of(row) for row in rows], return_inverse=True)
    return Pictures(photographs, labels, groups, CONDITIONS)


def read_list(archive):
    """Return the rows of leaves.csv; raise ValueError where it lacks a column."""
    with archive.open("apple_leaves/leaves.csv") as file:
        rows = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")))
    if not rows or not {"file", "leaf_id"} <= rows[0].keys():
        raise ValueError("leaves.csv should have the columns file and leaf_id")
    return rows


def read_photograph(archive, name):
    """Return a photograph as uint8 (128, 128, 3); raise ValueError for another size."""
    with archive.open(name) as file, Image.open(file) as photograph:
        pixels = np.asarray(photograph.convert("RGB"))
    if pixels.shape != (SIZE, SIZE, 3):
        raise ValueError(
            f"{name} should be {SIZE} x {SIZE} pixels, but is {pixels.shape[:2]}"
        )
    return pixels


def leaf_of(row):
    """Return a name for a row's leaf: frog-eye spots by number, others as listed."""
    stem = Path(row["file"]).stem.lower()
    number = stem.replace("_", " ").rsplit(" ", 1)[-1]
    if "frge.s" in stem and number.isdigit() and int(number) >= FROG_EYE_LEAVES[0]:
        return f"frog-eye {bisect(FROG_EYE_LEAVES, int(number))}"
    return row["leaf_id"]
