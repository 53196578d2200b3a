"""The full experiment on why now: the machine's limits, its speeds, three recipes."""

import json
import os
import platform
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np

from lessons.backpropagation.cost import fastest
from lessons.data import load_digits
from lessons.depth.numpy import to_vectors
from lessons.plots import draw_chart
from lessons.revolution.numpy import (
    chip_peak,
    growth,
    more_chips,
    product_by_hand,
    product_cost,
    roof,
    step_cost,
    years,
)

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
COLOURS = {"pytorch": "#b3460f", "tensorflow": "#0b62a4"}
MARKERS = {"pytorch": "o", "tensorflow": "s"}
SIZES = (784, 2048, 2048, 10)  # of the network that is timed
BATCHES = (1, 4, 16, 64, 256, 1024)
PRECISIONS = ("float64", "float32", "bfloat16")
STEP_PRECISIONS = ("float32", "bfloat16")
PRODUCTS = (16, 64, 256, 1024, 2048)  # square matrices
HAND = 64  # rows of the matrices that Python multiplies
MEGABYTES = {"cpu": 256, "gpu": 1024}  # read at once; more than a cache holds
GOAL, MOST = 0.9, 60  # test accuracy; passes over the digits before a recipe is lost
DEPTHS = (3, 5)  # dense layers
RECIPES = {  # activation, weights, optimizer, the rates that it may choose from
    "sigmoid_sgd": ("sigmoid", "xavier", "SGD", (0.1, 0.3, 1.0)),
    "relu_sgd": ("relu", "he", "SGD", (0.03, 0.1)),
    "relu_adam": ("relu", "he", "Adam", (0.001, 0.003)),
}
LABELS = {
    "sigmoid_sgd": "sigmoid, Xavier, SGD",
    "relu_sgd": "ReLU, He, SGD",
    "relu_adam": "ReLU, He, Adam",
}


class Bench:
    """One framework on one device, so that the experiment below is written once."""

    def __init__(self, framework, device):
        name = MODULES[framework]
        self.framework = framework
        self.lesson = import_module(f"lessons.revolution.{name}")
        self.depth = import_module(f"lessons.depth.{name}")
        self.basics = import_module(f"lessons.{name}")
        self.on_gpu = device == "gpu"
        self.device = self.basics.choose_device() if self.on_gpu else CPU[framework]

    def tensors(self, *arrays):
        """Return arrays as tensors on the device."""
        if self.framework == "pytorch":
            torch = import_module("torch")
            return [torch.from_numpy(array).to(self.device) for array in arrays]
        tf = import_module("tensorflow")
        with tf.device(self.device):
            return [tf.constant(array) for array in arrays]

    def network(self, activation, scheme, depth):
        """Return a network of dense layers on the device."""
        network = self.depth.deep_network(activation, scheme, depth=depth, width=64)
        return network.to(self.device) if self.framework == "pytorch" else network

    def optimizer(self, kind, network):
        """Return an optimizer of the framework; the rate comes with each step."""
        if self.framework == "pytorch":
            return getattr(import_module("torch").optim, kind)(network.parameters())
        return getattr(import_module("keras").optimizers, kind)()


def run(framework, seed, device):
    """Yield each measurement of one seed."""
    bench = Bench(framework, device)
    bench.basics.set_seed(seed)
    yield from slides()
    yield from by_hand(seed)
    yield from limits(bench)
    yield from steps(bench)
    yield from precisions(bench)
    if not bench.on_gpu:
        yield from chip()
        yield from threads(framework)
    yield from recipes(bench, seed)


def slides():
    """Redo the arithmetic of the slides."""
    systems = {
        system["system"]: system["flop"] for system in load("compute")["systems"]
    }
    by_epoch = systems["AlphaGo Zero"] / systems["AlexNet"]
    longer, faster = 40 / 5.5, growth(61, 24)
    yield "slide_years", years(300_000)
    yield "slide_ratio", 733 / 27
    yield "compute_factor", by_epoch
    yield "chips_factor", [more_chips(f, longer, faster) for f in (300_000, by_epoch)]
    yield "alexnet_years", [years(5.5 * f) for f in (300_000, by_epoch)]
    yield "data_factor", load("datasets")["sets"][-1]["examples"] / 7291


