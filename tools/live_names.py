"""The demo that writes surnames: PyTorch's golden chances, and its still picture.

Written by python -m tools.live, which collects `files` from each module of its kind.
"""

import json
from pathlib import Path

import numpy as np

from tools import records, still
from tools import still_charts as charts

INK, LINK = "#202728", "#0d5f66"  # those of the clear scheme
START = ("German", "sch", 0.8)  # language, first letters and temperature of the picture
SHOWN = 10  # chances in it
CASES = [  # language, letters so far, temperature
    ("German", "sch", 0.8),
    ("German", "", 1.0),
    ("Finnish", "virta", 1.0),
    ("Irish", "ó ", 0.5),
    ("Slovak", "kováčov", 1.6),
    ("Croatian", "ivano", 0.2),
    ("Dutch", "van der ", 1.0),
]


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file that this module writes, from the recorded weights."""
    weights = records.model_path(root, "names").read_bytes()
    return {
        root / "docs" / "live" / "names.svg": draw(weights),
        root / "tests" / "live" / "names.json": dump(weights),
    }


def about(weights: bytes) -> tuple[str, list[str]]:
    """Return the letters and the languages that a file of weights names."""
    size = int.from_bytes(weights[:8], "little")
    metadata = json.loads(weights[8 : 8 + size])["__metadata__"]
    return metadata["letters"], json.loads(metadata["languages"])


def arrays(weights: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of a file of weights, float32."""
    from safetensors.numpy import load

    return {name: array.astype(np.float32) for name, array in load(weights).items()}


def writer_of(weights: bytes):
    """Return PyTorch's writer with the weights of a file."""
    import torch

    from lessons.recurrence.writing_torch import Writer

    parts = {name: torch.from_numpy(array) for name, array in arrays(weights).items()}
    symbols, width = parts["embedding"].shape
    writer = Writer(symbols, len(parts["U"]), width)
    state = {
        "embedding.weight": parts["embedding"],
        "lstm.weight_ih_l0": parts["W"].T,
        "lstm.weight_hh_l0": parts["U"].T,
        "lstm.bias_ih_l0": parts["b"],
        "lstm.bias_hh_l0": torch.zeros_like(parts["b"]),
        "scores.weight": parts["scores"].T,
        "scores.bias": parts["bias"],
    }
    writer.load_state_dict(state)
    return writer


def symbols_of(weights: bytes, language: str, name: str) -> np.ndarray:
    """Return the numbers of a language and of the letters that follow it, (1, length)."""
    letters, languages = about(weights)
    first = 1 + len(letters) + languages.index(language)
    return np.array([[first, *(letters.index(letter) + 1 for letter in name)]])


def chances(weights: bytes, language: str, name: str, temperature: float) -> np.ndarray:
    """Return PyTorch's chances of the end and of each letter."""
    import torch

    count = 1 + len(about(weights)[0])
    with torch.no_grad():
        symbols = torch.from_numpy(symbols_of(weights, language, name))
        scores = writer_of(weights).double()(symbols)[0, -1, :count]
    return torch.softmax(scores / temperature, 0).numpy()


def dump(weights: bytes) -> str:
    """Return the golden cases as JSON, one on a line."""
    names = ("language", "name", "temperature")
    cases = [dict(zip(names, case)) | {"chances": chances(weights, *case)} for case in CASES]
    lines = [json.dumps(case | {"chances": case["chances"].tolist()}) for case in cases]
    return "[\n " + ",\n ".join(lines) + "\n]\n"


def draw(weights: bytes) -> str:
    """Return the SVG: the letters so far, and the chances of what comes next."""
    language, name, _ = START
    found, letters = chances(weights, *START), about(weights)[0]
    parts = [f"<desc>{still.checksum(weights)}</desc>"]
    parts.append(charts.text((0, 16), f"Language: {language}", charts.QUIET))
    parts.append(charts.text((0, 58), f"{name.capitalize()}…", INK, size=32))
    parts.append(charts.text((0, 90), "chances of what comes next", charts.QUIET))
    for row, symbol in enumerate(np.argsort(-found, kind="stable")[:SHOWN]):
        y, letter = 100 + 22 * row, "end" if symbol == 0 else letters[symbol - 1]
        parts.append(charts.text((30, y + 13), letter, LINK, "end"))
        parts.append(f'<path d="M40 {y + 3}h600v11h-600z" fill="{charts.PANEL}"/>')
        parts.append(f'<path d="M40 {y + 3}h{600 * found[symbol]:.0f}v11H40z" fill="{LINK}"/>')
        percent = still.percent(found[symbol])
        parts.append(charts.text((720, y + 13), percent, charts.QUIET, "end"))
    return charts.svg(720, 100 + 22 * SHOWN + 6, parts)
