"""The full experiment on backpropagation: equal losses, nudges, seconds and bytes."""

import time
from importlib import import_module

import numpy as np

from lessons.backpropagation import cost
from lessons.backpropagation import numpy as scratch
from lessons.backpropagation.engine import Tensor
from lessons.data import load_digits
from lessons.plots import draw_chart

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "engine": "the engine"}
COLOURS = {"pytorch": "#b3460f", "tensorflow": "#0b62a4", "engine": "#5b2a86"}
MARKERS = {"pytorch": "o", "tensorflow": "s", "engine": "^"}
DASHES = {"engine": (0, (3, 6)), "pytorch": (3, (3, 6)), "tensorflow": (6, (3, 6))}
SIZES = (784, 16, 16, 10)
STEPS = 100
BATCH = 64
RATE = 0.1
WIDTHS = (16, 64, 256, 1024)  # of three hidden layers, for the timings
TIMED_BATCH = 256
DEPTHS = (1, 2, 4, 8, 16, 32)  # hidden layers, for the bytes
DEEP_WIDTH = 64
NUDGES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12)


class Bench:
    """One framework on one device, so that the experiment below is written once."""

    def __init__(self, framework, device):
        self.lesson = import_module(f"lessons.backpropagation.{MODULES[framework]}")
        basics = import_module(f"lessons.{MODULES[framework]}")
        self.device = basics.choose_device() if device == "gpu" else CPU[framework]

    def tensors(self, arrays, batch):
        """Return parameters, pixels and labels on the device."""
        (pair,) = self.lesson.to_batches([batch], self.device)
        return self.lesson.to_parameters(arrays, self.device), *pair

    def train(self, arrays, batches):
        """Return the loss before each step."""
        parameters = self.lesson.to_parameters(arrays, self.device)
        batches = self.lesson.to_batches(batches, self.device)
        return np.array(list(self.lesson.train(parameters, batches, RATE)))


def run(framework, seed, device):
    """Yield each measurement of one seed."""
    bench, (images, labels, _, _) = Bench(framework, device), load_digits()
    arrays = scratch.initial_parameters(SIZES, seed)
    batches = scratch.draw_batches(images, labels, STEPS, BATCH, seed)
    yield from same_losses(bench, arrays, batches)
    yield from same_gradients(bench, arrays, batches[0])
    yield from nudged(arrays, batches[0])
    yield from nudged_once()
    timed = scratch.draw_batches(images, labels, 1, TIMED_BATCH, seed)[0]
    yield from seconds(bench, timed, seed)
    yield from kept(bench, batches[0], seed)


def same_losses(bench, arrays, batches):
    """Train the engine and the framework from the same weights on the same batches."""
    ours = np.array(list(scratch.engine_train(arrays, batches, RATE)))
    theirs = bench.train(arrays, batches)
    yield "engine_losses", ours
    yield "losses", theirs
    yield "loss_differences", np.abs(ours - theirs)
    yield "loss_difference", np.abs(ours - theirs).max()


def same_gradients(bench, arrays, batch):
    """Compare all gradients of one batch."""
    _, ours = scratch.engine_gradients(arrays, *batch)
    _, theirs = bench.lesson.gradients(*bench.tensors(arrays, batch))
    pairs = zip(ours, theirs)
    yield "gradient_difference", max(np.abs(a - b).max() for a, b in pairs)


def nudged(arrays, batch):
    """Nudge each of the 13,002 parameters both ways, and pass blame backwards once."""
    parameters = [Tensor(array.copy()) for array in arrays]

    def loss():
        return scratch.engine_loss(parameters, *batch).data

    start = time.perf_counter()
    with cost.no_recording():
        slopes = [scratch.finite_differences(loss, p.data) for p in parameters]
    yield "nudge_seconds", time.perf_counter() - start
    _, exact = scratch.engine_gradients(arrays, *batch)
    worst = max(np.abs(a - b).max() for a, b in zip(slopes, exact))
    yield "nudge_difference", worst
    forwards, both = engine_seconds(arrays, batch)
    yield "backward_milliseconds", 1000 * both
    yield "backward_ratio", both / forwards


