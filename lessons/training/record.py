"""The full experiment on training: loops compared, rates swept, overfitting cured."""

import time
from importlib import import_module

import numpy as np

from lessons.data import load_digits
from lessons.plots import draw_chart
from lessons.training.losses import (
    cross_entropy,
    evaluate,
    mean_squared_error,
    probability_error,
)
from lessons.training.numpy import descent_step, initial_parameters, train
from lessons.training.stopping import train_watched

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
COLOURS = {"pytorch": "#b3460f", "tensorflow": "#0b62a4"}
SIZES = (784, 16, 16, 10)
LARGE = (784, 64, 64, 10)
RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]
LOSSES = (
    ("class_loss", "cross-entropy", "#b3460f", "o"),
    ("softmax_squared_loss", "squared error of probabilities", "#0b62a4", "s"),
    ("squared_loss", "squared error of scores", "#5b2a86", "^"),
)
CURES = (
    ("few", "200 digits", "#b3460f", "-"),
    ("decay", "weight decay", "#0b62a4", "--"),
    ("more", "3,000 digits", "#3d7a3d", "-."),
)
EPOCHS = 150  # of 4 steps each, for 200 digits
DECAY = 0.01
PATIENCE = 10
TRIED = 20  # networks from which a careless person chooses


class Bench:
    """One framework, device and seed, so that the experiment is written once."""

    def __init__(self, framework, device, seed):
        self.framework, self.seed = framework, seed
        self.lesson = import_module(f"lessons.training.{MODULES[framework]}")
        self.basics = import_module(f"lessons.{MODULES[framework]}")
        self.device = self.basics.choose_device() if device == "gpu" else "cpu"
        images, labels, test_images, test_labels = load_digits()
        pixels = images.reshape(-1, 784)
        self.training = pixels[:3000], labels[:3000]
        self.held = pixels[3000:], labels[3000:]
        self.test = test_images.reshape(-1, 784), test_labels

    def build(self, sizes, seed=None):
        """Return a network whose first weights the framework drew from a seed."""
        self.basics.set_seed(self.seed if seed is None else seed)
        network = self.lesson.dense_network(sizes)
        return network.to(self.device) if self.framework == "pytorch" else network

    def step(self, network, rate, decay=0.0, loss="class_loss"):
        optimizer = self.lesson.gradient_descent(network, rate, decay)
        loss_function = getattr(self.lesson, loss)
        return self.lesson.training_step(network, optimizer, loss_function)

    def judge(self, network, data):
        """Return the loss and the accuracy on (pixels, labels)."""
        scores = self.lesson.compute_scores(network, data[0])
        return [float(value) for value in evaluate(scores, data[1])]

    def random(self):
        return np.random.default_rng(self.seed)


def run(framework, seed, device):
    """Yield each measurement of one seed."""
    bench = Bench(framework, device, seed)
    yield from same_numbers(bench)
    yield from long_run(bench)
    for loss, *_ in LOSSES:
        yield from sweep(bench, loss)
    yield from overfitting(bench)
    yield from stopping(bench)
    yield from memorising(bench)
    yield from flattery(bench)


def same_numbers(bench):
    """One epoch in NumPy, in the loop and in fit: same weights, same batches."""
    start = initial_parameters(SIZES, np.random.default_rng(bench.seed))
    parameters = [parameter.copy() for parameter in start]
    numpy_step = descent_step(parameters, 0.1)
    expected = list(train(numpy_step, *bench.training, bench.random(), 1))
    yield "numpy_losses", expected
    yield "rises", float(np.mean(np.diff(expected) > 0))
    for name in ("train", "fit"):
        network = bench.build(SIZES)
        bench.lesson.set_parameters(network, start)
        if name == "train":
            step = bench.step(network, 0.1)
            losses = train(step, *bench.training, bench.random(), 1)
        else:
            optimizer = bench.lesson.gradient_descent(network, 0.1)
            data = *bench.training, bench.random(), 1
            losses = bench.lesson.fit(network, optimizer, *data)
        yield f"{name}_losses", (losses := list(losses))
        yield f"{name}_apart", np.abs(np.divide(losses, expected) - 1)


