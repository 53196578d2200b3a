"""The study's charts, for the notebook and for a report."""

import numpy as np
from matplotlib.ticker import LogLocator

from lessons.apples.calibration import reliability
from lessons.apples.metrics import accuracy, interval
from lessons.apples.study import of
from lessons.plots import draw_chart

LOOKS = {
    "boosting on pixels": {"color": "#5b2a86", "marker": "s", "linestyle": ":"},
    "boosting on features": {"color": "#3d7a3d", "marker": "^", "linestyle": "-."},
    "CNN from scratch": {"color": "#b3460f", "marker": "o", "linestyle": "-"},
    "transfer": {"color": "#0b62a4", "marker": "D", "linestyle": "--"},
}
EDGES = (0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0001)


def steps(study, fits, method):
    """Return a table (rows, 5), a row for each number of photographs.

    The mean of the runs' photographs, the median of their seconds; accuracy and its
    95 % interval over leaves.
    """
    rows = []
    for each in dict.fromkeys(fit.each for fit in fits):
        own = of(fits, method, each)
        answers, labels, groups = study.tested(own)
        photographs = np.mean([fit.photographs for fit in own])
        seconds = np.median([fit.seconds for fit in own])
        rows.append(
            (photographs, seconds, *interval(accuracy, groups, answers, labels))
        )
    return np.array(rows)


def draw_growth(tables, column, name):
    """Draw accuracy against photographs (column 0) or seconds (column 1) by method."""
    figure, axis = draw_chart(height=3.8)
    for method, table in tables.items():
        spread = [table[:, 2] - table[:, 3], table[:, 4] - table[:, 2]]
        axis.errorbar(
            table[:, column],
            table[:, 2],
            spread,
            capsize=2,
            label=method,
            **LOOKS[method],
        )
    axis.set(xscale="log", xlabel=name, ylabel="accuracy on unseen leaves")
    if column == 0:
        numbers = np.unique([table[:, 0].round() for table in tables.values()])
        axis.set_xticks(numbers, [f"{number:.0f}" for number in numbers])
    else:
        axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.xaxis.set_major_formatter("{x:g}")
    axis.minorticks_off()
    axis.legend(frameon=False)
    return figure


def draw_intervals(rows, name, chance=None):
    """Draw values with their intervals, {name: (value, low, high)}, top to bottom."""
    figure, axis = draw_chart(height=0.9 + 0.36 * len(rows))
    for place, (label, (value, low, high)) in enumerate(rows.items()):
        look = LOOKS.get(label, {"color": "#5b2a86", "marker": "o"})
        axis.plot([low, high], [place, place], color=look["color"], linewidth=2)
        axis.plot(value, place, look["marker"], color=look["color"])
    if chance is not None:
        axis.axvline(chance, color="0.4", linestyle="--", linewidth=1, label="chance")
        axis.legend(frameon=False)
    axis.set_yticks(range(len(rows)), list(rows))
    axis.invert_yaxis()
    axis.grid(axis="x", color="0.85", linewidth=0.6)
    axis.set(xlabel=name)
    return figure


def draw_reliability(answers, labels):
    """Draw accuracy against confidence: {name: log-probabilities}, one line each."""
    figure, axis = draw_chart(width=5.0, height=4.2)
    looks = (("#b3460f", "o", "-"), ("#0b62a4", "D", "--"))
    axis.plot([0.3, 1], [0.3, 1], color="0.4", linewidth=1, linestyle=":")
    for (name, own), (colour, marker, line) in zip(answers.items(), looks):
        table = reliability(own, labels, EDGES)
        axis.plot(
            table[:, 0], table[:, 1], line, color=colour, marker=marker, label=name
        )
    axis.set(
        xlabel="mean confidence in the bin",
        ylabel="share that is right",
        aspect="equal",
    )
    axis.legend(frameon=False)
    return figure