def engine_seconds(arrays, batch):
    """Return the seconds of the engine's forward pass, and of a loss with gradient."""
    parameters = [Tensor(array) for array in arrays]
    return cost.fastest(
        [
            lambda: scratch.engine_loss(parameters, *batch),
            lambda: scratch.engine_gradients(arrays, *batch),
        ]
    )


def nudged_once():
    """Yield how far one slope by finite differences is from the true one, by step."""
    inputs = {"w": -1.0, "x": 1.5, "b": 0.5, "y": 1.0}
    loss, gradients = scratch.by_hand(**inputs)
    both, one = [], []
    for step in NUDGES:
        places = [inputs | {"w": -1.0 + nudge} for nudge in (step, -step)]
        more, less = (scratch.by_hand(**place)[0] for place in places)
        both.append(abs((more - less) / (2 * step) - gradients["w"]))
        one.append(abs((more - loss) / step - gradients["w"]))
    yield "two_sided_errors", both
    yield "one_sided_errors", one


def seconds(bench, batch, seed):
    """Time forward passes and gradients of wider and wider networks."""
    theirs, ours, counted = [], [], []
    for width in WIDTHS:
        sizes = (784, width, width, width, 10)
        arrays = scratch.initial_parameters(sizes, seed)
        theirs.append(bench.lesson.seconds(*bench.tensors(arrays, batch)))
        ours.append(engine_seconds(arrays, batch))
        forwards, backwards = cost.multiplications(sizes, TIMED_BATCH)
        counted.append((forwards + backwards) / forwards)
    yield "forward_milliseconds", [1000 * forwards for forwards, _ in theirs]
    yield "gradient_milliseconds", [1000 * both for _, both in theirs]
    yield "ratio", [both / forwards for forwards, both in theirs]
    yield "engine_ratio", [both / forwards for forwards, both in ours]
    yield "counted_ratio", counted


def kept(bench, batch, seed):
    """Count the bytes that deeper and deeper networks keep for going backwards."""
    theirs, ours, idle = [], [], []
    for depth in DEPTHS:
        arrays = scratch.initial_parameters((784, *[DEEP_WIDTH] * depth, 10), seed)
        theirs.append(bench.lesson.kept_bytes(*bench.tensors(arrays, batch)))
        parameters = [Tensor(array) for array in arrays]
        ours.append(cost.engine_kept_bytes(scratch.engine_loss(parameters, *batch)))
        with cost.no_recording():
            idle.append(cost.engine_kept_bytes(scratch.engine_loss(parameters, *batch)))
    yield "kept_bytes", theirs
    yield "engine_kept_bytes", ours
    yield "inference_kept_bytes", idle


def figures(record):
    """Yield the charts that are drawn from both frameworks' rows."""
    rows = {
        row["framework"]: row["metrics"]
        for row in record["rows"]
        if row["device"] == "cpu"
    }
    yield "curves", curves(rows)
    yield "nudges", nudges_chart(rows["pytorch"])
    yield "cost", cost_chart(rows)


def curves(rows):
    """Draw the losses of seed 0 on top of each other, and how far they are apart."""
    figure, (left, right) = draw_chart(width=7.2, height=3.0, columns=2)
    lines = {"engine": rows["pytorch"]["engine_losses"]["runs"][0]}
    lines |= {name: metrics["losses"]["runs"][0] for name, metrics in rows.items()}
    for name, losses in lines.items():
        style = {"color": COLOURS[name], "linestyle": DASHES[name], "lw": 2}
        left.plot(losses, label=NAMES[name], **style)
    for name, metrics in rows.items():
        worst = np.max(metrics["loss_differences"]["runs"], axis=0)
        right.plot(
            np.maximum(worst, 1e-17), color=COLOURS[name], label=NAMES[name], lw=1
        )
    right.axhline(1e-6, color="0.5", lw=0.8, linestyle="--")
    right.annotate("one millionth", (99, 1e-6), (0, 4), **LABEL)
    left.set(xlabel="step", ylabel="training loss", ylim=(0, None))
    right.set(xlabel="step", ylabel="difference from the engine", yscale="log")
    right.set(ylim=(1e-17, 1e-4))
    left.legend(frameon=False, handlelength=3.6)  # two periods of the dashes
    right.legend(frameon=False)
    return figure


