"""The full experiment on depth: what makes twenty layers train, one cure at a time."""

import time
from importlib import import_module

import numpy as np

from lessons.data import load_digits
from lessons.depth.numpy import (
    activate,
    expected_ratio,
    learning_rates,
    measure_ratios,
    measure_signals,
    to_vectors,
)
from lessons.depth.optimizers_numpy import SGD, Adam, Momentum, RMSProp, descend
from lessons.plots import draw_chart

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
COLOURS = {"pytorch": "#b3460f", "tensorflow": "#0b62a4"}
LINES = (
    ("#b3460f", "o", "-"),
    ("#0b62a4", "s", "--"),
    ("#5b2a86", "^", "-."),
    ("#3d7a3d", "D", ":"),
    ("#555555", "v", (0, (5, 1, 1, 1, 1, 1))),
)
EPOCHS, BATCH = 10, 50
OPTIMIZERS = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "rmsprop": ("RMSprop", {}),
    "adam": ("Adam", {}),
    "decay": ("AdamW", {"weight_decay": 2.0}),
}
RUNS = {  # activation, scheme, more of the network; optimizer, peak rate, its schedule
    "start": ("sigmoid", 0.01, {}, "sgd", 0.03, {}),
    "small_relu": ("relu", 0.01, {}, "sgd", 0.03, {}),
    "small_adam": ("relu", 0.01, {}, "adam", 0.002, {}),
    "default_relu": ("relu", "default", {}, "sgd", 0.03, {}),
    "xavier_relu": ("relu", "xavier", {}, "sgd", 0.03, {}),
    "xavier_sigmoid": ("sigmoid", "xavier", {}, "sgd", 0.03, {}),
    "xavier_tanh": ("tanh", "xavier", {}, "sgd", 0.03, {}),
    "he_relu": ("relu", "he", {}, "sgd", 0.03, {}),
    "he_gelu": ("gelu", "he", {}, "sgd", 0.03, {}),
    "momentum": ("relu", "he", {}, "momentum", 0.01, {}),
    "rmsprop": ("relu", "he", {}, "rmsprop", 0.001, {}),
    "adam": ("relu", "he", {}, "adam", 0.002, {}),
    "final": ("relu", "he", {}, "adam", 0.002, {"warm": 0.2, "cosine": True}),
    "fast": ("relu", "he", {}, "adam", 0.006, {}),
    "fast_warm": ("relu", "he", {}, "adam", 0.006, {"warm": 0.2}),
    "fast_plan": ("relu", "he", {}, "adam", 0.006, {"warm": 0.2, "cosine": True}),
    "norm": ("relu", "he", {"norm": True}, "sgd", 0.03, {}),
    "steep": ("relu", "he", {}, "sgd", 0.3, {}),
    "steep_norm": ("relu", "he", {"norm": True}, "sgd", 0.3, {}),
    "small_norm": ("relu", 0.01, {"norm": True}, "sgd", 0.1, {}),
    "adam_norm": ("relu", "he", {"norm": True}, "adam", 0.002, {}),
    "adam_drop": ("relu", "he", {"drop": 0.1}, "adam", 0.002, {}),
    "wide": ("relu", "he", {"depth": 3, "width": 128}, "adam", 0.002, {}),
    "wide_drop": (
        "relu",
        "he",
        {"depth": 3, "width": 128, "drop": 0.2},
        "adam",
        0.002,
        {},
    ),
}
GRADIENTS = ("start", "xavier_sigmoid", "small_relu", "xavier_relu", "he_relu")
FEW = {"few": (0.0, "adam"), "few_drop": (0.2, "adam"), "few_decay": (0.0, "decay")}
DEPTHS = (3, 8, 20)
BY_DEPTH = {"sigmoid": "xavier", "tanh": "xavier", "relu": "he"}


