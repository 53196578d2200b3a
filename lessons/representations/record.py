"""The full experiment on representations: turned axes, layers, features by hand."""

import time
from functools import cache
from importlib import import_module

import numpy as np

from lessons.data import load_digits, load_mnist
from lessons.introduction.numpy import best_threshold, decide, score
from lessons.plots import draw_chart, draw_images
from lessons.representations.change import (
    learn_change,
    network_scores,
    new_coordinates,
    start_network,
)
from lessons.representations.features import oriented_gradients, zones
from lessons.representations.measures import flat_map, nearest, probe_score
from lessons.representations.numpy import (
    band_points,
    fold,
    search_turns,
    slanted_points,
    turn,
)

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
STARTS = 20  # first weights from which the small network learns, for each seed
EPOCHS = {"dense_network": 20, "conv_network": 10}  # on 4,000 digits
COUNTS = (100, 300, 1000, 3000, 10_000, 60_000)
DEPTHS = ("pixels", "hidden 1", "hidden 2", "hidden 3")
ORANGE, BLUE, PURPLE = "#b3460f", "#0b62a4", "#5b2a86"
LINES = (
    ("pixels", "pixels", "#b3460f", "s"),
    ("gradients", "oriented gradients, by hand", "#0b62a4", "o"),
    ("conv", "convolutional network, learned", "#5b2a86", "^"),
)


class Bench:
    """One framework, so that the experiment below is written once."""

    def __init__(self, framework, seed):
        self.framework, self.seed = framework, seed
        self.lesson = import_module(f"lessons.representations.{MODULES[framework]}")
        self.basics = import_module(f"lessons.{MODULES[framework]}")

    def new(self, name):
        """Return an untrained network of a name, from this bench's seed."""
        self.basics.set_seed(self.seed)
        return getattr(self.lesson, name)()

    def layers(self, network, images, last=None):
        """Return what comes out of the first stages, a thousand images at a time."""
        parts = [
            self.lesson.activations(network, images[start : start + 1000])[:last]
            for start in range(0, len(images), 1000)
        ]
        return [np.concatenate(layer) for layer in zip(*parts, strict=True)]

    def last_hidden(self, network, images):
        """Return what comes out of the last hidden layer: (n, 64)."""
        parts = [
            self.lesson.activations(network, images[start : start + 1000])[-2]
            for start in range(0, len(images), 1000)
        ]
        return np.concatenate(parts)


def run(framework, seed, device):
    """Yield each measurement of one seed, and the pictures of the first."""
    if device != "cpu":
        raise ValueError("this lesson is small: record it on the CPU")
    bench = Bench(framework, seed)
    yield from plane(seed)
    yield from depths(bench)
    yield from contest(bench)
    yield from more_examples(bench)


def plane(seed):
    """Score thresholds, turns, folds and learned changes on points of this seed."""
    random = np.random.default_rng(seed)
    angles = np.arange(0, 180, 1.0)
    points, answers = slanted_points(random)
    held, expected = slanted_points(random, count=1000)
    features = points[:, 0], points[:, 1]
    rules = [best_threshold(feature, answers) for feature in features]
    yield "axes", [score(decide(f, *rule), answers) for f, rule in zip(features, rules)]
    rule, scores = search_turns(points, answers, angles)
    yield "turned", max(scores)
    decisions = decide(turn(held, rule[0])[:, 0], *rule[1:])
    yield "turned_held_out", score(decisions, expected)
    yield "angles_without_mistake", int(np.sum(np.array(scores) == 1))
    band, inside = band_points(random)
    held, expected = band_points(random, count=1000)
    yield "band_turned", max(search_turns(band, inside, angles)[1])
    rule = best_threshold(fold(band, 30), inside)
    yield "band_folded_held_out", score(decide(fold(held, 30), *rule), expected)
    learned = []
    for start in range(STARTS):
        network = start_network(np.random.default_rng(1000 * seed + start))
        learn_change(network, band, inside)
        seen = score(network_scores(network, band) > 0, inside)
        learned.append((seen == 1, score(network_scores(network, held) > 0, expected)))
    yield "band_solved", float(np.mean([solved for solved, _ in learned]))
    yield "band_learned_held_out", float(np.mean([right for _, right in learned]))


