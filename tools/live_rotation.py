"""The demo of turned axes: its points, the numbers that it has to reproduce, its still picture.

Written by python -m tools.live, which collects `files` from each module of its kind.
"""

import json
from pathlib import Path

import numpy as np

from tools import still_charts as charts

STEPS = 500  # of the training that the demo has to reproduce
RATE = 1.0
HELD = 200  # points that judge a rule
NAMES = ("slanted line", "band")
INK, ABOVE, BELOW = "#202728", "#54278f", "#b35806"
SIDE, GAP = 220, 50  # of a board of the still picture, and between two
WHERE = 50  # degrees that the still picture's axes are turned


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file that this module writes."""
    sets = [points_of(name) for name in NAMES]
    return {
        root / "docs" / "live" / "rotation_points.js": module(sets),
        root / "docs" / "live" / "rotation.svg": draw(*sets),
        root / "tests" / "live" / "rotation.json": dump([expected(each) for each in sets]),
    }


def points_of(name: str) -> dict:
    """Return the lesson's own points of a kind, rounded, and the network's first weights."""
    from lessons.representations import change
    from lessons.representations import numpy as lesson

    random, found = np.random.default_rng(0), {}
    for kind, make in zip(NAMES, (lesson.slanted_points, lesson.band_points), strict=True):
        found[kind] = {
            "name": kind,
            "seen": rows(*make(random)),
            "held": rows(*make(random, count=1000))[:HELD],
            "start": start_of(change.start_network(np.random.default_rng(1))),
        }
    return found[name]


def rows(points: np.ndarray, answers: np.ndarray) -> list[list]:
    """Return points as [x, y, answer]."""
    pairs = zip(points.round(6).tolist(), answers.tolist(), strict=True)
    return [[*place, answer] for place, answer in pairs]


def start_of(network: list[np.ndarray]) -> dict:
    """Return weights in the order of docs/live/mlp.js: those of one hidden unit together."""
    first, first_bias, second, second_bias = (part.round(6) for part in network)
    return {
        "first": first.T.ravel().tolist(),
        "firstBias": first_bias.tolist(),
        "second": second.tolist(),
        "secondBias": second_bias.tolist(),
    }


def arrays(part: list[list]) -> tuple[np.ndarray, np.ndarray]:
    """Return points (n, 2) and answers (n,)."""
    table = np.array(part)
    return table[:, :2], table[:, 2].astype(int)


def parameters(start: dict) -> list[np.ndarray]:
    """Return the lesson's weights (2, hidden), (hidden,), (hidden,) and (1,)."""
    parts = [np.array(start[name]) for name in ("first", "firstBias", "second", "secondBias")]
    return [parts[0].reshape(-1, 2).T.copy(), *parts[1:]]


def module(sets: list[dict]) -> str:
    """Return a JavaScript module with the points and the first weights."""
    lines = ["// The lesson's own points [x, y, answer]; written by python -m tools.live."]
    lines += ["export default [", *(f"  {json.dumps(each)}," for each in sets), "];"]
    return "\n".join(lines) + "\n"


def expected(each: dict) -> dict:
    """Return the best rule of each angle, by the lesson, and a training, by PyTorch."""
    from lessons.introduction.numpy import best_threshold, decide
    from lessons.representations.numpy import turn

    (points, answers), (held, held_answers) = arrays(each["seen"]), arrays(each["held"])
    found = []
    for degrees in range(180):
        seen, asked = turn(points, degrees)[:, 0], turn(held, degrees)[:, 0]
        threshold, above = best_threshold(seen, answers)
        right = int(np.sum(decide(seen, threshold, above) == answers))
        held_right = int(np.sum(decide(asked, threshold, above) == held_answers))
        found.append([round(float(threshold), 9), above, right, held_right])
    return {"name": each["name"], "turns": found} | trained(each)