def load(name):
    """Return what one of the pages' data files holds."""
    path = Path(__file__).parents[2] / "docs" / "data" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def by_hand(seed):
    """Multiply two matrices in Python's loops, and in NumPy."""
    left, right = np.random.default_rng(seed).normal(size=(2, HAND, HAND))
    loops, numpy = fastest([lambda: product_by_hand(left, right), lambda: left @ right])
    operations, _ = product_cost(HAND, HAND, HAND)
    yield "hand_speed", operations / loops / 1e6  # million a second
    yield "numpy_speed", operations / numpy / 1e6


def limits(bench):
    """Measure the fastest product and the reading of memory, in billions a second."""
    speeds = [
        bench.lesson.product_speed(n, device=bench.device) / 1e9 for n in PRODUCTS
    ]
    megabytes = MEGABYTES["gpu" if bench.on_gpu else "cpu"]
    reading = bench.lesson.reading_speed(megabytes, bench.device) / 1e9
    yield "product_speeds", speeds
    yield "peak", max(speeds)
    yield "bandwidth", reading
    yield "balance", max(speeds) / reading


def steps(bench):
    """Time training steps of one network at each batch size."""
    costs = [step_cost(SIZES, batch) for batch in BATCHES]
    seconds = [
        bench.lesson.step_seconds(SIZES, batch, device=bench.device)
        for batch in BATCHES
    ]
    speeds = [operations / t / 1e9 for (operations, _), t in zip(costs, seconds)]
    epochs = [4000 / batch * t for batch, t in zip(BATCHES, seconds)]
    yield "step_milliseconds", [1e3 * t for t in seconds]
    yield "step_speeds", speeds
    yield "step_intensity", [operations / moved for operations, moved in costs]
    yield "epoch_seconds", epochs
    yield "batch_gain", epochs[0] / epochs[BATCHES.index(256)]


def precisions(bench):
    """Time products and training steps in numbers of fewer bits."""
    products = [
        bench.lesson.product_speed(1024, precision, bench.device) / 1e9
        for precision in PRECISIONS
    ]
    steps = [
        bench.lesson.step_seconds(SIZES, 256, precision, bench.device)
        for precision in STEP_PRECISIONS
    ]
    yield "precision_speeds", products
    yield "precision_gains", [speed / products[1] for speed in products]
    yield "bfloat16_step_gain", steps[0] / steps[1]


def chip():
    """Yield what the chip could do by its clock and its vectors, in billions a second.

    Two units a core that multiply and add, as on most servers; 0 where Linux does
    not tell. A chip may run faster than the clock that it names.
    """
    path = Path("/proc/cpuinfo")
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    clock = re.search(r"^cpu MHz\s*: ([\d.]+)", text, re.MULTILINE)
    lanes = 16 if "avx512f" in text else 8 if "avx2" in text else 4
    known = clock and platform.machine() in ("x86_64", "AMD64")
    gigahertz = float(clock[1]) / 1e3 if known else 0
    yield "chip_peak", chip_peak(os.cpu_count(), gigahertz, lanes, units=2) / 1e9


def threads(framework):
    """Time products and training steps with one thread, and with one for each core.

    Each in a process of its own: TensorFlow takes the number once, at its start.
    """
    speeds, seconds = [], []
    for number in (1, os.cpu_count()):
        module = ["-W", "ignore", "-m", "lessons.revolution"]
        command = [sys.executable, *module, framework, str(number)]
        root = Path(__file__).parents[2]
        answer = subprocess.run(
            command, cwd=root, capture_output=True, text=True, check=True
        )
        speed, step = map(float, answer.stdout.split()[-2:])
        speeds.append(speed / 1e9)
        seconds.append(step)
    yield "thread_speeds", speeds
    yield "thread_gain", speeds[1] / speeds[0]
    yield "thread_step_gain", seconds[0] / seconds[1]


