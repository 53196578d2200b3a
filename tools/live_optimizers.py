"""The race of optimizers: golden steps and gradients of PyTorch and Keras, the still picture."""

import json
from functools import partial
from pathlib import Path

import numpy as np

from tools import still_optimizers

STEPS = 500
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


def loss(surface: str, x, y, cos=np.cos):
    """Return the loss; `cos` is that of the library that x and y come from."""
    return {
        "ravine": lambda: 0.5 * (x**2 + 25 * y**2),
        "valley": lambda: (1 - x) ** 2 + 10 * (y - x**2) ** 2,
        "saddle": lambda: 0.5 * x**2 + 0.25 * (y**2 - 1) ** 2,
        "bumps": lambda: 0.1 * (x**2 + y**2) + 0.2 * (2 - cos(3 * x) - cos(3 * y)),
    }[surface]()


def pytorch_optimizer(name: str, parameters: list, rate: float):
    """Return PyTorch's own optimizer, with what it takes unless told otherwise."""
    from torch import optim

    return {
        "sgd": lambda: optim.SGD(parameters, rate),
        "momentum": lambda: optim.SGD(parameters, rate, momentum=0.9),
        "rmsprop": lambda: optim.RMSprop(parameters, rate),
        "adam": lambda: optim.Adam(parameters, rate),
    }[name]()


def pytorch_path(surface: str, name: str, start: tuple, rate: float) -> np.ndarray:
    """Return every point of a path, (501, 2), by PyTorch in float64."""
    import torch

    point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, path = pytorch_optimizer(name, [point], rate), [np.array(start)]
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(surface, point[0], point[1], torch.cos).backward()
        optimizer.step()
        path.append(point.detach().numpy().copy())
    return np.array(path)


def keras_optimizer(name: str, rate: float):
    """Return Keras's own optimizer, with what it takes unless told otherwise.

    Keras turns numbers of Python into float32 on the way to float64, those of NumPy not.
    """
    from keras import optimizers

    betas = {"beta_1": np.float64(0.9), "beta_2": np.float64(0.999)}
    return {
        "sgd": lambda: optimizers.SGD(rate),
        "momentum": lambda: optimizers.SGD(rate, momentum=0.9),
        "rmsprop": lambda: optimizers.RMSprop(rate),
        "adam": lambda: optimizers.Adam(rate, **betas),
    }[name]()


def keras_path(surface: str, name: str, start: tuple, rate: float) -> np.ndarray:
    """Return every point of a path, (501, 2), by Keras and TensorFlow in float64."""
    import keras
    import tensorflow as tf

    usual = keras.config.floatx()
    keras.config.set_floatx("float64")  # the learning rate's variable too
    try:
        point, optimizer = tf.Variable(start, dtype=tf.float64), keras_optimizer(name, rate)
        optimizer.build([point])

        @tf.function
        def step():
            with tf.GradientTape() as tape:
                value = loss(surface, point[0], point[1], tf.cos)
            optimizer.apply([tf.convert_to_tensor(tape.gradient(value, point))], [point])

        path = [np.array(start)]
        for _ in range(STEPS):
            step()
            path.append(point.numpy())
        return np.array(path)
    finally:
        keras.config.set_floatx(usual)


def pytorch_gradients(surface: str, points: np.ndarray) -> np.ndarray:
    """Return the loss and its gradient at each point, (points, 3), by PyTorch's autograd."""
    import torch

    at = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    values = loss(surface, at[:, 0], at[:, 1], torch.cos)
    values.sum().backward()
    return np.column_stack([values.detach().numpy(), at.grad.numpy()])


def tensorflow_gradients(surface: str, points: np.ndarray) -> np.ndarray:
    """Return the loss and its gradient at each point, (points, 3), by TensorFlow's tape."""
    import tensorflow as tf

    at = tf.Variable(points, dtype=tf.float64)
    with tf.GradientTape() as tape:
        values = loss(surface, at[:, 0], at[:, 1], tf.cos)
    slopes = tf.convert_to_tensor(tape.gradient(values, at))
    return np.column_stack([values.numpy(), slopes.numpy()])


def places(surface: str) -> np.ndarray:
    """Return a grid of points all over a surface's picture, and a little beyond, (49, 2)."""
    left, bottom, side = BOXES[surface]
    shares = np.linspace(-0.1, 1.1, 7)
    x, y = np.meshgrid(left + shares * side, bottom + shares * side)
    return np.column_stack([x.ravel(), y.ravel()]).round(6)


def kept(surface: str, name: str, rate: float) -> list[int]:
    """Return the steps whose points are stored for an optimizer on a surface."""
    return [step for step in KEPT if step <= CHAOS.get((surface, name, rate), STEPS)]


def golden() -> dict:
    """Return all golden values: paths of both frameworks, and gradients."""
    makers = {"pytorch": pytorch_path, "keras": keras_path}
    rated = [(surface, *each) for surface in RATES for each in RATES[surface].items()]
    paths = [
        {"surface": surface, "name": name, "definition": definition, "start": start, "rate": rate}
        | {"points": make(surface, name, start, rate)[kept(surface, name, rate)].tolist()}
        for surface, name, rate in rated + MORE
        for start in STARTS[surface]
        for definition, make in makers.items()
    ]
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
    paths = {name: pytorch_path(surface, name, start, rate) for name, rate in rates.items()}
    return still_optimizers.draw(paths, partial(loss, surface), BOXES[surface])


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file that this module writes."""
    return {
        root / "docs" / "live" / "optimizers.svg": picture("ravine"),
        root / "tests" / "live" / "optimizers.json": dump(golden()),
    }
