"""The frameworks that a lesson's tests are run in, where they are installed."""

import importlib.util
import random
import sys
from contextlib import contextmanager
from importlib import import_module

import numpy as np
import pytest

PACKAGES = {"pytorch": "torch", "tensorflow": "tensorflow"}


def need(framework, *modules):
    """Skip where a framework is not installed; return its twin of each of the modules.

    A module is named as in "lessons.depth.{}"; the framework's package takes the place of {}.
    """
    name = PACKAGES[framework]
    if not importlib.util.find_spec(name):
        pytest.skip(f"{framework} is not installed")
    fresh = name not in sys.modules
    found = [import_module(module.format(name)) for module in modules]
    if fresh:
        seed()
    return found


def seed():
    """Start Python's and NumPy's random numbers from 0, and those of each imported framework."""
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)


@pytest.fixture(params=PACKAGES)
def framework(request):
    need(request.param)
    return request.param


@contextmanager
def in_float64(framework):
    """Let what is built inside compute in float64; put everything back afterwards.

    In Keras two settings say so: floatx, also of inputs, and the policy of new layers.
    """
    need(framework)
    if framework == "pytorch":
        import torch

        before = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)
        try:
            yield
        finally:
            torch.set_default_dtype(before)
        return
    import keras

    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        yield
    finally:
        keras.config.set_floatx(before[0])
        keras.config.set_dtype_policy(before[1])
