"""Make chest_xray_64.npz from the folders of the public archive of photographs.

The archive is that of doi:10.17632/rscbjbr9sj. Its folder train holds the folders
NORMAL and PNEUMONIA; the names of the files hold the numbers of the patients.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

EDGE = 64  # pixels
CLASSES = {"NORMAL": 0, "PNEUMONIA": 1}
SUBTYPES = {"normal": 0, "bacteria": 1, "virus": 2}
ENDINGS = {".jpeg", ".jpg", ".png"}
# As in IM-0115-0001, NORMAL2-IM-0666-0001-0001, person1_virus_6; BACTERIA-1008087-0001.
NAMES = (
    r"(?P<series>(?:NORMAL2-)?IM)-(?P<patient>\d+)-\d+(?:-\d+)?",
    r"(?P<series>person)(?P<patient>\d+)_(?P<subtype>bacteria|virus)_\d+",
    r"(?P<subtype>NORMAL|BACTERIA|VIRUS)-(?P<patient>\d+)-\d+",
)


class ConversionError(RuntimeError):
    """The archive's folders cannot be converted; it says where and what to do."""


def patient_and_subtype(path: Path) -> tuple[str, int]:
    """Return a text for the patient of a file, and the number of the subtype.

    Bacteria and virus share their patients' numbers: one child may have had both.
    Raises ConversionError where the name tells no patient.
    """
    for pattern in NAMES:
        if found := re.fullmatch(pattern, path.stem):
            parts = found.groupdict()
            subtype = SUBTYPES[(parts.get("subtype") or "normal").lower()]
            return f"{parts.get('series', '')}{int(parts['patient'])}", subtype
    raise ConversionError(f"{path}: the name tells no patient; move the file away")


def photographs(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield each photograph's path and class, in order. Raises ConversionError."""
    for name, label in CLASSES.items():
        place = folder / "train" / name
        paths = [p for p in sorted(place.glob("*")) if p.suffix.lower() in ENDINGS]
        if not paths:
            raise ConversionError(
                f"{place} holds no photographs (.jpeg); name the folder of "
                "the unpacked archive, which has train/NORMAL and train/PNEUMONIA in it"
            )
        yield from ((path, label) for path in paths)


def squeezed(path: Path) -> np.ndarray:
    """Return a photograph, squeezed to grey uint8 (64, 64). Raises ConversionError."""
    try:
        with Image.open(path) as photograph:
            photograph.draft("L", (4 * EDGE, 4 * EDGE))  # a JPEG is then read faster
            grey = photograph.convert("L")
            return np.asarray(grey.resize((EDGE, EDGE), Image.Resampling.LANCZOS))
    except (OSError, UnidentifiedImageError) as error:
        raise ConversionError(
            f"{path} cannot be read: {error}; unpack it again"
        ) from None


def arrays(folder: Path, progress=iter) -> dict[str, np.ndarray]:
    """Return the arrays of chest_xray_64.npz; patients are numbered from 0."""
    found = list(photographs(folder))
    named = [patient_and_subtype(path) for path, _ in found]
    _, patients = np.unique([name for name, _ in named], return_inverse=True)
    return {
        "images": np.stack([squeezed(path) for path, _ in progress(found)]),
        "labels": np.array([label for _, label in found], np.uint8),
        "patient_id": patients.astype(np.int32),
        "subtype": np.array([subtype for _, subtype in named], np.uint8),
    }


def save(made: dict[str, np.ndarray], target: Path) -> None:
    """Write the arrays, at the end or not at all. Raises ConversionError."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            np.savez_compressed(file, **made)
        part.replace(target)
    except OSError as error:
        raise ConversionError(f"{target} cannot be written: {error}") from None
    finally:
        if target.parent.is_dir():
            part.unlink(missing_ok=True)