def long_run(bench):
    """Train the small network for 30 epochs at the rate 0.1, and test it once."""
    network = bench.build(SIZES)
    step, random, curves, start = bench.step(network, 0.1), bench.random(), [], 0.0
    for _ in range(30):
        before = time.perf_counter()
        losses = list(train(step, *bench.training, random, 1))
        start += time.perf_counter() - before
        curves.append([np.mean(losses), *bench.judge(network, bench.held)])
    yield "seconds", start
    yield "curves", np.transpose(curves)  # training loss, validation loss and accuracy
    yield "test_accuracy", bench.judge(network, bench.test)[1]


def sweep(bench, loss):
    """Train at each rate for ten epochs; the best on validation goes to the test."""
    held, test, stopped = [], [], []
    for rate in RATES:
        network, stop = bench.build(SIZES), 0
        try:
            step = bench.step(network, rate, loss=loss)
            list(train(step, *bench.training, bench.random(), 10))
        except FloatingPointError:
            stop = 1
        stopped.append(stop)
        held.append(0.0 if stop else bench.judge(network, bench.held)[1])
        test.append(0.0 if stop else bench.judge(network, bench.test)[1])
    yield f"{loss}_accuracy", held
    yield f"{loss}_stopped", stopped
    yield f"{loss}_rate", RATES[int(np.argmax(held))]
    yield f"{loss}_test", test[int(np.argmax(held))]


def overfitting(bench):
    """Train the large network for 600 steps: on 200 digits, with decay, on 3,000."""
    few = bench.training[0][:200], bench.training[1][:200]
    settings = (("few", few, 0.0, 4), ("decay", few, DECAY, 4))
    for name, data, decay, steps in (*settings, ("more", bench.training, 0.0, 60)):
        network, random, curves = bench.build(LARGE), bench.random(), []
        step = bench.step(network, 0.1, decay)
        for _ in range(EPOCHS * 4 // steps):
            list(train(step, *data, random, 1))
            curves.append(
                [*bench.judge(network, data), *bench.judge(network, bench.held)]
            )
        yield f"{name}_curves", np.transpose(curves)
        yield f"{name}_test", bench.judge(network, bench.test)


def stopping(bench):
    """Train on 200 digits until the validation loss no longer falls."""
    few = bench.training[0][:200], bench.training[1][:200]
    network, random = bench.build(LARGE), bench.random()
    step = bench.step(network, 0.1)
    losses, best = train_watched(
        train_epoch=lambda: list(train(step, *few, random, 1)),
        validate=lambda: bench.judge(network, bench.held)[0],
        keep=lambda: bench.lesson.get_parameters(network),
        epochs=EPOCHS,
        patience=PATIENCE,
    )
    bench.lesson.set_parameters(network, best)
    yield "stop_epoch", int(np.argmin(losses)) + 1
    yield "stop_test", bench.judge(network, bench.test)


def memorising(bench):
    """Train the large network on 200 digits whose labels were drawn by lot."""
    labels = np.random.default_rng(bench.seed).integers(0, 10, 200)
    data = bench.training[0][:200], labels
    network = bench.build(LARGE)
    list(train(bench.step(network, 0.1), *data, bench.random(), 300))
    yield "lottery_training", bench.judge(network, data)[1]
    yield "lottery_test", bench.judge(network, bench.test)[1]


def flattery(bench):
    """Choose the best of some networks by 100 test digits; ask the 900 others."""
    shares = []
    for number in range(TRIED):
        network = bench.build(SIZES, seed=1000 + TRIED * bench.seed + number)
        list(train(bench.step(network, 0.1), *bench.training, bench.random(), 3))
        scores = bench.lesson.compute_scores(network, bench.test[0])
        right = scores.argmax(axis=1) == bench.test[1]
        shares.append([right[:100].mean(), right[100:].mean()])
    claimed, others = np.transpose(shares)
    yield "flattered_claim", float(claimed.max())
    yield "flattered_truth", float(others[claimed.argmax()])


def figures(record):
    """Yield the charts that are drawn from both frameworks' rows."""
    rows = {
        row["framework"]: row["metrics"]
        for row in record["rows"]
        if row["device"] == "cpu"
    }
    yield "rates", rates_chart(rows)
    yield "loops", loops_chart(rows)
    yield "slopes", slopes_chart()
    yield "losses", losses_chart(rows["pytorch"])
    yield "overfitting", overfitting_chart(rows["pytorch"])
    yield "cures", cures_chart(rows["pytorch"])


def band(axis, places, runs, colour, **style):
    """Draw the mean of runs (seeds, places) over a band from lowest to highest."""
    runs = np.array(runs)
    axis.fill_between(places, runs.min(0), runs.max(0), color=colour, alpha=0.2, lw=0)
    axis.plot(places, runs.mean(0), color=colour, **style)


def above(axis):
    """Put the legend of three losses in a row above the chart."""
    place = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0)}
    axis.legend(frameon=False, ncols=3, fontsize=8, **place)


