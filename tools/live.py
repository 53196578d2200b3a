"""Write what the demos need besides their weights, from PyTorch and the packaged digits.

    python -m tools.live

writes docs/live/examples.js, the digits to choose from; docs/live/digits.svg, the still picture;
and tests/live/golden.json, numbers that docs/live/nn.js has to reproduce. Run it after a recording
that changed the weights, or when a new kind of layer is to be proven; a test says so.
"""

from base64 import b64encode
from pathlib import Path

import numpy as np

from tools import golden, records, still

ROOT = Path(__file__).resolve().parents[1]
THREE = 13  # the test digit in the lesson's pictures


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


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file that this module writes."""
    digits, weights = examples(), records.model_path(root, "digits").read_bytes()
    return {
        root / "docs" / "live" / "examples.js": module(digits),
        root / "docs" / "live" / "digits.svg": still.draw(weights, digits[3]),
        root / "tests" / "live" / "golden.json": golden.dump(golden.cases()),
    }


def main() -> None:
    for path, text in files(ROOT).items():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"wrote {path.relative_to(ROOT).as_posix()}, {len(text):,} bytes")


if __name__ == "__main__":
    main()
