"""Apple leaves for the record: read from a folder of the reader's own."""

# --8<-- [start:imports]
import csv
import io
import os
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

# --8<-- [end:imports]

# --8<-- [start:load_leaves]
CONDITIONS = ("apple_scab", "black_rot", "cedar_apple_rust", "healthy")


def load_leaves(size=96):
    """Return photographs (1000, size, size, 3) in [0, 1], labels and numbers of leaves.

    The archive has a folder for each condition and a list leaves.csv with the columns
    file and leaf_id. Raises FileNotFoundError where it is not in LESSONS_DATA.
    """
    folder = Path(os.environ.get("LESSONS_DATA", ".")).expanduser()
    archive = folder / "apple_leaves_128.zip"
    if not archive.is_file():
        raise FileNotFoundError(
            f"the apple leaves are not at {archive}: pack 250 photographs of each of "
            f"{', '.join(CONDITIONS)} from PlantVillage, 128 x 128, with leaves.csv, "
            "and set the environment variable LESSONS_DATA to the archive's folder"
        )
    photographs, labels, leaves = [], [], []
    with zipfile.ZipFile(archive) as file:
        table = io.TextIOWrapper(file.open("apple_leaves/leaves.csv"), encoding="utf-8")
        for row in csv.DictReader(table):
            with Image.open(file.open(row["file"])) as photograph:
                photograph = photograph.convert("RGB").resize((size, size), Image.BOX)
            photographs.append(np.asarray(photograph, np.float32) / 255)
            labels.append(CONDITIONS.index(row["file"].split("/")[1]))
            leaves.append(int(row["leaf_id"]))
    return np.stack(photographs), np.array(labels), np.array(leaves)


# --8<-- [end:load_leaves]


# --8<-- [start:split_by_leaf]
def split_by_leaf(labels, leaves, random, held_out=100):
    """Return a mask of held-out photographs: whole leaves, at least so many a class."""
    held = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        for leaf in random.permutation(np.unique(leaves[labels == label])):
            if held[labels == label].sum() >= held_out:
                break
            held |= (labels == label) & (leaves == leaf)
    return held


# --8<-- [end:split_by_leaf]
