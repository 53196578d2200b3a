"""The demo of rules: its digits, its neurons, the numbers that it has to reproduce, its picture."""

import json
from base64 import b64encode
from pathlib import Path

import numpy as np

from tools.still import INK, LINK, QUIET, RULE, WIDTH, picture

PAIRS = ((0, 1), (3, 8))
SEEN, HELD = 32, 100  # digits of a pair that the reader sees, and that judge
MEASURES = ("ink_in_the_middle", "ink", "symmetry", "ink_on_the_left", "enclosed")
COLUMNS, ROWS = 24, 7  # places for digits in the field
START = 0.2  # the first threshold, which leaves something to do


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file that this module writes."""
    pairs = [pair(*digits) for digits in PAIRS]
    return {
        root / "docs" / "live" / "rule_digits.js": module(pairs),
        root / "docs" / "live" / "rule.svg": draw(pairs[0]),
        root / "tests" / "live" / "rule.json": dump([expected(each) for each in pairs]),
    }


def pair(first: int, second: int) -> dict:
    """Return digits in black and white, half of them of each kind, and a neuron's weights."""
    from lessons.data import load_digits
    from lessons.introduction.neuron import learn
    from lessons.introduction.numpy import pick

    images, labels, held_images, held_labels = load_digits()
    images, answers = pick(images, labels, first, second)
    weights, bias = learn((images >= 0.5).astype(float), answers)
    scale = float(np.abs(weights).max() / 127)
    return {
        "digits": [first, second],
        "seen": some(images, answers, SEEN),
        "held": some(*pick(held_images, held_labels, first, second), HELD),
        "weights": np.rint(weights / scale).astype(np.int8),
        "scale": float(f"{scale:.6g}"),
        "bias": float(f"{bias:.6g}"),
    }


def some(images: np.ndarray, answers: np.ndarray, count: int) -> np.ndarray:
    """Return so many pictures as booleans: the first half of answer 0, the second of 1."""
    chosen = [images[answers == answer][: count // 2] for answer in (0, 1)]
    return np.concatenate(chosen) >= 0.5


def answers(count: int) -> np.ndarray:
    return np.arange(count) >= count // 2


def module(pairs: list[dict]) -> str:
    """Return a JavaScript module with the pictures as bits and the weights as bytes."""
    lines = ["// Packaged digits, 784 bits each, and neurons; written by python -m tools.live."]
    lines.append("export default [")
    for each in pairs:
        text = {name: b64encode(np.packbits(each[name])).decode() for name in ("seen", "held")}
        text["weights"] = b64encode(each["weights"].tobytes()).decode()
        rest = {name: each[name] for name in ("digits", "scale", "bias")}
        counts = {"seenCount": SEEN, "heldCount": HELD}
        lines.append(f"  {json.dumps(rest | counts | text)},")
    return "\n".join([*lines, "];"]) + "\n"


def expected(each: dict) -> dict:
    """Return each feature of each digit, the best rules and the neuron's sums, by Python."""
    from lessons.introduction import numpy as rules

    found = {"digits": each["digits"], "features": []}
    for name in MEASURES:
        measure = getattr(rules, name)
        seen, held = (measure(each[part].astype(float)) for part in ("seen", "held"))
        threshold, above = rules.best_threshold(seen, answers(SEEN))
        right = [
            int(np.sum(rules.decide(values, threshold, above) == answers(len(values))))
            for values in (seen, held)
        ]
        found["features"].append(
            {
                "name": name,
                "seen": [round(float(value), 9) for value in seen],
                "held": [round(float(value), 9) for value in held],
                "threshold": round(float(threshold), 9),
                "above": above,
                "right": right,
            }
        )
    return found | {"sums": sums(each)}


def sums(each: dict) -> list[float]:
    """Return what a neuron of PyTorch adds up to for each held-out digit."""
    import torch

    layer = torch.nn.Linear(784, 1, dtype=torch.float64)
    with torch.no_grad():
        layer.weight[0] = torch.from_numpy(each["weights"] * each["scale"])
        layer.bias[0] = each["bias"]
        held = torch.from_numpy(each["held"].reshape(HELD, 784).astype(float))
        return [round(value, 9) for value in layer(held)[:, 0].tolist()]


def dump(pairs: list[dict]) -> str:
    return "[\n" + ",\n".join(json.dumps(each) for each in pairs) + "\n]\n"


def draw(each: dict) -> str:
    """Return the still picture: the digits of 0 and 1 by their ink in the middle, and scores."""
    from lessons.introduction.numpy import ink_in_the_middle

    seen, held = (ink_in_the_middle(each[name].astype(float)) for name in ("seen", "held"))
    field = lay_out(each["seen"], seen)
    height = WIDTH * ROWS / COLUMNS
    at = WIDTH * place(START, seen)
    rule = int(np.sum((held > START) == answers(HELD)))
    learned = int(np.sum((np.array(sums(each)) > 0) == answers(HELD)))
    parts = [
        f'<text x="0" y="18" fill="{INK}">The rule says 1 if the ink in the middle '
        f"is more than {START:.2f}.</text>",
        picture(field, 0, 34, WIDTH, (84, 39, 143), height),
        f'<path d="M{at:.1f} 34v{height:.1f}" stroke="{INK}" stroke-dasharray="5 4"/>',
        f'<path d="M0 {height + 34.5:.1f}h{WIDTH}" stroke="{RULE}"/>',
    ]
    for line, (name, right) in enumerate((("the rule", rule), ("a neuron", learned))):
        y = height + 66 + 26 * line
        parts += [
            f'<text x="0" y="{y:.0f}" fill="{INK}">{name}</text>',
            f'<path d="M90 {y - 9:.0f}h440v10h-440z" fill="{RULE}" opacity=".5"/>',
            f'<path d="M90 {y - 9:.0f}h{4.4 * right:.0f}v10H90z" fill="{LINK}"/>',
            f'<text x="{WIDTH}" y="{y:.0f}" text-anchor="end" fill="{QUIET}">'
            f"{right} of {HELD} held-out digits</text>",
        ]
    high = round(height + 104)
    style = 'font-family="sans-serif" font-size="14" style="image-rendering:pixelated"'
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" '
    return f'{start}width="{WIDTH}" height="{high}" {style}>\n' + "\n".join(parts) + "\n</svg>\n"


def place(value: float, values: np.ndarray) -> float:
    """Return where a value stands in the field, from 0 to 1, as the demo places it."""
    low, high = values.min(), values.max()
    return 0.5 / COLUMNS + (value - low) / (high - low) * (1 - 1 / COLUMNS)


def lay_out(images: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return one sheet of the digits, in columns: below 0 for the first kind, above for the second.

    A column of more digits than there are rows is drawn closer together.
    """
    sheet = np.zeros((ROWS * 28, COLUMNS * 28))
    columns = np.array([int(place(value, values) * COLUMNS) for value in values])
    columns = columns.clip(0, COLUMNS - 1)
    for column in set(columns.tolist()):
        inside = np.flatnonzero(columns == column)
        pitch = min(28, (ROWS - 1) * 28 / max(1, len(inside) - 1))
        for n, digit in enumerate(inside):
            top, left = round((ROWS - 1) * 28 - n * pitch), 28 * column
            sign = 1 if digit >= len(images) // 2 else -1
            sheet[top : top + 28, left : left + 28][images[digit]] = sign
    return sheet