def depths(bench):
    """Measure each layer of the dense network, untrained and after 4,000 digits."""
    images, labels, test_images, test_labels = load_digits()
    _, _, many, names = load_mnist()
    network = bench.new("dense_network")
    for name in ("probe_untrained", "probe"):
        if name == "probe":
            start = time.perf_counter()
            bench.lesson.train(network, images, labels, epochs=EPOCHS["dense_network"])
            yield "dense_seconds", time.perf_counter() - start
        seen, asked = bench.layers(network, images, 4), bench.layers(network, many, 4)
        pairs = list(zip(seen, asked, strict=True))
        yield name, [probe_score(one, labels, other, names) for one, other in pairs]
    scores = bench.layers(network, many)[-1]
    yield "dense_own", float(np.mean(scores.argmax(axis=1) == names))
    asked = bench.layers(network, test_images, 4)
    found = [nearest(one, other) for one, other in zip(seen, asked, strict=True)]
    same = [labels[near] == test_labels[:, np.newaxis] for near in found]
    yield "nearest", [float(each[:, 0].mean()) for each in same]
    yield "of_ten", [float(each.mean()) for each in same]
    maps = [flat_map(layer) for layer in asked]
    yield "map_share", [share for _, share in maps]
    if bench.framework == "pytorch" and bench.seed == 0:
        yield (
            "maps",
            maps_chart([places[:400] for places, _ in maps], test_labels[:400]),
        )
        yield "neighbours", neighbours_chart(found, same, images, test_images)


@cache
def gradients_of(name):
    """Return the oriented gradients of MNIST's train or test images, once a run."""
    train_images, _, test_images, _ = load_mnist()
    images = {"train": train_images, "test": test_images}[name]
    starts = range(0, len(images), 5000)
    return np.concatenate([oriented_gradients(images[n : n + 5000]) for n in starts])


def contest(bench):
    """Score the same probe on features by hand and learned ones, from 4,000 digits."""
    images, labels, _, _ = load_digits()
    _, _, many, names = load_mnist()
    yield "zones", probe_score(zones(images), labels, zones(many), names)
    seen = oriented_gradients(images)
    yield "gradients", probe_score(seen, labels, gradients_of("test"), names)
    network, start = bench.new("conv_network"), time.perf_counter()
    bench.lesson.train(network, images, labels, epochs=EPOCHS["conv_network"])
    yield "conv_seconds", time.perf_counter() - start
    seen, asked = (bench.last_hidden(network, some) for some in (images, many))
    yield "conv", probe_score(seen, labels, asked, names)
    scores = bench.layers(network, many)[-1]
    yield "conv_own", float(np.mean(scores.argmax(axis=1) == names))