def rates_chart(rows):
    figure, axis = draw_chart(height=3.4)
    for (framework, metrics), marker in zip(rows.items(), "os"):
        runs = 100 * np.array(metrics["class_loss_accuracy"]["runs"])
        style = {"marker": marker, "label": NAMES[framework]}
        band(axis, RATES, runs, COLOURS[framework], **style)
    axis.axhline(10, color="0.5", lw=0.8, ls=":")
    for place, words in ((0.0012, "too small"), (0.12, "right"), (2.2, "too large")):
        axis.annotate(words, (place, 101), color="0.4")
    axis.annotate("chance", (0.1, 11.5), color="0.4", fontsize=8)
    axis.set(xscale="log", xlabel="learning rate", ylabel="validation accuracy (%)")
    axis.set(ylim=(0, 108), yticks=range(0, 101, 20))
    axis.legend(frameon=False, loc="center right")
    return figure


def loops_chart(rows):
    """Draw the losses of one epoch in five loops; right, how far they differ."""
    figure, (left, right) = draw_chart(width=7.4, height=3.0, columns=2)
    steps = np.arange(60)
    expected = rows["pytorch"]["numpy_losses"]["runs"][0]
    left.plot(steps, expected, color="0.3", lw=1, label="NumPy")
    loops = ("pytorch", "train", "loop", "o"), ("pytorch", "fit", "DataLoader", "v")
    loops += ("tensorflow", "train", "tape", "s"), ("tensorflow", "fit", "fit", "^")
    for number, (framework, loop, words, marker) in enumerate(loops):
        style = {"color": COLOURS[framework], "marker": marker, "ls": "", "ms": 3.5}
        label = f"{NAMES[framework]}, {words}"
        losses = rows[framework][f"{loop}_losses"]["runs"][0]
        left.plot(steps[number::4], losses[number::4], **style, label=label)
        apart = np.array(rows[framework][f"{loop}_apart"]["runs"])
        right.plot(steps, np.maximum(apart.max(axis=0), 1e-9), **style)
    right.axhline(1e-4, color="0.3", lw=0.9, ls="--")
    right.annotate("asked for: 1/10,000", (1, 1.5e-4), color="0.3", fontsize=8)
    left.set(xlabel="step", ylabel="loss", ylim=(0, None))
    right.set(xlabel="step", ylabel="largest relative difference", yscale="log")
    right.set(ylim=(1e-9, 1e-3))
    left.legend(frameon=False, fontsize=7.5)
    return figure


def slopes_chart():
    """Draw how hard each loss pulls at the score of the right class."""
    figure, axis = draw_chart(height=3.0)
    raised = np.linspace(-8, 8, 161)
    scores = np.zeros((161, 10))
    scores[:, 0] = raised
    functions = cross_entropy, probability_error, mean_squared_error
    for function, (_, label, colour, _), dash in zip(
        functions, LOSSES, ("-", "--", "-.")
    ):
        slope = function(scores, np.zeros(161, int))[1][:, 0] * 161
        axis.plot(raised, np.abs(slope), color=colour, ls=dash, label=label)
    axis.set(yscale="log", ylim=(1e-5, 5), xlabel="score of the right class")
    axis.set(ylabel="size of the slope")
    above(axis)
    return figure