def with_threads(framework, number):
    """Print the speed of a product and the seconds of a step, with so many threads."""
    os.environ["OMP_NUM_THREADS"] = str(number)
    if framework == "pytorch":
        import_module("torch").set_num_threads(number)
    else:
        settings = import_module("tensorflow").config.threading
        settings.set_intra_op_parallelism_threads(number)
        settings.set_inter_op_parallelism_threads(number)
    lesson = import_module(f"lessons.revolution.{MODULES[framework]}")
    print(lesson.product_speed(1024), lesson.step_seconds(SIZES, 256))


def recipes(bench, seed):
    """Count the passes that each recipe needs, at the best of its rates."""
    train_images, train_labels, test_images, test_labels = load_digits()
    small = to_vectors(train_images, 0, 1)
    mean, deviation = small.mean(), small.std()
    images, unseen = (
        to_vectors(each, mean, deviation) for each in (train_images, test_images)
    )
    data = bench.tensors(images, train_labels), bench.tensors(unseen, test_labels)
    for name, (activation, scheme, kind, rates) in RECIPES.items():
        needed = [
            [
                passes(bench, seed, activation, scheme, depth, kind, rate, data)
                for rate in rates
            ]
            for depth in DEPTHS
        ]
        yield f"{name}_by_rate", needed
        yield f"{name}_passes", [min(row) for row in needed]


def passes(bench, seed, activation, scheme, depth, kind, rate, data):
    """Return the passes until the goal; one more than allowed where it is missed."""
    bench.basics.set_seed(seed)
    network = bench.network(activation, scheme, depth)
    optimizer = bench.optimizer(kind, network)
    try:
        return bench.lesson.passes_until(
            GOAL, network, optimizer, rate, *data, most=MOST
        )
    except RuntimeError:
        return MOST + 1


def figures(record):
    """Yield the charts: one from a data file, three from the measurements."""
    yield "datasets", datasets_chart(load("datasets"))
    yield "roofline", roofline_chart(record["rows"])
    yield "epochs", epochs_chart(record["rows"])
    rows = [row for row in record["rows"] if row["device"] == "cpu"]
    yield "recipes", recipes_chart({row["framework"]: row["metrics"] for row in rows})


def datasets_chart(data):
    """Draw the number of examples against the year."""
    figure, axis = draw_chart(height=3.0)
    found = [(each["year"], each["examples"], each["name"]) for each in data["sets"]]
    axis.plot(*zip(*[each[:2] for each in found]), "o", color="#0b62a4", ms=6)
    for year, examples, name in found:
        axis.annotate(name, (year, examples), (6, -11), textcoords="offset points")
    axis.set(yscale="log", ylabel="examples to train on", xlim=(1987, 2027))
    axis.set(ylim=(1e3, 1e11), xlabel="year of the paper")
    return figure


def style(row):
    """Return how a row's line looks: colour by framework, dashes on a GPU."""
    on_gpu = row["device"] != "cpu"
    where = "GPU" if on_gpu else "CPU"
    look = {"color": COLOURS[row["framework"]], "marker": MARKERS[row["framework"]]}
    look |= {"ls": "--" if on_gpu else "-", "ms": 5, "lw": 1.4}
    return look | {"label": f"{NAMES[row['framework']]}, {where}"}


