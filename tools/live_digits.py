"""The digit demo's files: digits to choose from, its still picture, PyTorch's golden values."""

from base64 import b64encode
from pathlib import Path

import numpy as np

from tools import golden, records, still

THREE = 13  # the test digit in the lesson's pictures


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file; the picture is drawn by the network of recorded weights."""
    digits, weights = examples(), records.model_path(root, "digits").read_bytes()
    return {
        root / "docs" / "live" / "examples.js": module(digits),
        root / "docs" / "live" / "digits.svg": still.draw(weights, digits[3]),
        root / "tests" / "live" / "digits.json": golden.dump(golden.cases()),
    }


def examples() -> dict[int, np.ndarray]:
    """Return one packaged test digit for each class, (28, 28) in [0, 1]."""
    from lessons.data import load_digits

    _, _, images, labels = load_digits()
    chosen = {digit: int(np.argmax(labels == digit)) for digit in range(10)} | {3: THREE}
    return {digit: images[place] for digit, place in chosen.items()}


def module(digits: dict[int, np.ndarray]) -> str:
    """Return a JavaScript module that holds the digits as bytes in base64."""
    lines = ["// Ten packaged test digits, 28 * 28 bytes each; written by python -m tools.live."]
    lines.append("export default [")
    for label, image in digits.items():
        pixels = b64encode(np.rint(image * 255).astype(np.uint8).tobytes()).decode()
        lines.append(f'  {{ label: {label}, pixels: "{pixels}" }},')
    return "\n".join([*lines, "];"]) + "\n"