def losses_chart(metrics):
    figure, axis = draw_chart(height=3.4)
    for loss, label, colour, marker in LOSSES:
        runs = 100 * np.array(metrics[f"{loss}_accuracy"]["runs"])
        band(axis, RATES, runs, colour, marker=marker, label=label)
    axis.set(xscale="log", xlabel="learning rate", ylabel="validation accuracy (%)")
    axis.set(ylim=(0, 100))
    above(axis)
    return figure


def overfitting_chart(metrics):
    figure, (left, right) = draw_chart(width=7.4, height=3.0, columns=2)
    runs = np.array(metrics["few_curves"]["runs"])  # (seeds, curves, epochs)
    epochs = np.arange(1, EPOCHS + 1)
    for axis, kind in ((left, 0), (right, 1)):
        scale = (1, 100)[kind]
        band(axis, epochs, scale * runs[:, kind], "#b3460f", ls="--", label="training")
        band(axis, epochs, scale * runs[:, 2 + kind], "#0b62a4", label="validation")
    best = np.mean(metrics["stop_epoch"]["runs"])
    left.axvline(best, color="0.4", lw=0.9, ls=":")
    left.annotate("least", (best + 2, 2.1), color="0.4", fontsize=8)
    left.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    right.set(xlabel="epoch", ylabel="accuracy (%)", ylim=(0, 102))
    right.legend(frameon=False, loc="lower right")
    return figure


def cures_chart(metrics):
    figure, (left, right) = draw_chart(width=7.4, height=3.0, columns=2)
    for name, label, colour, dash in CURES:
        runs = np.array(metrics[f"{name}_curves"]["runs"])[:, 2]
        steps = np.linspace(4 * EPOCHS / runs.shape[1], 4 * EPOCHS, runs.shape[1])
        band(left, steps, runs, colour, ls=dash, label=label)
    names = [("stop", "stopped early", "#5b2a86"), *[cure[:3] for cure in CURES]]
    for place, (name, _, colour) in enumerate(names):
        accuracy = 100 * np.array(metrics[f"{name}_test"]["runs"])[:, 1]
        right.plot(accuracy, [place] * len(accuracy), "o", color=colour, alpha=0.7)
    right.set_yticks(range(len(names)), [label for _, label, _ in names])
    right.set(xlabel="test accuracy (%)", xlim=(70, 100), ylim=(-0.6, 3.6))
    right.grid(axis="x", color="0.85", linewidth=0.6)
    left.set(xlabel="step", ylabel="validation loss", ylim=(0, 2.4))
    left.legend(frameon=False)
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        (
            "784–16–16–10, 30 epochs: test accuracy",
            "test_accuracy",
            "{:.1%}",
        ),
        ("… seconds to train", "seconds", "{:.1f} s"),
        ("Cross-entropy, best rate: test accuracy", "class_loss_test", "{:.1%}"),
        ("Squared error of probabilities", "softmax_squared_loss_test", "{:.1%}"),
        ("Squared error of scores", "squared_loss_test", "{:.1%}"),
        ("784–64–64–10, 200 digits, 150 epochs: test loss", "few_test[0]", "{:.2f}"),
        ("… test accuracy", "few_test[1]", "{:.1%}"),
        ("… stopped early: test loss", "stop_test[0]", "{:.2f}"),
        ("… test accuracy", "stop_test[1]", "{:.1%}"),
        ("… weight decay: test loss", "decay_test[0]", "{:.2f}"),
        ("… test accuracy", "decay_test[1]", "{:.1%}"),
        ("… 3,000 digits, as many steps: test loss", "more_test[0]", "{:.2f}"),
        ("… test accuracy", "more_test[1]", "{:.1%}"),
    ]
