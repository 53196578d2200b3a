"""Make the archive of apple leaves from the folders of the public data set."""

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from lessons.apples.data import EACH, LEAVES, SIZE

FOLDERS = {
    "apple_scab": "Apple___Apple_scab",
    "black_rot": "Apple___Black_rot",
    "cedar_apple_rust": "Apple___Cedar_apple_rust",
    "healthy": "Apple___healthy",
}
DISEASES = ("Apple___", "Apple_")  # how a leaf's name starts in leaf-map.json


class ConversionError(ValueError):
    """A public data set that is not as it should be: what is missing, and where."""


def convert(source, target, each=EACH):
    """Write the archive into a folder; return its path.

    source holds the folders Apple___… of photographs and, there or two folders up, the
    file leaf-map.json. Of each condition `each` photographs are drawn, always the same.
    Raises ConversionError.
    """
    source, path = (
        Path(source).expanduser(),
        Path(target).expanduser() / LEAVES.filename,
    )
    leaves, part = read_map(source), path.with_name(f"{path.name}.part")
    chosen = {name: choose(source / folder, each) for name, folder in FOLDERS.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(part, "w") as archive:
            write(archive, chosen, leaves)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def read_map(source):
    """Return the list of leaves: a photograph's name, in small letters, to leaves."""
    for folder in (source, *source.resolve().parents[:2]):
        file = folder / "leaf-map.json"
        if file.is_file():
            try:
                return json.loads(file.read_text(encoding="utf-8"))
            except ValueError as error:  # not JSON, or not text
                problem = f"{file} is damaged ({error}); fetch it again"
                raise ConversionError(problem) from error
    raise ConversionError(
        f"no leaf-map.json in {source} or two folders up; put it there"
    )


def choose(folder, each):
    """Return `each` photographs of a folder, sorted, drawn with a fixed seed."""
    files = sorted(
        file for file in folder.glob("*") if file.suffix.lower() in (".jpg", ".jpeg")
    )
    if len(files) < each:
        raise ConversionError(
            f"{folder} should hold at least {each} photographs, but has {len(files)}"
        )
    return sorted(np.random.RandomState(0).permutation(files)[:each])


def write(archive, chosen, leaves):
    """Write the photographs at 128 x 128 and the list leaves.csv."""
    rows, numbers = [("file", "leaf_id")], {}
    for condition, files in chosen.items():
        for file in files:
            stem = file.stem.lower().replace(" ", "_")
            name = f"apple_leaves/{condition}/{stem}.jpg"
            archive.writestr(name, shrink(file))
            leaf = leaf_of(file, condition, leaves)
            rows.append((name, numbers.setdefault(leaf, len(numbers) + 1)))
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(rows)
    archive.writestr("apple_leaves/leaves.csv", table.getvalue())


def shrink(file):
    """Return a photograph as a JPEG of 128 x 128 in bytes; raise ConversionError."""
    stream = io.BytesIO()
    try:
        with Image.open(file) as photograph:
            smaller = photograph.convert("RGB").resize((SIZE, SIZE), Image.LANCZOS)
    except OSError as error:
        raise ConversionError(
            f"{file} cannot be read; fetch it again: {error}"
        ) from error
    smaller.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def leaf_of(file, condition, leaves):
    """Return a name for a photograph's leaf: the photograph's own if none is listed."""
    own = file.stem.split("___")[-1].lower().strip()
    listed = [leaf for leaf in leaves.get(own, []) if leaf.startswith(DISEASES)]
    return f"{condition} {listed[0]}" if listed else f"{condition} {file.stem}"
