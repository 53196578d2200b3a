"""Paths of PyTorch's and Keras's own optimizers down loss surfaces of two parameters."""

import numpy as np

STEPS = 500


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


def pytorch_paths(surface: str, name: str, starts: list, rate: float) -> np.ndarray:
    """Return every point of the paths from some starts, (501, starts, 2), by PyTorch in float64."""
    import torch

    points = torch.tensor(starts, dtype=torch.float64, requires_grad=True)
    optimizer, paths = pytorch_optimizer(name, [points], rate), [np.array(starts)]
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(surface, points[:, 0], points[:, 1], torch.cos).sum().backward()
        optimizer.step()
        paths.append(points.detach().numpy().copy())
    return np.array(paths)


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


def keras_paths(surface: str, name: str, starts: list, rate: float) -> np.ndarray:
    """Return every point of the paths from some starts, (501, starts, 2), by Keras in float64."""
    import keras
    import tensorflow as tf

    usual = keras.config.floatx()
    keras.config.set_floatx("float64")  # for the learning rate too
    try:
        points, optimizer = tf.Variable(starts, dtype=tf.float64), keras_optimizer(name, rate)
        optimizer.build([points])

        @tf.function
        def walk():
            paths = tf.TensorArray(tf.float64, STEPS, element_shape=points.shape)
            for step in tf.range(STEPS):
                with tf.GradientTape() as tape:
                    value = loss(surface, points[:, 0], points[:, 1], tf.cos)
                slopes = tf.convert_to_tensor(tape.gradient(value, points))
                optimizer.apply([slopes], [points])
                paths = paths.write(step, points)
            return paths.stack()

        return np.concatenate([np.array([starts]), walk().numpy()])
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
