"""The files of the demo that translates dates: PyTorch's answers, and the still picture."""

import json
from pathlib import Path

import numpy as np

from tools import records

INK, QUIET, RULE = "#202728", "#556062", "#ddd8ca"  # those of the clear scheme
PURPLE = "#54278f"
SHOWN = "21 listopada 2026"  # in the still picture
TEXTS = (
    *(SHOWN, "21. listopada 2026.", "march 14, 2027", "2026(e)ko azaroaren 21(a)"),
    *("17 сентября 1912 г.", "9. elokuuta 2044", "7", "no date at all"),
)
STEPS = 12
LEFT, TOP, CELL, DEEP = 150, 34, 30, 24  # of the map in the picture


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file; the translator's weights are the recorded ones."""
    weights = records.model_path(root, "dates").read_bytes()
    cases = [translated(weights, text) for text in TEXTS]
    return {
        root / "docs" / "live" / "dates.svg": draw(SHOWN, cases[0]),
        root / "tests" / "live" / "dates.json": dump(cases),
    }


def network(weights: bytes):
    """Return the lesson's translator in PyTorch, with the weights of a file."""
    import torch
    from safetensors.numpy import load

    from lessons.attention.torch import Translator
    from lessons.dates import ISO, TEXT

    translator = Translator(len(TEXT), len(ISO), attention=True)
    arrays = {name: torch.tensor(array.astype("float32")) for name, array in load(weights).items()}
    translator.load_state_dict(arrays)
    return translator


def translated(weights: bytes, text: str) -> dict:
    """Return what PyTorch writes for a text: the answer, and each step's scores and shares."""
    import torch

    from lessons.dates import ISO, TEXT, to_numbers

    translator = network(weights)
    with torch.no_grad():
        memory, summary = translator.encode(torch.from_numpy(to_numbers([text], TEXT)))
        previous, steps = torch.zeros(1, 1, dtype=torch.long), []
        for _ in range(STEPS):
            scores, summary, shares = translator.decode(previous, memory, summary)
            previous = scores.argmax(dim=2)
            if previous.item() == 0:
                break
            character = ISO[previous.item() - 1]
            numbers = {"scores": listed(scores), "shares": listed(shares)}
            steps.append({"character": character} | numbers)
    return {"text": text, "steps": steps}


def listed(tensor) -> list[float]:
    return [round(value, 7) for value in np.asarray(tensor, float).ravel().tolist()]


def dump(cases: list[dict]) -> str:
    """Return the cases as JSON, one on a line, so that a change can be read."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    return f"[\n{lines}\n]\n"


def draw(text: str, case: dict) -> str:
    """Return the SVG: the text above, the answer on the left, shares as squares between them."""
    steps = case["steps"]
    width, height = LEFT + CELL * len(text) + 10, TOP + DEEP * len(steps) + 10
    middle, parts = 'text-anchor="middle"', []
    for place, letter in enumerate(text):
        x = LEFT + CELL * place + CELL / 2
        parts.append(f'<text x="{x:.0f}" y="{TOP - 12}" {middle} fill="{INK}">{letter}</text>')
    for row, step in enumerate(steps):
        y = TOP + DEEP * row
        label = (
            f'<text x="{LEFT - 16}" y="{y + 17}" {middle} fill="{INK}">{step["character"]}</text>'
        )
        parts.append(label)
        for place, share in enumerate(step["shares"]):
            x, size = LEFT + CELL * place, f"h{CELL - 2}v{DEEP - 2}h{2 - CELL}z"
            parts.append(f'<path d="M{x} {y}{size}" fill="{RULE}" opacity=".35"/>')
            if share >= 0.01:
                look = f'fill="{PURPLE}" opacity="{share:.2f}"'
                parts.append(f'<path d="M{x} {y}{size}" {look}/>')
    answer = "".join(step["character"] for step in steps)
    parts.append(f'<text x="0" y="{TOP + 17}" fill="{QUIET}">it reads</text>')
    parts.append(f'<text x="0" y="{TOP + 37}" fill="{INK}" font-weight="600">{answer}</text>')
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    font = f'width="{width}" height="{height}" font-family="sans-serif" font-size="14">'
    return start + font + "\n" + "\n".join(parts) + "\n</svg>\n"