class Bench:
    """One framework on one device, so that the experiment below is written once."""

    def __init__(self, framework, device):
        self.framework = framework
        self.lesson = import_module(f"lessons.depth.{MODULES[framework]}")
        self.basics = import_module(f"lessons.{MODULES[framework]}")
        self.device = self.basics.choose_device() if device == "gpu" else CPU[framework]
        images, labels, test_images, test_labels = load_digits()
        small = to_vectors(images, 0, 1)
        images, test_images = (
            to_vectors(each, small.mean(), small.std())
            for each in (images, test_images)
        )
        self.images, self.labels = self.tensor(images), self.tensor(labels)
        self.test = self.tensor(test_images), self.tensor(test_labels)

    def tensor(self, array):
        """Return an array as a tensor on the device."""
        if self.framework == "pytorch":
            return import_module("torch").from_numpy(array).to(self.device)
        tensorflow = import_module("tensorflow")
        with tensorflow.device(self.device):
            return tensorflow.constant(array)

    def build(self, activation, scheme, **settings):
        """Return a new network, on the device."""
        network = self.lesson.deep_network(activation, scheme, **settings)
        return network.to(self.device) if self.framework == "pytorch" else network

    def optimizer(self, network, kind):
        """Return one of OPTIMIZERS for a network; train() sets its learning rate."""
        name, settings = OPTIMIZERS[kind]
        if self.framework == "tensorflow":
            return getattr(import_module("keras").optimizers, name)(**settings)
        optimizers = import_module("torch").optim
        return getattr(optimizers, name)(network.parameters(), **settings)

    def train(
        self, network, kind="sgd", peak=0.03, examples=4000, epochs=EPOCHS, **how
    ):
        """Return the loss of each epoch; a run that blows up counts as guessing."""
        rates = learning_rates(peak, examples // BATCH * epochs, **how)
        data = self.images[:examples], self.labels[:examples]
        losses = []
        try:
            optimizer = self.optimizer(network, kind)
            losses.extend(self.lesson.train(network, *data, optimizer, rates, BATCH))
        except FloatingPointError:
            losses += [float(np.log(10))] * (epochs - len(losses))
        return losses

    def accuracy(self, network):
        return self.lesson.accuracy(network, *self.test)


def run(framework, seed, device):
    """Yield each measurement of one seed."""
    bench = Bench(framework, device)
    for name, (activation, scheme, more, kind, peak, how) in RUNS.items():
        bench.basics.set_seed(seed)
        network = bench.build(activation, scheme, **more)
        if name in GRADIENTS:
            batch = bench.images[:500], bench.labels[:500]
            yield f"{name}_gradients", bench.lesson.layer_gradients(network, *batch)
        start = time.perf_counter()
        yield f"{name}_loss", bench.train(network, kind, peak, **how)
        if name in ("start", "final"):
            yield f"{name}_seconds", time.perf_counter() - start
        yield f"{name}_accuracy", bench.accuracy(network)
    yield from few_digits(bench, seed)
    yield from by_depth(bench, seed)


def few_digits(bench, seed):
    """Train a wide network on 500 digits: plain, with dropout, with weight decay."""
    for name, (drop, kind) in FEW.items():
        bench.basics.set_seed(seed)
        network = bench.build("relu", "he", depth=3, width=128, drop=drop)
        losses = bench.train(network, kind, 0.002, examples=500, epochs=60)
        yield f"{name}_loss", losses[-1]
        yield f"{name}_accuracy", bench.accuracy(network)


def by_depth(bench, seed):
    """Train stacks of 3 to 20 layers with Adam, each activation from its own start."""
    for activation, scheme in BY_DEPTH.items():
        accuracies = []
        for depth in DEPTHS:
            bench.basics.set_seed(seed)
            network = bench.build(activation, scheme, depth=depth)
            bench.train(network, "adam", 0.002)
            accuracies.append(bench.accuracy(network))
        yield f"depth_{activation}", accuracies


def figures(record):
    """Yield the charts: those of NumPy alone, and those of both frameworks' rows."""
    rows = {
        row["framework"]: row["metrics"]
        for row in record["rows"]
        if row["device"] == "cpu"
    }
    yield "signals", signals_chart()
    yield "activations", activations_chart()
    yield "ratios", ratios_chart()
    yield "race", race_chart()
    yield "ladder", ladder_chart(rows)
    yield "by_depth", depth_chart(rows)
    yield "schedules", schedules_chart(rows["pytorch"])


def signals_chart():
    """Draw the size of signals and gradients by layer, for four starts."""
    images, starts = (
        np.random.default_rng(0).normal(size=(500, 196)),
        (
            ("sigmoid", 0.01, "sigmoid, 0.01"),
            ("sigmoid", "xavier", "sigmoid, Xavier"),
            ("relu", 0.01, "ReLU, 0.01"),
            ("relu", "he", "ReLU, He"),
            ("relu", 0.5, "ReLU, 0.5"),
        ),
    )
    figure, axes = draw_chart(width=7.2, height=3.4, columns=2)
    for (activation, scheme, label), (colour, marker, dashes) in zip(starts, LINES):
        measured = measure_signals(np.random.default_rng(0), images, activation, scheme)
        for axis, sizes in zip(axes, measured):
            axis.plot(
                range(1, 21),
                sizes,
                color=colour,
                marker=marker,
                ms=3,
                ls=dashes,
                label=label,
            )
    for axis, title in zip(axes, ("signals, forward", "gradients, backward")):
        axis.set(xlabel="layer", yscale="log", title=title, xticks=[1, 5, 10, 15, 20])
    axes[0].set_ylabel("standard deviation")
    figure.legend(
        *axes[0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=5,
        frameon=False,
        fontsize=8,
    )
    return figure


def activations_chart():
    """Draw four activations, and their derivatives beside them."""
    figure, axes = draw_chart(width=7.2, height=3.0, columns=2)
    sums = np.linspace(-4, 4, 401)
    for name, (colour, _, dashes) in zip(("sigmoid", "tanh", "relu", "gelu"), LINES):
        label = {"relu": "ReLU", "gelu": "GELU"}.get(name, name)
        for axis, values in zip(axes, activate(sums, name)):
            axis.plot(sums, values, color=colour, ls=dashes, label=label)
    axes[0].set(title="activation", ylim=(-1.2, 3), xlabel="z")
    axes[1].set(title="derivative", xlabel="z")
    axes[0].legend(frameon=False)
    return figure


def ratios_chart():
    """Draw by what each layer multiplies the mean square: measured, and in theory."""
    figure, axis = draw_chart(height=3.4)
    random, sizes = np.random.default_rng(0), [64] * 11
    for row, (scheme, label) in enumerate(
        ((0.01, "0.01"), ("xavier", "Xavier"), ("he", "He"), (0.5, "0.5"))
    ):
        for activation, (colour, marker, dashes) in zip(("linear", "relu"), LINES):
            ratios = measure_ratios(random, sizes, activation, scheme)
            theory = expected_ratio(64, 64, activation, scheme)
            axis.axhline(theory, color=colour, ls=dashes, lw=0.8)
            name = {"linear": "linear layers", "relu": "ReLU layers"}[activation]
            axis.plot(
                range(1, 11),
                ratios,
                color=colour,
                marker=marker,
                ls="",
                ms=5,
                label=None if row else name,
            )
        axis.text(10.4, theory, label, va="center", fontsize=9)
    axis.set(
        xlabel="layer",
        ylabel="mean square after / before",
        yscale="log",
        xticks=range(1, 11),
    )
    axis.legend(frameon=False, loc="center", bbox_to_anchor=(0.5, 0.33), ncols=2)
    return figure


def race_chart():
    """Draw four optimizers' paths down a bowl that is 25 times as steep one way."""
    steepness = np.array([1.0, 25.0])
    runners = (
        ("SGD", SGD(), 0.07),
        ("momentum", Momentum(), 0.02),
        ("RMSProp", RMSProp(), 0.1),
        ("Adam", Adam(), 0.4),
    )
    figure, axis = draw_chart(height=3.6)
    across, up = np.meshgrid(np.linspace(-9.5, 3, 120), np.linspace(-3, 3, 80))
    height = (across**2 + 25 * up**2) / 2
    axis.contour(
        across, up, height, np.geomspace(0.5, 160, 10), colors="0.7", linewidths=0.6
    )
    for (name, optimizer, rate), (colour, marker, dashes) in zip(runners, LINES):
        path = descend(
            optimizer,
            lambda at, step: steepness * at,
            np.array([-9.0, 2.0]),
            [rate] * 60,
        )
        axis.plot(
            *path.T, color=colour, marker=marker, ms=2.5, ls=dashes, lw=1, label=name
        )
    axis.plot(0, 0, "k+", ms=10)
    axis.set(xlabel="first weight", ylabel="second weight")
    axis.grid(visible=False)
    axis.legend(frameon=False, ncols=4, loc="upper right", fontsize=8)
    return figure


def ladder_chart(rows):
    """Draw the accuracy of each rung, mean and range, in both frameworks."""
    rungs = (
        ("start", "sigmoid, 0.01, SGD"),
        ("small_relu", "ReLU, 0.01, SGD"),
        ("he_relu", "ReLU, He, SGD"),
        ("adam", "ReLU, He, Adam"),
        ("final", "… and a schedule"),
    )
    figure, axis = draw_chart(height=3.0)
    axis.grid(visible=False)
    axis.grid(axis="x", color="0.85", linewidth=0.6)
    for side, (framework, metrics) in zip((-0.12, 0.12), rows.items()):
        for row, (name, _) in enumerate(rungs):
            at = {
                end: 100 * metrics[f"{name}_accuracy"][end]
                for end in ("mean", "low", "high")
            }
            axis.plot(
                [at["low"], at["high"]],
                [row + side] * 2,
                color=COLOURS[framework],
                lw=2,
            )
            axis.plot(
                at["mean"],
                row + side,
                "os"[side > 0],
                color=COLOURS[framework],
                ms=6,
                label=None if row else NAMES[framework],
            )
    axis.set_yticks(range(len(rungs)), [label for _, label in rungs])
    axis.set(xlabel="test accuracy (%)", xlim=(0, 100))
    axis.invert_yaxis()
    axis.legend(frameon=False, loc="upper right")
    return figure


def depth_chart(rows):
    """Draw accuracy against depth for three activations, from PyTorch's row."""
    figure, axis = draw_chart(height=3.4)
    labels = {"sigmoid": "sigmoid, Xavier", "tanh": "tanh, Xavier", "relu": "ReLU, He"}
    for (name, label), (colour, marker, dashes) in zip(labels.items(), LINES):
        ends = {
            end: 100 * np.array(rows["pytorch"][f"depth_{name}"][end])
            for end in ("mean", "low", "high")
        }
        axis.fill_between(
            DEPTHS, ends["low"], ends["high"], color=colour, alpha=0.2, lw=0
        )
        axis.plot(
            DEPTHS, ends["mean"], color=colour, marker=marker, ls=dashes, label=label
        )
    axis.set(
        xlabel="dense layers", ylabel="test accuracy (%)", ylim=(0, 100), xticks=DEPTHS
    )
    axis.legend(frameon=False)
    return figure


def schedules_chart(metrics):
    """Draw three schedules, and beside them what the training loss did under each."""
    figure, (left, right) = draw_chart(width=7.2, height=3.0, columns=2)
    plans = (
        ("fast", "level", {}),
        ("fast_warm", "warm-up", {"warm": 0.2}),
        ("fast_plan", "warm-up and cosine", {"warm": 0.2, "cosine": True}),
    )
    steps = 4000 // BATCH * EPOCHS
    for (name, label, how), (colour, marker, dashes) in zip(plans, LINES):
        left.plot(
            np.arange(steps) / steps * EPOCHS,
            learning_rates(0.006, steps, **how),
            color=colour,
            ls=dashes,
        )
        runs = np.array(metrics[f"{name}_loss"]["runs"])
        epochs = np.arange(1, EPOCHS + 1)
        right.fill_between(
            epochs, runs.min(axis=0), runs.max(axis=0), color=colour, alpha=0.15, lw=0
        )
        right.plot(
            epochs,
            runs.mean(axis=0),
            color=colour,
            marker=marker,
            ms=4,
            ls=dashes,
            label=label,
        )
    left.set(xlabel="epoch", ylabel="learning rate")
    right.set(xlabel="epoch", ylabel="training loss", ylim=(0, None))
    right.legend(frameon=False)
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    rows = (
        ("Sigmoid, weights of 0.01, SGD 0.03", "start"),
        ("Sigmoid, Xavier, SGD 0.03", "xavier_sigmoid"),
        ("Tanh, Xavier, SGD 0.03", "xavier_tanh"),
        ("ReLU, weights of 0.01, SGD 0.03", "small_relu"),
        ("ReLU, the framework's default, SGD 0.03", "default_relu"),
        ("ReLU, Xavier, SGD 0.03", "xavier_relu"),
        ("ReLU, He, SGD 0.03", "he_relu"),
        ("… with batch normalisation", "norm"),
        ("ReLU, He, SGD 0.3", "steep"),
        ("… with batch normalisation", "steep_norm"),
        ("GELU, He, SGD 0.03", "he_gelu"),
        ("ReLU, He, momentum 0.01", "momentum"),
        ("ReLU, He, RMSProp 0.001", "rmsprop"),
        ("ReLU, weights of 0.01, Adam 0.002", "small_adam"),
        ("ReLU, He, Adam 0.002", "adam"),
        ("… with batch normalisation", "adam_norm"),
        ("… with dropout of 0.1", "adam_drop"),
        ("… with warm-up and cosine", "final"),
        ("ReLU, He, Adam 0.006", "fast"),
        ("… with warm-up", "fast_warm"),
        ("… with warm-up and cosine", "fast_plan"),
        ("3 layers of 128, Adam 0.002", "wide"),
        ("… with dropout of 0.2", "wide_drop"),
        ("… on 500 digits", "few"),
        ("… with dropout of 0.2", "few_drop"),
        ("… with weight decay of 2.0", "few_decay"),
    )
    shown = [(label, f"{name}_accuracy", "{:.1%}") for label, name in rows]
    return [
        *shown,
        ("Seconds to train 20 layers with Adam", "final_seconds", "{:.1f} s"),
    ]
