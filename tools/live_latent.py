"""The demo of latent space: the numbers that it has to reproduce, and its still picture.

Written by python -m tools.live, which collects `files` from each module of its kind.
"""

import json
from pathlib import Path

import numpy as np

from tools import records, still

SIDE = 9  # digits along an edge of the map
LONGITUDE, LATITUDE = 90, 60  # degrees to either side, as in docs/live/latent_generator.js
PLACES = ((0, 0, 0), (0, 45, -30), (1, -90, 60), (7, 12, 34))  # plane, across, up
RULE, INK = "#ddd8ca", (32, 39, 40)


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file; the pictures are those of the recorded weights."""
    weights = records.model_path(root, "latent").read_bytes()
    return {
        root / "docs" / "live" / "latent.svg": draw(weights),
        root / "tests" / "live" / "latent.json": json.dumps(expected(weights), indent=1) + "\n",
    }


def normal_numbers(seed: int, count: int) -> np.ndarray:
    """Return the numbers that the demo draws: each is the sum of twelve even ones, less six."""
    state, found = (seed + 1) * 7919, []
    for _ in range(12 * count):
        state = state * 48271 % 2147483647
        found.append(state / 2147483647)
    return np.reshape(found, (count, 12)).sum(axis=1) - 6


def directions(seed: int, latent: int) -> np.ndarray:
    """Return three directions (3, latent), each of length 1 and square to the others."""
    found: list[np.ndarray] = []
    for row in normal_numbers(seed, 3 * latent).reshape(3, latent):
        for each in found:
            row = row - (row @ each) * each
        found.append(row / np.sqrt(row @ row))
    return np.array(found)


def point(plane: int, across: float, up: float, latent: int = 16) -> np.ndarray:
    """Return the point (latent,) of a place that the sliders reach."""
    a, b = np.radians([across, up])
    parts = np.array([np.cos(a) * np.cos(b), np.sin(a) * np.cos(b), np.sin(b)])
    return np.sqrt(latent) * parts @ directions(plane, latent)


def paint(weights: bytes, points: np.ndarray) -> np.ndarray:
    """Return the pictures (n, 28, 28) that PyTorch makes of points (n, latent)."""
    import torch
    from safetensors.numpy import load
    from torch.nn import functional

    part = {name: torch.tensor(a.astype("float32")) for name, a in load(weights).items()}
    hidden = torch.tensor(points, dtype=torch.float32)
    hidden = functional.linear(hidden, part["dense.weight"], part["dense.bias"]).relu()
    hidden = hidden.reshape(len(points), -1, 7, 7)
    for name in ("first", "second"):
        arrays = part[f"{name}.weight"], part[f"{name}.bias"]
        hidden = functional.conv_transpose2d(hidden, *arrays, stride=2, padding=1)
        hidden = hidden.relu() if name == "first" else hidden.sigmoid()
    return hidden[:, 0].numpy()


def expected(weights: bytes) -> dict:
    """Return points, pictures of them by PyTorch, and one transposed convolution of each kind."""
    points = np.array([point(*place) for place in PLACES])
    pictures = paint(weights, points)
    return {
        "places": [list(place) for place in PLACES],
        "points": points.round(9).tolist(),
        "pictures": [picture.ravel()[::5].round(6).tolist() for picture in pictures],
        "layers": [layer(*case) for case in ((2, 1, 4), (1, 0, 3), (3, 1, 3))],
    }


def layer(stride: int, padding: int, kernel: int) -> dict:
    """Return a transposed convolution's input, weights and output, by PyTorch."""
    import torch

    random = np.random.RandomState(10 * stride + padding)
    shapes = {"input": (3, 4, 5), "weight": (3, 2, kernel, kernel + 1), "bias": (2,)}
    case = {name: random.standard_normal(shape).round(6) for name, shape in shapes.items()}
    image, weight, bias = (torch.tensor(array, dtype=torch.float32) for array in case.values())
    settings = {"stride": stride, "padding": padding}
    found = torch.nn.functional.conv_transpose2d(image[None], weight, bias, **settings)[0]
    case["output"] = found.numpy()
    parts = {n: {"shape": a.shape, "data": a.ravel().tolist()} for n, a in case.items()}
    return parts | {"options": settings}


def draw(weights: bytes) -> str:
    """Return the SVG: the map of the first plane, its middle enlarged, and the numbers there."""
    shares = np.linspace(-1, 1, SIDE)
    grid = [point(0, LONGITUDE * x, -LATITUDE * y) for y in shares for x in shares]
    tiles = paint(weights, np.array(grid)).reshape(SIDE, SIDE, 28, 28)
    sheet = tiles.transpose(0, 2, 1, 3).reshape(SIDE * 28, SIDE * 28)
    numbers = point(0, 0, 0)
    middle, tile = SIDE // 2, 342 / SIDE
    place = f'x="{middle * tile:.1f}" y="{middle * tile:.1f}" width="{tile:.1f}"'
    parts = [
        f"<desc>{still.checksum(weights)}</desc>",
        still.picture(sheet, 0, 0, 342, INK),
        f'<path d="M.5 .5h341v341h-341z" fill="none" stroke="{RULE}"/>',
        f'<rect {place} height="{tile:.1f}" fill="none" stroke="#b3460f" stroke-width="2"/>',
        still.picture(tiles[middle, middle], 420, 0, 200, INK),
        f'<path d="M420.5 .5h199v199h-199z" fill="none" stroke="{RULE}"/>',
        still.picture(np.clip(numbers / 2.5, -1, 1)[None], 420, 240, 320, still.ABOVE, 18),
        '<text x="420" y="278" fill="#556062">the sixteen numbers that it is made from</text>',
    ]
    style = 'font-family="sans-serif" font-size="13" style="image-rendering:pixelated"'
    start = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 342" width="760" height="342"'
    return f"{start} {style}>\n" + "\n".join(parts) + "\n</svg>\n"
