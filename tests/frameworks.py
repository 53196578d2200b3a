"""The frameworks that a lesson's tests are run in, where they are installed."""

import importlib.util
from importlib import import_module

import pytest

PACKAGES = {"pytorch": "torch", "tensorflow": "tensorflow"}


def need(framework, *modules):
    """Skip where a framework is not installed; return its twin of each of the modules.

    A module is named as in "lessons.depth.{}"; the framework's package takes the place of {}.
    """
    name = PACKAGES[framework]
    if not importlib.util.find_spec(name):
        pytest.skip(f"{framework} is not installed")
    return [import_module(module.format(name)) for module in modules]


@pytest.fixture(params=PACKAGES)
def framework(request):
    need(request.param)
    return request.param
