"""The files of the demo of changes: a small photograph, its still picture, NumPy's pixels."""

import json
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np

SIDE = 64  # of the photograph: a cat, given to the public domain by its photographer
DRAWS, PLACES = 6, 120  # golden draws, and pixels compared in each
KINDS = ("as it is", "mirrored", "cropped", "turned", "colours", "blurred", "erased", "all at once")
ONE_BY_ONE = (
    {},
    {"flip": 1.0},
    {"zoom": 0.7, "down": -0.05},
    {"degrees": 25.0},
    {"saturation": 1.3, "contrast": 1.3, "brightness": 0.8},
    {"blur": 1.0},
    {"row": 0.3, "column": 0.6, "erase": 0.35},
)
STILL = {"flip": 0.0, "zoom": 1.0, "down": 0.0, "right": 0.0, "degrees": 0.0}
STILL |= {"saturation": 1.0, "contrast": 1.0, "brightness": 1.0, "blur": 0.01}
STILL |= {"row": 0.5, "column": 0.5, "erase": 0.0}


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file that this module writes."""
    return {
        root / "docs" / "live" / "augment_picture.js": module(photograph()),
        root / "docs" / "live" / "augment.svg": still(photograph()),
        root / "tests" / "live" / "augment.json": golden(photograph()),
    }


def photograph() -> np.ndarray:
    """Return the cat's face, (64, 64, 3) in bytes."""
    from PIL import Image
    from skimage import data

    face = Image.fromarray(data.chelsea()).crop((90, 0, 390, 300))
    return np.asarray(face.resize((SIDE, SIDE), Image.BOX))


def module(picture: np.ndarray) -> str:
    return (
        "// A cat, 3 bytes a pixel; written by python -m tools.live.\n"
        f"export const [HEIGHT, WIDTH] = [{SIDE}, {SIDE}];\n"
        f'export const PIXELS = "{b64encode(picture.tobytes()).decode()}";\n'
    )


def draws() -> list[dict]:
    """Return each change by itself, then random draws."""
    from lessons.transfer.numpy import draw_changes

    drawn = draw_changes(np.random.default_rng(0), DRAWS)
    random = [{name: float(drawn[name][n]) for name in drawn} for n in range(DRAWS)]
    return [STILL | each for each in ONE_BY_ONE] + random


def golden(picture: np.ndarray) -> str:
    """Return draws, places in the picture, and the lesson's numbers at these places."""
    from lessons.transfer.numpy import change

    places = np.random.default_rng(1).choice(picture.size, PLACES, replace=False)
    lines = []
    for draw in draws():
        found = change(picture / 255, draw).ravel()[places]
        case = {"draw": draw, "pixels": [round(float(value), 9) for value in found]}
        lines.append(json.dumps(case))
    cases = ",\n".join(lines)
    return f'{{"places": {json.dumps(places.tolist())},\n"cases": [\n{cases}\n]}}\n'


def still(picture: np.ndarray) -> str:
    """Draw the photograph under each change, with its name below."""
    from lessons.transfer.numpy import change

    parts = []
    for n, (name, draw) in enumerate(zip(KINDS, [*draws()[: len(ONE_BY_ONE)], draws()[-1]])):
        x, y = 190 * (n % 4), 215 * (n // 4)
        parts.append(image(change(picture / 255, draw), x, y, 180))
        parts.append(f'<text x="{x}" y="{y + 197}" fill="#202728">{name}</text>')
    style = 'font-family="sans-serif" font-size="14"'
    start = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 750 420" width="750" height="420"'
    return f"{start} {style}>\n" + "\n".join(parts) + "\n</svg>\n"


def image(picture: np.ndarray, x: int, y: int, side: int) -> str:
    from PIL import Image

    file = BytesIO()
    Image.fromarray(np.rint(255 * picture).astype(np.uint8)).quantize(64).save(
        file, "PNG", optimize=True
    )
    data = b64encode(file.getvalue()).decode()
    place = f'x="{x}" y="{y}" width="{side}" height="{side}"'
    return f'<image {place} href="data:image/png;base64,{data}"/>'
