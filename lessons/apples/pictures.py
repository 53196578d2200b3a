"""A reader's own photographs: a folder with one sub-folder a class."""

import csv
import hashlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from lessons.apples.data import SIZE, Pictures
from lessons.apples.splits import PARTS

ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")


class PicturesError(ValueError):
    """A folder that cannot be studied: what is wrong, where, and what to do."""


def read_folder(folder, report=print):
    """Return a folder's photographs as Pictures: squares from the middle, 128 x 128.

    An optional leaves.csv in the folder, with columns file and leaf_id, says which
    photographs show the same thing; files of the same bytes do so anyway. Raises
    PicturesError.
    """
    files = list_files(Path(folder).expanduser())
    classes = tuple(sorted({file.parent.name for file in files}))
    report(f"reading {len(files)} photographs of {len(classes)} classes")
    photographs = read_all(files)
    labels = np.array([classes.index(file.parent.name) for file in files])
    groups = group(files, read_leaves(files[0].parents[1]))
    check_groups(files, classes, labels, groups)
    return Pictures(photographs, labels, groups, classes)


def list_files(folder):
    """Return the sub-folders' photographs, sorted; raise PicturesError if too few."""
    if not folder.is_dir():
        kind = "is a file" if folder.exists() else "is not there"
        raise PicturesError(
            f"{folder} {kind}; name a folder that holds one folder for each class"
        )
    try:
        classes = sorted(
            path for path in folder.iterdir() if path.is_dir() and path.name[0] != "."
        )
        found = {path: photographs_in(path) for path in classes}
    except PermissionError as error:
        raise PicturesError(f"{error.filename} may not be read; allow it") from error
    seen = ", ".join(path.name for path, files in found.items() if files) or "none"
    if sum(map(bool, found.values())) < 2:
        raise PicturesError(
            f"{folder} should hold at least two folders with photographs "
            f"({', '.join(ENDINGS)}), one for each class, but has: {seen}"
        )
    for path, files in found.items():
        if len(files) < PARTS:
            raise PicturesError(
                f"the class {path.name} has {count(len(files), 'photograph')} "
                f"({', '.join(ENDINGS)}), and a study needs at least {PARTS}; add some "
                f"to {path}, or move that folder elsewhere"
            )
    return [file for files in found.values() for file in files]


def photographs_in(folder):
    """Return the files of a folder that are named as photographs, sorted."""
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in ENDINGS)


def read_all(files):
    """Return all photographs, uint8 (n, 128, 128, 3); an error names the faulty."""
    photographs, faulty = [], []
    for file in files:
        try:
            with Image.open(file) as photograph:
                upright = ImageOps.exif_transpose(photograph).convert("RGB")
            photographs.append(np.asarray(ImageOps.fit(upright, (SIZE, SIZE))))
        except (
            OSError,
            SyntaxError,
            ValueError,
            Image.DecompressionBombError,
        ) as error:
            faulty.append(f"  {file}: {error}")
    if faulty:
        more = f"\n  and {len(faulty) - 5} more" if len(faulty) > 5 else ""
        shown = "\n".join(faulty[:5]) + more
        files = count(len(faulty), "file")
        raise PicturesError(f"{files} cannot be read; repair or delete:\n{shown}")
    return np.stack(photographs)


def read_leaves(folder):
    """Return {file: leaf} from leaves.csv, whole paths; empty where there is none."""
    path = folder / "leaves.csv"
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except UnicodeDecodeError as error:
        raise PicturesError(f"{path} is not text in UTF-8; save it as such") from error
    if not rows or not {"file", "leaf_id"} <= rows[0].keys():
        raise PicturesError(
            f"{path} should have the columns file and leaf_id; add them"
        )
    missing = [row["file"] for row in rows if not (folder / row["file"]).is_file()]
    if missing:
        raise PicturesError(
            f"{path} names {missing[0]}, which is not there; correct the list"
        )
    named = [row for row in rows if row["leaf_id"]]  # without one, a leaf of its own
    return {(folder / row["file"]).resolve(): row["leaf_id"] for row in named}


def group(files, leaves):
    """Return a number a file, the same for one leaf and for files of the same bytes."""
    group_of, first = list(range(len(files))), {}
    for number, file in enumerate(files):
        marks = [hashlib.sha256(file.read_bytes()).hexdigest()]
        marks += [f"leaf {leaves[file.resolve()]}"] if file.resolve() in leaves else []
        for old in {group_of[first[mark]] for mark in marks if mark in first}:
            group_of = [group_of[number] if one == old else one for one in group_of]
        first.update(dict.fromkeys(marks, number))
    return np.unique(group_of, return_inverse=True)[1]


def check_groups(files, classes, labels, groups):
    """Raise PicturesError for a leaf of two classes or a class of too few leaves."""
    for number in np.unique(groups):
        own = np.unique(labels[groups == number])
        if len(own) > 1:
            here = [np.flatnonzero((groups == number) & (labels == k))[0] for k in own]
            names = " and ".join(str(files[place]) for place in here[:2])
            problem = f"{names} are the same file, or of one leaf_id"
            raise PicturesError(
                f"{problem}; keep a file in one class only, and an id for one leaf"
            )
    for label, name in enumerate(classes):
        leaves = len(np.unique(groups[labels == label]))
        if leaves < PARTS:
            shown = count(leaves, "different leaf", "different leaves")
            problem = f"the class {name} shows {shown}"
            raise PicturesError(
                f"{problem}, and a study needs at least {PARTS}; add photographs"
            )


def count(number, one, many=None):
    """Return a number with its noun: "1 photograph", "3 photographs"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
