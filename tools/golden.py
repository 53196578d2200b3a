"""What PyTorch computes for each kind of layer that a demo can run: numbers to be reproduced."""

import json
from base64 import b64encode

import numpy as np

DIGITS = 6  # decimals of the inputs and weights, which are exact; the answers are in full

# The name of each case, its kind of layer, the input's shape, the weights' shape, more options.
LAYERS = [
    ("one channel, padded", "conv2d", (1, 6, 6), (2, 1, 5, 5), {"padding": 2}),
    ("channels, an odd picture", "conv2d", (3, 7, 5), (4, 3, 3, 3), {"padding": 0}),
    ("a kernel higher than wide", "conv2d", (2, 6, 9), (3, 2, 3, 2), {"padding": 1}),
    ("a kernel as large as the picture", "conv2d", (2, 3, 4), (3, 2, 3, 4), {"padding": 0}),
    ("an even picture", "max_pool2d", (2, 4, 6), None, {}),
    ("an odd picture", "max_pool2d", (3, 5, 7), None, {}),
    ("positive and negative", "relu", (2, 3, 3), None, {}),
    ("channels, rows, columns", "flatten", (2, 3, 4), None, {}),
    ("a few numbers", "linear", (7,), (3, 7), {}),
    ("one number out", "linear", (4,), (1, 4), {}),
]
FORMATS = {"F16": np.float16, "F32": np.float32}
HALVES = [0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0x3555, 0x3C00, 0xC500, 0x7BFF, 0x7C00, 0xFC00]


def cases() -> dict:
    """Return layers, a whole network in both number formats, half floats and probabilities."""
    random = np.random.RandomState(0)  # the same numbers in every version of NumPy
    return {
        "layers": [layer(random, *case) for case in LAYERS],
        "networks": [network(random, kind) for kind in FORMATS],
        "halves": [[bits, value_of(bits)] for bits in HALVES],
        "softmax": [softmax(scores) for scores in ([1, 2, 3], [-1000, 1000], [0.5] * 4)],
    }


def layer(random, name: str, kind: str, shape: tuple, weights: tuple | None, options: dict) -> dict:
    """Return one layer's input, weights and output."""
    case = {"name": name, "kind": kind, "options": options, "input": numbers(random, shape)}
    if weights:
        case["weight"] = numbers(random, weights)
        case["bias"] = numbers(random, weights[:1])
    return case | {"output": listed(apply(case))}


def apply(case: dict):
    """Run a case's layer in PyTorch; the answer is a tensor without a batch."""
    from torch.nn import functional

    parts = {name: tensor(case[name]) for name in ("weight", "bias") if name in case}
    functions = {
        "conv2d": functional.conv2d,
        "max_pool2d": lambda x: functional.max_pool2d(x, 2),
        "relu": functional.relu,
        "flatten": lambda x: x.flatten(1),
        "linear": functional.linear,
    }
    return functions[case["kind"]](tensor(case["input"])[None], **parts, **case["options"])[0]


def network(random, kind: str) -> dict:
    """Return the file of a small network with every kind of layer, an input and its scores."""
    import torch
    from safetensors.numpy import save
    from torch import nn

    from lessons.weights import describe_pytorch

    small = nn.Sequential(
        *(nn.Conv2d(2, 3, 3, padding=1), nn.MaxPool2d(2), nn.ReLU()),
        *(nn.Conv2d(3, 4, 2), nn.Flatten(), nn.Linear(16, 5)),
    )
    with torch.no_grad():
        for weight in small.parameters():
            weight.copy_(tensor(numbers(random, tuple(weight.shape))))
        small = small.half().float() if kind == "F16" else small
        image = numbers(random, (2, 7, 6))
        scores = small(tensor(image)[None])[0]
    description, arrays = describe_pytorch(small)
    arrays = {name: array.astype(FORMATS[kind]) for name, array in arrays.items()}
    file = b64encode(save(arrays, {"layers": json.dumps(description)})).decode()
    return {"file": file, "type": kind, "input": image, "output": listed(scores)}


def numbers(random, shape: tuple) -> dict:
    """Return random numbers around 0 as a shape and a list."""
    data = random.standard_normal(shape).round(DIGITS).ravel()
    return {"shape": list(shape), "data": data.tolist()}


def tensor(given: dict):
    import torch

    return torch.tensor(given["data"], dtype=torch.float32).reshape(given["shape"])


def listed(found) -> dict:
    return {"shape": list(found.shape), "data": found.ravel().tolist()}


def value_of(bits: int) -> float | str:
    """Return what 16 bits stand for; infinities as text, for JSON has no word for them."""
    value = float(np.array(bits, np.uint16).view(np.float16))
    return value if np.isfinite(value) else str(value)


def softmax(scores: list[float]) -> dict:
    import torch

    found = torch.softmax(torch.tensor(scores, dtype=torch.float32), 0)
    return {"input": scores, "output": found.tolist()}


def dump(found: dict) -> str:
    """Return the cases as JSON, one on a line, so that a change can be read."""
    parts = [
        f' "{name}": [\n' + ",\n".join(f"  {json.dumps(case)}" for case in group) + "\n ]"
        for name, group in found.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"
