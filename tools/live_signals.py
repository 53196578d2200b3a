"""The demo of signals: PyTorch's golden values, and the still picture drawn from such.

The draws of docs/live/signals_draws.js are made again here, so that the first state of the demo,
which is what the picture shows, can be computed by PyTorch.
"""

import json
import re
from base64 import b64decode
from pathlib import Path

import numpy as np

from tools import still_signals

BLOCK = 2**20  # numbers for one draw
WIDTH, DEPTH, SPREAD = 128, 20, 0.01  # of the network at the start
DEEPEST = 50  # layers that have weights in a draw
ACTIVATIONS = ("linear", "sigmoid", "tanh", "relu", "gelu")
EPSILON = 1e-5  # of batch normalisation


def uniforms(first: int, count: int) -> np.ndarray:
    """Return numbers in (0, 1) from place `first` of the generator (Mulberry32) on."""
    full, counter = np.uint64(0xFFFFFFFF), np.arange(first + 1, first + count + 1, dtype=np.uint64)
    state = counter * np.uint64(0x6D2B79F5) & full
    bits = (state ^ (state >> np.uint64(15))) * (state | np.uint64(1)) & full
    bits ^= bits + ((bits ^ (bits >> np.uint64(7))) * (bits | np.uint64(61)) & full) & full
    return ((bits ^ (bits >> np.uint64(14))) + 0.5) / 2.0**32


def normals(first: int, count: int) -> np.ndarray:
    """Return normal numbers by Box and Muller; the count and the place are even."""
    even = uniforms(first, count)
    radius, angle = np.sqrt(-2 * np.log(even[::2])), 2 * np.pi * even[1::2]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).ravel()


def digits(root: Path) -> np.ndarray:
    """Return the demo's ten digits as one standardised batch, (10, 784)."""
    module = (root / "docs" / "live" / "examples.js").read_text("utf-8")
    found = [list(b64decode(text)) for text in re.findall(r'pixels: "([^"]+)"', module)]
    return standardise(np.array(found, float))


def standardise(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / values.std()


def first_state(root: Path) -> dict:
    """Return the demo's first state: the rectifier, and weights that are too small."""
    inputs, place, weights = digits(root), 0, []
    for columns in [784, *[WIDTH] * (DEEPEST - 1)]:
        size = WIDTH * columns
        if len(weights) < DEPTH:
            weights.append(SPREAD * normals(place, size).reshape(WIDTH, columns))
        place += size
    gradient = standardise(normals(place, len(inputs) * WIDTH).reshape(len(inputs), WIDTH))
    return {"activation": "relu", "inputs": inputs, "weights": weights, "gradient": gradient}


def trace(case: dict) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return each layer's outputs and the gradients with respect to them, by PyTorch's autograd."""
    import torch
    from torch.nn import functional

    functions = {"linear": lambda z: z, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
    functions |= {"relu": torch.relu, "gelu": functional.gelu}
    values = [torch.tensor(case["inputs"], dtype=torch.float64, requires_grad=True)]
    for weight in case["weights"]:
        z = functional.linear(values[-1], torch.tensor(weight, dtype=torch.float64))
        if case.get("norm"):
            z = functional.batch_norm(z, None, None, training=True, eps=EPSILON)
        z = functions[case["activation"]](z)
        skips = case.get("residual") and z.shape == values[-1].shape
        values.append(values[-1] + z if skips else z)
    values[-1].backward(torch.tensor(case["gradient"], dtype=torch.float64), inputs=values)
    return [v.detach().numpy() for v in values], [v.grad.numpy() for v in values]


def variances(activations: list, gradients: list) -> dict:
    """Return what the demo shows of each layer: variances over all numbers, and over the batch."""
    return {
        "activations": [float(np.var(each)) for each in activations],
        "differences": [float(np.var(each, 0).mean()) for each in activations],
        "gradients": [float(np.var(each)) for each in gradients],
    }


def given() -> dict:
    """Return a small batch, weights and a gradient, in numbers that a file can hold exactly."""
    random = np.random.RandomState(0)  # the same numbers in every version of NumPy
    shapes = [(6, 8)] + [(6, 6)] * 5
    weights = [(0.7 * random.standard_normal(shape)).round(6) for shape in shapes]
    inputs, gradient = (random.standard_normal((5, width)).round(6) for width in (8, 6))
    return {"inputs": inputs, "weights": weights, "gradient": gradient}


def cases() -> list[dict]:
    """Return the small network with each activation, with and without its two options."""
    return [
        {"activation": name, "norm": norm, "residual": residual}
        for name in ACTIVATIONS
        for norm in (False, True)
        for residual in (False, True)
    ]


def golden(root: Path) -> dict:
    """Return all golden values."""
    small, first = given(), first_state(root)
    return {
        "given": {
            "inputs": small["inputs"].tolist(),
            "weights": [weight.tolist() for weight in small["weights"]],
            "gradient": small["gradient"].tolist(),
        },
        "cases": [case | variances(*trace(small | case)) for case in cases()],
        "normals": [[at, normals(at, 6).tolist()] for at in (0, 1000, BLOCK, 4095 * BLOCK)],
        "first": variances(*trace(first)),
    }


def dump(found: dict) -> str:
    """Return golden values as JSON, one case on a line, so that a change can be read."""
    lines = [f'  "{name}": {json.dumps(found[name])}' for name in ("given", "normals", "first")]
    each = ",\n".join(f"    {json.dumps(case)}" for case in found["cases"])
    return "{\n" + ",\n".join([*lines, f'  "cases": [\n{each}\n  ]']) + "\n}\n"


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file that this module writes."""
    return {
        root / "docs" / "live" / "signals.svg": still_signals.draw(*trace(first_state(root))),
        root / "tests" / "live" / "signals.json": dump(golden(root)),
    }
