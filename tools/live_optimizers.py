"""The race of optimizers: golden steps and gradients of PyTorch and Keras, the still picture."""

import json
from functools import partial
from pathlib import Path

import numpy as np

from tools import still_optimizers
from tools.descents import STEPS, keras_paths, loss, pytorch_gradients, pytorch_paths

KEPT = [*range(1, 10), *range(25, STEPS + 1, 25)]  # the steps whose points are stored
# RMSProp at a constant rate ends by bouncing from wall to wall, on two surfaces so wildly that a
# difference in the last bit grows tenfold every few steps: no two programs agree for longer.
CHAOS = {("valley", "rmsprop", 0.02): 75, ("bumps", "rmsprop", 0.05): 75}
MORE = [("bumps", "rmsprop", 0.002)]  # so slow that it is still on its way after all steps
BOXES = {"ravine": (-2, -2, 4), "valley": (-2, -1, 4), "saddle": (-2, -2, 4), "bumps": (-4, -4, 8)}
STARTS = {  # two for each surface: the demo's, and another
    "ravine": [(-1.8, 0.8), (1.3, -1.9)],
    "valley": [(-1.5, 2.4), (0.4, -0.6)],
    "saddle": [(-1.6, 0.01), (0.7, 1.8)],
    "bumps": [(-3.2, 2.7), (3.0, 1.1)],
}
RATES = {
    "ravine": {"sgd": 0.07, "momentum": 0.02, "rmsprop": 0.02, "adam": 0.05},
    "valley": {"sgd": 0.01, "momentum": 0.005, "rmsprop": 0.02, "adam": 0.1},
    "saddle": {"sgd": 0.05, "momentum": 0.05, "rmsprop": 0.02, "adam": 0.05},
    "bumps": {"sgd": 0.1, "momentum": 0.1, "rmsprop": 0.05, "adam": 0.1},
}


def places(surface: str) -> np.ndarray:
    """Return a grid of points all over a surface's picture, and a little beyond, (49, 2)."""
    left, bottom, side = BOXES[surface]
    shares = np.linspace(-0.1, 1.1, 7)
    x, y = np.meshgrid(left + shares * side, bottom + shares * side)
    return np.column_stack([x.ravel(), y.ravel()]).round(6)


def kept(surface: str, name: str, rate: float) -> list[int]:
    """Return the steps whose points are stored for an optimizer on a surface."""
    return [step for step in KEPT if step <= CHAOS.get((surface, name, rate), STEPS)]


def walks(surface: str, name: str, rate: float) -> list[dict]:
    """Return the golden paths of an optimizer on a surface: from each start, by each definition."""
    makers, starts = {"pytorch": pytorch_paths, "keras": keras_paths}, STARTS[surface]
    common = {"surface": surface, "name": name, "rate": rate}
    found = {key: make(surface, name, starts, rate) for key, make in makers.items()}
    steps = kept(surface, name, rate)
    return [
        common | {"definition": key, "start": start, "points": found[key][steps, n].tolist()}
        for n, start in enumerate(starts)
        for key in makers
    ]


def golden() -> dict:
    """Return all golden values: paths of both frameworks, and gradients."""
    rated = [(surface, *each) for surface in RATES for each in RATES[surface].items()]
    paths = [path for each in rated + MORE for path in walks(*each)]
    gradients = {
        surface: np.column_stack(
            [places(surface), pytorch_gradients(surface, places(surface))]
        ).tolist()
        for surface in STARTS
    }
    return {"kept": KEPT, "rates": RATES, "paths": paths, "gradients": gradients}


def dump(found: dict) -> str:
    """Return golden values as JSON, one path on a line, so that a change can be read."""
    lines = [f' "{name}": {json.dumps(found[name])}' for name in ("kept", "rates", "gradients")]
    each = ",\n".join(f"  {json.dumps(case)}" for case in found["paths"])
    return "{\n" + ",\n".join([*lines, f' "paths": [\n{each}\n ]']) + "\n}\n"


def picture(surface: str) -> str:
    """Return the still picture: the demo's race on a surface, run to its end."""
    rates, start = RATES[surface], STARTS[surface][0]
    paths = {
        name: pytorch_paths(surface, name, [start], rate)[:, 0] for name, rate in rates.items()
    }
    return still_optimizers.draw(paths, partial(loss, surface), BOXES[surface])


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file that this module writes."""
    return {
        root / "docs" / "live" / "optimizers.svg": picture("ravine"),
        root / "tests" / "live" / "optimizers.json": dump(golden()),
    }
