"""Numbers in a record: turned into plain floats, summarised over seeds, looked up by name."""

import math
import numbers
import re
from collections.abc import Callable
from statistics import fmean

REFERENCE = re.compile(r"(?P<metric>\w+)(?P<indices>(?: ?\[-?\d+\])*)(?: (?P<edge>low|high))?")


class MetricError(ValueError):
    """A value that cannot stand in a record, or a name that the record does not hold."""


def plain(value: object, name: str) -> float | list:
    """Return a number, array, tensor or nested list as floats; MetricError unless all finite."""
    if isinstance(value, numbers.Real):
        if not math.isfinite(value):
            raise MetricError(f"{name} = {value}, and a record holds finite numbers only")
        return float(f"{float(value):.10g}")
    if isinstance(value, list | tuple) and value:
        return [plain(item, f"{name}[{index}]") for index, item in enumerate(value)]
    for convert in ("tolist", "numpy"):  # NumPy and PyTorch have the first, TensorFlow the second
        if hasattr(value, convert):
            return plain(getattr(value, convert)(), name)
    kind = "an empty list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"
    raise MetricError(f"{name} is {kind}, and not a number, a list of numbers or a Figure")


def summary(runs: list, name: str) -> dict:
    """Return the mean, lowest and highest of a metric over its runs, item by item for lists."""
    return {
        "mean": _reduce(lambda values: float(f"{fmean(values):.10g}"), runs, name),
        "low": _reduce(min, runs, name),
        "high": _reduce(max, runs, name),
        "runs": runs,
    }


def _reduce(function: Callable, runs: list, name: str) -> float | list:
    if not any(isinstance(run, list) for run in runs):
        return function(runs)
    if not all(isinstance(run, list) for run in runs) or len({len(run) for run in runs}) > 1:
        raise MetricError(f"{name} has not the same shape in every seed")
    return [_reduce(function, list(items), name) for items in zip(*runs, strict=True)]


def look_up(row: dict, reference: str) -> float:
    """Return the number that a reference such as `shift_accuracy[2] low` names in a row."""
    parts = REFERENCE.fullmatch(reference)
    metrics = row["metrics"]
    if not parts or parts["metric"] not in metrics:
        raise MetricError(f"the record has no metric {reference}; it has {', '.join(metrics)}")
    value = metrics[parts["metric"]][parts["edge"] or "mean"]
    for index in re.findall(r"-?\d+", parts["indices"]):
        if not isinstance(value, list) or not -len(value) <= int(index) < len(value):
            raise MetricError(f"the record has no {reference}")
        value = value[int(index)]
    if isinstance(value, list):
        raise MetricError(f"{reference} is a list of {len(value)}; name one as {reference}[0]")
    return value