def trained(each: dict) -> dict:
    """Return the losses, the last weights and where the hidden units put the points."""
    import torch

    from lessons.representations.torch import change_network, train_change

    points, answers = arrays(each["seen"])
    network = change_network(*parameters(each["start"]))
    losses = train_change(network, points, answers, steps=STEPS, learning_rate=RATE)
    with torch.no_grad():
        hidden = network[:2](torch.tensor(points)).numpy()
    end = [weight.detach().numpy() for weight in network.parameters()]
    names = ("first", "firstBias", "second", "secondBias")
    weights = {name: part.ravel().tolist() for name, part in zip(names, end, strict=True)}
    return {"losses": losses, "end": weights, "hidden": hidden.round(9).tolist()}


def dump(found: list[dict]) -> str:
    return "[\n" + ",\n".join(json.dumps(each) for each in found) + "\n]\n"


def draw(slanted: dict, band: dict) -> str:
    """Return the still picture: turned axes, the score of each angle, a learned plane."""
    result, learned = expected(slanted), expected(band)
    parts = turned(slanted, result["turns"][WHERE][0])
    parts += scores(SIDE + GAP, result["turns"], learned["turns"])
    parts += hidden(2 * (SIDE + GAP), band, learned)
    return charts.svg(3 * SIDE + 2 * GAP, SIDE + 30, parts)


def board(left: float, room: float = 1.0):
    """Return what places a point on a board, from -room to room on both axes."""
    return lambda x, y: (left + SIDE / 2 * (1 + x / room), SIDE / 2 * (1 - y / room))


def classes(places, answers, to) -> list[str]:
    """Draw points of two classes as circles and squares."""
    return [
        charts.marks(
            [to(*place) for place, answer in zip(places, answers, strict=True) if answer == kind],
            shape,
            4,
            colour,
        )
        for kind, shape, colour in ((0, "circle", BELOW), (1, "square", ABOVE))
    ]


def turned(each: dict, threshold: float) -> list[str]:
    """Draw the points, the turned axis and the threshold on it."""
    to, (points, answers) = board(0), arrays(each["seen"])
    across = np.array([np.cos(np.radians(WHERE)), np.sin(np.radians(WHERE))])
    along = np.array([-across[1], across[0]])
    ends = [to(*(threshold * across + 0.98 * way * along)) for way in (-1, 1)]
    return [
        charts.line([to(*-across), to(*across)], charts.QUIET, 1),
        charts.line(ends, INK, 1.6, "5 4"),
        *classes(points, answers, to),
        charts.text((0, SIDE + 22), f"axes turned by {WHERE}°", INK),
    ]


def scores(left: float, slanted: list, band: list) -> list[str]:
    """Draw how many points each angle's best threshold gets right."""
    count = slanted[WHERE][2]
    ticks = [(SIDE * 2 * (1 - right / count) + 10, str(right)) for right in (count, count // 2)]
    parts = charts.frame((left + 20, 0, left + SIDE, SIDE), [(min(y, SIDE), t) for y, t in ticks])
    for turns, colour, dash in ((slanted, INK, ""), (band, ABOVE, "4 3")):
        places = [
            (left + 20 + (SIDE - 20) * n / 180, 10 + (SIDE - 10) * 2 * (1 - rule[2] / count))
            for n, rule in enumerate(turns)
        ]
        parts.append(charts.line(places, colour, 1.8, dash))
    return [*parts, charts.text((left + 20, SIDE + 22), "points right, by angle", INK)]


def hidden(left: float, each: dict, result: dict) -> list[str]:
    """Draw where two trained hidden units put the band's points, and the line between them."""
    to, answers = board(left, 1.08), arrays(each["seen"])[1]
    (across, up), (start,) = result["end"]["second"], result["end"]["secondBias"]
    ends = [(x, -(across * x + start) / up) for x in np.linspace(-1, 1, 201)]
    inside = [to(x, y) for x, y in ends if abs(y) <= 1]
    return [
        charts.line([to(-1, -1), to(1, -1), to(1, 1), to(-1, 1), to(-1, -1)], charts.RULE, 1),
        charts.line([inside[0], inside[-1]], INK, 1.6, "5 4"),
        *classes(result["hidden"], answers, to),
        charts.text((left, SIDE + 22), "the band, in learned coordinates", INK),
    ]