def more_examples(bench):
    """Score three kinds of features on MNIST's test digits, by examples seen."""
    images, labels, test_images, test_labels = load_mnist()
    order = np.random.default_rng(bench.seed).permutation(len(images))
    yield "examples", list(COUNTS)
    curves = {name: [] for name, *_ in LINES}
    for count in COUNTS:
        some, names = images[order[:count]], labels[order[:count]]
        flat = some.reshape(count, -1), test_images.reshape(-1, 784)
        pairs = {"pixels": flat}
        pairs["gradients"] = gradients_of("train")[order[:count]], gradients_of("test")
        network, both = bench.new("conv_network"), (some, test_images)
        epochs = max(2, min(200, 40_000 // count))
        bench.lesson.train(network, some, names, epochs=epochs)
        pairs["conv"] = tuple(bench.last_hidden(network, each) for each in both)
        for name, (seen, asked) in pairs.items():
            curves[name].append(probe_score(seen, names, asked, test_labels))
    for name, scores in curves.items():
        yield f"{name}_by_examples", scores


def maps_chart(maps, labels):
    """Draw the held-out digits from where they spread most, at each depth."""
    figure, axes = draw_chart(width=7.6, height=2.5, columns=4)
    for axis, places, name in zip(axes, maps, DEPTHS, strict=True):
        for digit in range(10):
            x, y = places[labels == digit].T
            axis.scatter(x, y, s=5, color=f"C{digit}", alpha=0.6, lw=0)
        for digit in range(10):
            middle = np.median(places[labels == digit], axis=0)
            box = {"facecolor": "white", "edgecolor": f"C{digit}", "pad": 1, "lw": 0.8}
            axis.text(*middle, digit, fontsize=8, ha="center", va="center", bbox=box)
        axis.set_title(name, fontsize=10)
        axis.set(xticks=[], yticks=[])
        axis.grid(False)
    return figure


def neighbours_chart(found, same, images, test_images):
    """Draw a digit and its seven nearest, in pixels and in the last hidden layer."""
    gain = same[3][:, :7].sum(axis=1) - same[0][:, :7].sum(axis=1).astype(int)
    place = int(np.argmax(gain))
    rows = [found[depth][place, :7] for depth in (0, 3)]
    pictures = [one for row in rows for one in [test_images[place], *images[row]]]
    titles = ["pixels", *[""] * 7, "hidden 3", *[""] * 7]
    return draw_images(pictures, titles, size=0.85)


def figures(record):
    """Yield the charts that need no digit network, and those of the recorded rows."""
    rows = {
        row["framework"]: row["metrics"]
        for row in record["rows"]
        if row["device"] == "cpu"
    }
    random = np.random.default_rng(0)
    points, answers = slanted_points(random)
    slanted_points(random, count=1000)
    band, inside = band_points(random)
    yield "turns", turns_chart(points, answers, band, inside)
    yield "change", change_chart(band, inside)
    yield "gradients", gradients_chart()
    yield "probes", probes_chart(rows["pytorch"])
    yield "examples", examples_chart(rows["pytorch"])


def scatter(axis, places, answers):
    """Draw points of two classes: circles for 0, squares for 1."""
    for answer, colour, marker in ((0, ORANGE, "o"), (1, PURPLE, "s")):
        x, y = places[answers == answer].T
        axis.scatter(x, y, s=14, color=colour, marker=marker)


def turns_chart(points, answers, band, inside):
    """Draw the points on their axes, on turned axes, and each angle's score."""
    figure, axes = draw_chart(width=7.6, height=2.6, columns=3)
    (degrees, threshold, _), scores = search_turns(points, answers, np.arange(180.0))
    for axis, places in zip(axes, (points, turn(points, degrees)), strict=False):
        scatter(axis, places, answers)
        axis.set(xlim=(-1, 1), ylim=(-1, 1), aspect="equal")
    axes[1].axvline(threshold, color="black", linestyle="--", linewidth=1.2)
    axes[0].set(xlabel="x", ylabel="y")
    axes[1].set(xlabel=f"turned by {degrees:.0f}°")
    axes[2].plot(scores, color=BLUE, label="slanted line")
    band_scores = search_turns(band, inside, np.arange(180.0))[1]
    axes[2].plot(band_scores, color=PURPLE, linestyle="--", label="band")
    axes[2].set(xlabel="degrees", ylabel="best score", ylim=(0.45, 1.02))
    axes[2].legend(frameon=False, fontsize=8)
    return figure


def change_chart(band, inside):
    """Draw the band, and the plane of the hidden units of a network that learned it."""
    network = start_network(np.random.default_rng(1))
    learn_change(network, band, inside)
    weights, biases, last, bias = network
    figure, axes = draw_chart(width=7.0, height=3.3, columns=2)
    scatter(axes[0], band, inside)
    scatter(axes[1], new_coordinates(network, band), inside)
    ends = np.array([-1.5, 1.5])
    borders = [(axes[0], *weights[:, unit], biases[unit]) for unit in range(2)]
    for axis, across, up, start in (*borders, (axes[1], *last, bias[0])):
        axis.plot(ends, -(across * ends + start) / up, color="black", ls="--", lw=1.2)
        axis.set(aspect="equal")
    axes[0].set(xlim=(-1, 1), ylim=(-1, 1), xlabel="x", ylabel="y")
    axes[1].set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))
    axes[1].set(xlabel="first hidden unit", ylabel="second hidden unit")
    return figure


