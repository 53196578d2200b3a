"""What the demo of points has to reproduce, from PyTorch and NumPy, and its still picture.

Written by python -m tools.live, which collects `files` from each module of its kind.
"""

import json
from pathlib import Path

import numpy as np

STEPS = 500
ACTIVATIONS = ("tanh", "sigmoid", "relu")
INK, QUIET, ABOVE, BELOW = "#202728", "#556062", "#54278f", "#b35806"
PARTS = ("first", "firstBias", "second", "secondBias")
XOR = ((-0.6, -0.6, 0), (-0.6, 0.6, 1), (0.6, -0.6, 1), (0.6, 0.6, 0))


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file that this module writes."""
    found = cases()
    return {
        root / "tests" / "live" / "points.json": json.dumps(found) + "\n",
        root / "docs" / "live" / "points.svg": picture(found["networks"][-1]),
    }


def cases() -> dict:
    """Return networks of every size and kind that were trained, and perceptrons."""
    random = np.random.RandomState(0)  # the same numbers in every version of NumPy
    networks = [network(random, 0, "tanh", 1.0)]
    for activation in ACTIVATIONS:
        for hidden in (2, 5, 8):
            networks.append(network(random, hidden, activation, 0.3))
    networks.append(network(np.random.RandomState(4), 4, "tanh", 1.0, XOR))
    return {
        "steps": STEPS,
        "networks": networks,
        "perceptrons": [perceptron(random, rate) for rate in (1.0, 0.1)],
    }


def network(random, hidden: int, activation: str, rate: float, points=None) -> dict:
    """Return points, first weights and, by PyTorch in float64, the losses and last weights."""
    points = points or drawn_points(random)
    inputs = hidden or 2
    shapes = {"first": (hidden, 2), "firstBias": hidden, "second": inputs, "secondBias": 1}
    start = {part: random.uniform(-1, 1, shapes[part]).ravel().round(6).tolist() for part in PARTS}
    case = {"hidden": hidden, "activation": activation, "rate": rate}
    case |= {"points": [list(point) for point in points], "start": start}
    return case | trained(case)


def drawn_points(random) -> list[tuple]:
    """Return 12 random points whose classes do not follow from their places."""
    places = random.uniform(-1, 1, (12, 2)).round(6).tolist()
    return [(*place, int(label)) for place, label in zip(places, random.randint(0, 2, 12))]


def trained(case: dict) -> dict:
    """Return the losses before each step of gradient descent, and the weights after the last."""
    import torch

    points = torch.tensor(case["points"], dtype=torch.float64)
    inputs, targets = points[:, :2], points[:, 2]
    weights = {part: torch.tensor(case["start"][part], dtype=torch.float64) for part in PARTS}
    for weight in weights.values():
        weight.requires_grad_()
    optimizer = torch.optim.SGD(list(weights.values()), lr=case["rate"])
    losses = []
    for _ in range(STEPS):
        last = inputs
        if case["hidden"]:
            sums = inputs @ weights["first"].reshape(-1, 2).T + weights["firstBias"]
            last = getattr(torch, case["activation"])(sums)
        scores = last @ weights["second"] + weights["secondBias"]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "end": {part: weights[part].tolist() for part in PARTS}}


def perceptron(random, rate: float) -> dict:
    """Return separable points, and the lesson's own weights and number of mistakes."""
    from lessons.perceptron import numpy as lesson

    generator = np.random.default_rng(random.randint(1000))
    points, sides, _, _ = lesson.separable_points(generator, 40, 2, gap=0.05)
    points = points.round(6)
    weights, bias, mistakes = lesson.perceptron(points, sides, learning_rate=rate)
    labelled = [[*place, int(side > 0)] for place, side in zip(points.tolist(), sides)]
    end = [*weights.tolist(), float(bias)]
    return {"rate": rate, "points": labelled, "end": end, "mistakes": sum(mistakes)}


def scores(case: dict, places: np.ndarray) -> np.ndarray:
    """Return what a trained tanh network scores the places (n, 2)."""
    first, first_bias, second, second_bias = (np.array(case["end"][part]) for part in PARTS)
    return np.tanh(places @ first.reshape(-1, 2).T + first_bias) @ second + second_bias


def picture(case: dict) -> str:
    """Return the SVG: XOR with a line, XOR with a network's regions, and the network's loss."""
    parts = [*board(0, lambda places: places.sum(axis=1) + 0.6, "one neuron: 3 of 4")]
    parts += board(260, lambda places: scores(case, places), "4 hidden units: 4 of 4")
    parts += curve(520, case["losses"])
    size = 'viewBox="0 0 760 270" width="760" height="270"'
    style = 'font-family="sans-serif" font-size="13"'
    start = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n'
    return start + "\n".join(parts) + "\n</svg>\n"


def board(left: int, score, title: str, cells: int = 40) -> list[str]:
    """Draw the four points of XOR on the two regions that a score makes of the board."""
    middles = (np.arange(cells) + 0.5) / cells * 2 - 1
    width = 240 / cells
    parts = [f'<text x="{left}" y="262" fill="{INK}">{title}</text>']
    for colour, sign in ((ABOVE, 1), (BELOW, -1)):
        strokes = []
        for row, y in enumerate(-middles):
            answers = sign * score(np.stack([middles, np.full(cells, y)], axis=1)) > 0
            edges = np.flatnonzero(np.diff([0, *answers.astype(int), 0])).reshape(-1, 2)
            for a, b in (edges * width).tolist():
                corner = f"M{left + a:g} {row * width:g}"
                strokes.append(f"{corner}h{b - a:g}v{width:g}h-{b - a:g}z")
        parts.append(f'<path d="{"".join(strokes)}" fill="{colour}" opacity=".25"/>')
    for x, y, label in XOR:
        a, b = left + 120 * (x + 1), 120 * (1 - y)
        shape = f'<rect x="{a - 8:g}" y="{b - 8:g}" width="16" height="16" fill="{ABOVE}"/>'
        parts.append(shape if label else f'<circle cx="{a:g}" cy="{b:g}" r="9" fill="{BELOW}"/>')
    return parts


def curve(left: int, losses: list[float]) -> list[str]:
    """Draw the loss by steps."""
    places = [
        f"{left + 240 * n / len(losses):.0f} {236 - 220 * loss / losses[0]:.1f}"
        for n, loss in enumerate(losses)
        if n % 5 == 0
    ]
    return [
        f'<path d="M{" ".join(places)}" fill="none" stroke="{INK}" stroke-width="2"/>',
        f'<path d="M{left} 0v240h240" fill="none" stroke="{QUIET}"/>',
        f'<text x="{left}" y="262" fill="{INK}">loss in {len(losses)} steps</text>',
    ]