def roofline_chart(rows):
    """Draw the speed of training steps under the roof that each machine measured."""
    figure, axis = draw_chart(width=7.0, height=4.0)
    ahead = np.geomspace(0.1, 1000, 200)
    for row in rows:
        metrics, look = row["metrics"], style(row)
        peak, bandwidth = metrics["peak"]["mean"], metrics["bandwidth"]["mean"]
        axis.plot(ahead, roof(ahead, peak, bandwidth), color=look["color"], lw=0.8)
        places = metrics["step_intensity"]["mean"]
        axis.plot(places, metrics["step_speeds"]["mean"], **look)
    first = rows[0]["metrics"]
    for batch, x, y in zip(
        BATCHES, first["step_intensity"]["mean"], first["step_speeds"]["mean"]
    ):
        axis.annotate(f"{batch}", (x, y), (4, -12), textcoords="offset points")
    axis.set(xscale="log", yscale="log", xlabel="operations for each byte moved")
    axis.set(ylabel="billion operations a second")
    axis.legend(frameon=False, fontsize=8)
    return figure


def epochs_chart(rows):
    """Draw the seconds of one pass over 4,000 digits against the batch size."""
    figure, axis = draw_chart(height=3.4)
    for row in rows:
        seconds = row["metrics"]["epoch_seconds"]
        axis.plot(BATCHES, seconds["mean"], **style(row))
        colour = COLOURS[row["framework"]]
        ends = seconds["low"], seconds["high"]
        axis.fill_between(BATCHES, *ends, color=colour, alpha=0.15, lw=0)
    axis.set(xscale="log", yscale="log", xlabel="batch size")
    axis.set(ylabel="seconds for 4,000 digits")
    axis.set_xticks(BATCHES, BATCHES)
    axis.minorticks_off()
    axis.legend(frameon=False, fontsize=8)
    return figure


def recipes_chart(rows):
    """Draw the passes that each recipe needs, for both depths and frameworks."""
    figure, axes = draw_chart(width=7.2, height=2.6, columns=2)
    for axis, (place, depth) in zip(axes, enumerate(DEPTHS)):
        for side, (framework, metrics) in zip((-0.12, 0.12), rows.items()):
            for line, name in enumerate(RECIPES):
                found = metrics[f"{name}_passes"]
                mean, low, high = (found[key][place] for key in ("mean", "low", "high"))
                look = {"color": COLOURS[framework], "marker": MARKERS[framework]}
                label = NAMES[framework] if not line else None
                axis.plot([low, high], [line + side] * 2, color=look["color"], lw=2)
                axis.plot(mean, line + side, ls="", ms=6, label=label, **look)
        axis.set_yticks(range(len(LABELS)), LABELS.values() if not place else [])
        axis.set(xlabel="passes", title=f"{depth} layers", xlim=(0, None))
        axis.set_ylim(len(LABELS) - 0.5, -0.5)
    axes[0].legend(frameon=False, fontsize=8)
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        ("Fastest product, float32, billion operations a second", "peak", "{:,.0f}"),
        ("… by clock and vectors", "chip_peak", "{:,.0f}"),
        ("Memory read, billion bytes a second", "bandwidth", "{:,.0f}"),
        ("Balance, operations a byte", "balance", "{:,.1f}"),
        ("4,000 digits, batches of 1", "epoch_seconds[0]", "{:.3f} s"),
        ("… of 16", "epoch_seconds[2]", "{:.3f} s"),
        ("… of 256", "epoch_seconds[4]", "{:.3f} s"),
        ("… of 1,024", "epoch_seconds[5]", "{:.3f} s"),
        ("Product in float64, against float32", "precision_gains[0]", "{:.2f}"),
        ("… in bfloat16", "precision_gains[2]", "{:.2f}"),
        ("Training step in bfloat16, times faster", "bfloat16_step_gain", "{:.2f}"),
        ("Product with every core, times one thread", "thread_gain", "{:.2f}"),
        ("Training step with every core", "thread_step_gain", "{:.2f}"),
        ("Passes to 90 %, 5 layers, sigmoid, SGD", "sigmoid_sgd_passes[1]", "{:.1f}"),
        ("… ReLU, SGD", "relu_sgd_passes[1]", "{:.1f}"),
        ("… ReLU, Adam", "relu_adam_passes[1]", "{:.1f}"),
    ]