LABEL = {"textcoords": "offset points", "ha": "right", "fontsize": 8, "color": "0.4"}


def nudges_chart(metrics):
    """Draw the error of a slope by finite differences against the step."""
    figure, axis = draw_chart(height=3.2)
    for metric, label, colour, marker in (
        ("one_sided_errors", "one nudge", "#b3460f", "s"),
        ("two_sided_errors", "one nudge each way", "#0b62a4", "o"),
    ):
        axis.plot(NUDGES, metrics[metric]["mean"], marker, ls="-", color=colour, ms=5)
        place = NUDGES[3], metrics[metric]["mean"][3]
        ends = ((8, 4), "left") if "one_" in metric else ((-8, -4), "right")
        axis.annotate(
            label, place, ends[0], "data", "offset points", ha=ends[1], color=colour
        )
    axis.set(xscale="log", yscale="log", xlabel="step", ylabel="error of the slope")
    axis.invert_xaxis()
    return figure


def cost_chart(rows):
    """Draw the ratio of times by width, and the bytes kept by depth."""
    figure, (left, right) = draw_chart(width=7.2, height=3.2, columns=2)
    series = {name: metrics["ratio"] for name, metrics in rows.items()}
    series["engine"] = rows["pytorch"]["engine_ratio"]
    for name, ratio in series.items():
        style = {"color": COLOURS[name], "marker": MARKERS[name], "ms": 5}
        left.plot(WIDTHS, ratio["mean"], label=NAMES[name], **style)
        left.fill_between(
            WIDTHS, ratio["low"], ratio["high"], color=COLOURS[name], alpha=0.15, lw=0
        )
    counted = rows["pytorch"]["counted_ratio"]["mean"]
    left.plot(WIDTHS, counted, color="0.4", ls="--", lw=1, label="products counted")
    left.set(xscale="log", xlabel="units in each of three hidden layers")
    left.set(ylabel="gradient / forward pass", ylim=(0, None))
    left.set_xticks(WIDTHS, WIDTHS)
    left.minorticks_off()
    left.legend(frameon=False, fontsize=8)
    for name, metric, label in (
        ("engine", "engine_kept_bytes", "the engine"),
        ("pytorch", "kept_bytes", "both frameworks"),
    ):
        kept = np.array(rows["pytorch"][metric]["mean"]) / 1024
        style = {"color": COLOURS[name], "marker": MARKERS[name], "ms": 5}
        right.plot(DEPTHS, kept, label=label, **style)
    idle = np.array(rows["pytorch"]["inference_kept_bytes"]["mean"]) / 1024
    right.plot(DEPTHS, idle, color="0.4", ls="--", label="inference")
    right.set(xlabel="hidden layers", ylabel="kept for going backwards (KiB)")
    right.legend(frameon=False, fontsize=8)
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        ("Losses over 100 steps, largest difference", "loss_difference", "{:.1e}"),
        ("13,002 gradients, largest difference", "gradient_difference", "{:.1e}"),
        ("… from finite differences", "nudge_difference", "{:.1e}"),
        ("All gradients by nudging, engine", "nudge_seconds", "{:.1f} s"),
        ("… by backpropagation, engine", "backward_milliseconds", "{:.2f} ms"),
        ("Gradient in forward passes, 16 units", "ratio[0]", "{:.1f}"),
        ("… 1,024 units", "ratio[3]", "{:.1f}"),
        ("Bytes kept, 32 layers of 64 units", "kept_bytes[5]", "{:,.0f}"),
    ]