def gradients_chart():
    """Draw a digit, and the edges that are counted in each of its cells."""
    images, labels, *_ = load_digits()
    digit = images[labels == 3][:1]
    cells = oriented_gradients(digit).reshape(7, 7, 9)
    figure, axes = draw_chart(width=5.2, height=2.6, columns=2)
    for axis in axes:
        axis.imshow(digit[0], "Greys", alpha=1 if axis is axes[0] else 0.25)
        axis.set(xticks=np.arange(-0.5, 28, 4), yticks=np.arange(-0.5, 28, 4))
        axis.tick_params(length=0, labelbottom=False, labelleft=False)
        axis.grid(True, color="0.8", linewidth=0.6)
    row, column, direction = np.indices(cells.shape).reshape(3, -1)
    angle, length = 2 * np.pi * direction / 9, 1.9 * cells.ravel()
    x, y = 4 * column + 1.5, 4 * row + 1.5
    ends = x + length * np.cos(angle), y + length * np.sin(angle)
    axes[1].plot([x, ends[0]], [y, ends[1]], color=BLUE, linewidth=1.2)
    return figure


def probes_chart(metrics):
    """Draw the probe's score at each depth, untrained and trained."""
    figure, axis = draw_chart(height=3.4)
    for name, label, colour, style in (
        ("probe", "trained", BLUE, "o-"),
        ("probe_untrained", "untrained", ORANGE, "s--"),
    ):
        draw_range(axis, range(4), metrics[name], label, colour, style)
    by_hand = 100 * metrics["gradients"]["mean"]
    axis.axhline(by_hand, color=PURPLE, linestyle=":", linewidth=1.4)
    label = "oriented gradients, by hand"
    axis.text(0, by_hand - 1, label, color=PURPLE, fontsize=9, va="top")
    axis.set_xticks(range(4), DEPTHS)
    axis.set(ylabel="score of the probe (%)")
    axis.legend(frameon=False)
    return figure


def draw_range(axis, places, metric, label, colour, style):
    """Draw the mean over the seeds, and the range from the lowest to the highest."""
    low, high, mean = (100 * np.array(metric[end]) for end in ("low", "high", "mean"))
    axis.fill_between(places, low, high, color=colour, alpha=0.2, lw=0)
    axis.plot(places, mean, style, color=colour, label=label)


def examples_chart(metrics):
    """Draw the probe's score on MNIST's test digits against the examples seen."""
    figure, axis = draw_chart(height=3.8)
    for name, label, colour, marker in LINES:
        metric = metrics[f"{name}_by_examples"]
        draw_range(axis, COUNTS, metric, label, colour, f"{marker}-")
    axis.set(xscale="log", xlabel="examples to learn from", ylabel="score (%)")
    axis.set_xticks(COUNTS, [f"{count:,}" for count in COUNTS])
    axis.minorticks_off()
    axis.legend(frameon=False, loc="lower right")
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    depths = [
        (f"Probe on {name}" if n == 0 else f"… on {name}", f"probe[{n}]", "{:.1%}")
        for n, name in enumerate(DEPTHS)
    ]
    return [
        ("Slanted line: best threshold on x", "axes[0]", "{:.1%}"),
        ("… best threshold on y", "axes[1]", "{:.1%}"),
        ("… best turn, held out", "turned_held_out", "{:.1%}"),
        ("Band: best turn", "band_turned", "{:.1%}"),
        ("… turned and folded, held out", "band_folded_held_out", "{:.1%}"),
        ("… learned, held out", "band_learned_held_out", "{:.1%}"),
        *depths,
        ("… on hidden 3 of an untrained network", "probe_untrained[3]", "{:.1%}"),
        ("… on 49 zones", "zones", "{:.1%}"),
        ("… on 441 oriented gradients", "gradients", "{:.1%}"),
        ("… on the convolutional network's 64 numbers", "conv", "{:.1%}"),
        ("60,000 examples: oriented gradients", "gradients_by_examples[5]", "{:.1%}"),
        ("… convolutional network", "conv_by_examples[5]", "{:.1%}"),
        ("Nearest neighbour alike: pixels", "nearest[0]", "{:.1%}"),
        ("… hidden 3", "nearest[3]", "{:.1%}"),
        ("Seconds to train the dense network", "dense_seconds", "{:.1f} s"),
    ]
