"""The full experiment of the introduction: rules by hand against learned ones."""

import time
from importlib import import_module

import numpy as np
from matplotlib.patches import FancyBboxPatch

from lessons.convolutions.numpy import shift
from lessons.data import load_digits, load_mnist
from lessons.introduction.numpy import (
    best_threshold,
    decide,
    enclosed,
    ink,
    ink_in_the_middle,
    ink_on_the_left,
    pick,
    score,
    symmetry,
)
from lessons.introduction.tribes import ask_tree, believe, evolve, grow_tree, most_alike
from lessons.plots import draw_chart, draw_images

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
COUNTS = (10, 30, 100, 300, 1000, 3000, None)  # None: all that MNIST has
PIXELS = (0, 1, 2, 3, 4)
DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0))
RATES = {"neuron": 0.05, "dense_network": 0.1, "deep_network": 0.1}
ORANGE, BLUE, PURPLE = "#b3460f", "#0b62a4", "#5b2a86"
LINES = (
    ("hand", "by hand: enclosed paper", "#b3460f", "s"),
    ("neuron", "one neuron", "#0b62a4", "o"),
    ("deep_network", "deep network", "#5b2a86", "^"),
)
HINT = 5  # enclosed pixels that make the hint 1, and twice as many are the most


class Bench:
    """One framework, so that the experiment below is written once."""

    def __init__(self, framework):
        self.framework = framework
        self.lesson = import_module(f"lessons.introduction.{MODULES[framework]}")
        self.basics = import_module(f"lessons.{MODULES[framework]}")

    def train(self, name, seed, images, answers, **settings):
        """Return a trained network, which of the three `name` says."""
        self.basics.set_seed(seed)
        network = getattr(self.lesson, name)()
        settings = {"learning_rate": RATES[name]} | settings
        self.lesson.train(network, images, answers, **settings)
        return network

    def score(self, network, images, answers):
        return score(self.lesson.probabilities(network, images) > 0.5, answers)


class Hand:
    """The rule by hand: a measure, and the threshold that is best on some pictures."""

    def __init__(self, measure, images, answers):
        self.measure = measure
        self.rule = best_threshold(measure(images), answers)

    def score(self, images, answers):
        return score(decide(self.measure(images), *self.rule), answers)


def run(framework, seed, device):
    """Yield each measurement of one seed, and the pictures of the first."""
    if device != "cpu":
        raise ValueError("this lesson is small: record it on the CPU")
    bench = Bench(framework)
    images, labels, test_images, test_labels = load_digits()
    yield from zeros_and_ones(
        bench,
        seed,
        *pick(images, labels, 0, 1),
        *pick(test_images, test_labels, 0, 1),
    )
    pair = *pick(images, labels, 3, 8), *pick(test_images, test_labels, 3, 8)
    neither = test_images[(test_labels != 3) & (test_labels != 8)]
    yield from threes_and_eights(bench, seed, neither, *pair)
    yield from tribes(seed, *pair)
    yield from answers_and_hints(bench, seed, *pair)
    yield from more_examples(bench, seed)


def zeros_and_ones(bench, seed, images, answers, test_images, test_answers):
    """Score the first rule and the neuron on 200 held-out pictures of 0 and 1."""
    hand = Hand(ink_in_the_middle, images, answers)
    yield "middle_seen", hand.score(images, answers)
    yield "middle", hand.score(test_images, test_answers)
    network = bench.train("neuron", seed, images, answers)
    yield "neuron_01", bench.score(network, test_images, test_answers)


def threes_and_eights(bench, seed, neither, images, answers, test_images, test_answers):
    """Score four rules and three networks; then change the pictures of the test."""
    measures = (ink, symmetry, ink_on_the_left, enclosed)
    hands = [Hand(measure, images, answers) for measure in measures]
    yield "hand_seen", [hand.score(images, answers) for hand in hands]
    yield "hand_held_out", [hand.score(test_images, test_answers) for hand in hands]
    networks = {}
    for name in RATES:
        start = time.perf_counter()
        networks[name] = bench.train(name, seed, images, answers)
        yield f"{name}_seconds", time.perf_counter() - start
        yield f"{name}_held_out", bench.score(networks[name], test_images, test_answers)
    for name in ("hand", *RATES):
        judge = hands[-1] if name == "hand" else Judge(bench, networks[name])
        yield f"{name}_moved", moved(judge, test_images, test_answers)
        yield f"{name}_inverted", judge.score(1 - test_images, test_answers)
    for name, network in networks.items():
        chances = bench.lesson.probabilities(network, neither)
        certainty = np.maximum(chances, 1 - chances)
        yield f"{name}_sure", float(np.mean(certainty > 0.99))
        yield f"{name}_certainty", float(np.mean(certainty))
    if bench.framework == "pytorch" and seed == 0:
        yield "surest", surest(neither, chances)  # of the last network: the deep one
        weights = networks["neuron"][1].weight.detach().numpy()[0]
        yield "weights", weights_chart(weights, images, answers)


class Judge:
    """A network that scores as a rule by hand does."""

    def __init__(self, bench, network):
        self.bench, self.network = bench, network

    def score(self, images, answers):
        return self.bench.score(self.network, images, answers)


def moved(judge, images, answers):
    """Return the score by pixels moved, as the mean over the four directions."""
    return [
        np.mean(
            [
                judge.score(shift(images, down * pixels, right * pixels), answers)
                for down, right in DIRECTIONS
            ]
        )
        for pixels in PIXELS
    ]


def tribes(seed, images, answers, test_images, test_answers):
    """Score the four learners that are no networks, in the order of the page."""
    seen, asked = images.reshape(-1, 784), test_images.reshape(-1, 784)
    tree = grow_tree(seen > 0.5, answers, depth=6)
    weights, bias = believe(seen > 0.5, answers)
    verdicts = (
        np.array([ask_tree(tree, picture) for picture in asked > 0.5]),
        asked @ evolve(seen, answers, seed=seed) > 0,
        (asked > 0.5) @ weights + bias > 0,
        most_alike(seen, answers, asked),
    )
    yield "tribes", [score(verdict, test_answers) for verdict in verdicts]


def answers_and_hints(bench, seed, images, answers, test_images, test_answers):
    """Train on answers that mean nothing, with a hint, and on moved copies."""
    random = np.random.default_rng(seed)
    misled = bench.train("neuron", seed, images, random.permutation(answers))
    yield "misled", bench.score(misled, test_images, test_answers)
    helped = bench.train("neuron", seed, with_hint(images), answers)
    yield "helped", bench.score(helped, with_hint(test_images), test_answers)
    copies = [shift(images, *random.integers(-3, 4, size=2)) for _ in range(6)]
    images, answers = np.concatenate(copies), np.tile(answers, 6)
    taught = bench.train("deep_network", seed, images, answers, epochs=2)
    yield "taught_moved", moved(Judge(bench, taught), test_images, test_answers)


def with_hint(images):
    """Write the number of enclosed pixels into a corner, which is empty in all."""
    hinted = images.copy()
    hinted[:, 0, 0] = np.minimum(enclosed(images), 2 * HINT) / HINT
    return hinted


def more_examples(bench, seed):
    """Score rule, neuron and deep network on MNIST's test digits, by examples seen."""
    images, labels, test_images, test_labels = load_mnist()
    images, answers = pick(images, labels, 3, 8)
    test_images, test_answers = pick(test_images, test_labels, 3, 8)
    order = np.random.default_rng(seed).permutation(len(images))
    yield "examples", [count or len(images) for count in COUNTS]
    curves = {name: [] for name, *_ in LINES}
    for count in COUNTS:
        some, expected = images[order[:count]], answers[order[:count]]
        hand = Hand(enclosed, some, expected)
        curves["hand"].append(hand.score(test_images, test_answers))
        epochs = max(3, min(60, 20_000 // len(some)))
        for name in ("neuron", "deep_network"):
            network = bench.train(name, seed, some, expected, epochs=epochs)
            curves[name].append(bench.score(network, test_images, test_answers))
    for name, scores in curves.items():
        yield f"{name}_by_examples", scores


def surest(pictures, chances):
    """Draw the eight pictures of neither digit that the network is surest of."""
    certainty = np.maximum(chances, 1 - chances)
    chosen = np.argsort(-certainty)[:8]
    says = [f"“{'38'[int(chances[i] > 0.5)]}”, {certainty[i]:.1%}" for i in chosen]
    return draw_images([pictures[i] for i in chosen], says, size=0.9)


def weights_chart(weights, images, answers):
    """Draw the weights that three tribes found for the same 784 pixels."""
    seen = images.reshape(-1, 784)
    found = [weights, evolve(seen, answers), believe(seen > 0.5, answers)[0]]
    titles = ["learned step by step", "evolved", "counted, by Bayes"]
    pictures = [each.reshape(28, 28) for each in found]
    return draw_images(pictures, titles, size=1.9, signed=True)


def figures(record):
    """Yield the charts that need no training, and those of both frameworks' rows."""
    rows = {
        row["framework"]: row["metrics"]
        for row in record["rows"]
        if row["device"] == "cpu"
    }
    images, labels, *_ = load_digits()
    yield "middle", laid_out(*pick(images, labels, 0, 1))
    yield "hands", hands_chart(*pick(images, labels, 3, 8))
    yield "examples", examples_chart(rows["pytorch"])
    yield "world", world_chart(rows["pytorch"], *pick(images, labels, 3, 8))
    yield "rings", rings(rows["pytorch"])


def laid_out(images, answers, columns=26, rows=9):
    """Draw training digits in columns, each where its ink in the middle puts it."""
    feature = ink_in_the_middle(images)
    threshold, _ = best_threshold(feature, answers)
    sheet = np.zeros((rows * 28, columns * 28, 4))
    filled = np.zeros(columns, int)
    for image, answer, value in zip(images, answers, feature, strict=True):
        column = min(int(value * columns), columns - 1)
        if filled[column] == rows:
            continue
        filled[column] += 1
        top, left = (rows - filled[column]) * 28, column * 28
        colour = (0x0B, 0x62, 0xA4) if answer else (0xB3, 0x46, 0x0F)
        sheet[top : top + 28, left : left + 28, :3] = np.array(colour) / 255
        sheet[top : top + 28, left : left + 28, 3] = image
    figure, axis = draw_chart(width=7.2, height=3.0)
    axis.imshow(sheet, extent=(0, 1, 0, rows / columns))
    axis.axvline(threshold, color="black", linestyle="--", linewidth=1.2)
    axis.set(xlabel="ink in the middle, from none to full", yticks=[], ylim=(0, None))
    axis.spines["left"].set_visible(False)
    return figure


def hands_chart(images, answers):
    """Draw how each measure spreads over the training digits, with its threshold."""
    names = "ink", "symmetry", "ink on the left", "enclosed paper (pixels)"
    figure, axes = draw_chart(width=7.4, height=2.3, columns=4)
    measures = ink, symmetry, ink_on_the_left, enclosed
    for axis, name, measure in zip(axes, names, measures, strict=True):
        feature, hand = measure(images), Hand(measure, images, answers)
        low, high = np.quantile(feature, (0, 0.995))
        bins = np.linspace(low, high, 21)
        for answer, colour in ((0, ORANGE), (1, BLUE)):
            axis.hist(
                feature[answers == answer], bins, color=colour, alpha=0.6, label=answer
            )
        axis.axvline(hand.rule[0], color="black", linestyle="--", linewidth=1.2)
        axis.set_title(f"{hand.score(images, answers):.1%}", fontsize=10)
        axis.set(xlabel=name, yticks=[])
    axes[0].legend(["3", "8"], frameon=False, fontsize=8, loc="upper left")
    return figure


def examples_chart(metrics):
    """Draw the score on MNIST's test digits against the number of examples seen."""
    figure, axis = draw_chart(height=3.8)
    counts = metrics["examples"]["mean"]
    for name, label, colour, marker in LINES:
        ends = metrics[f"{name}_by_examples"]
        low, high, mean = (100 * np.array(ends[end]) for end in ("low", "high", "mean"))
        axis.fill_between(counts, low, high, color=colour, alpha=0.2, lw=0)
        axis.plot(counts, mean, color=colour, marker=marker, label=label)
    axis.set(xscale="log", xlabel="examples to learn from", ylim=(68, 101))
    axis.set(ylabel="score on held-out digits (%)")
    axis.set_xticks(counts, [f"{count:,.0f}" for count in counts])
    axis.minorticks_off()
    axis.legend(frameon=False, loc="lower right")
    return figure


def world_chart(metrics, images, answers):
    """Draw the score against pixels moved, and above each point a moved digit."""
    figure, axis = draw_chart(height=4.0)
    for name, label, colour, marker in LINES:
        low, high, mean = (
            100 * np.array(metrics[f"{name}_moved"][end])
            for end in ("low", "high", "mean")
        )
        axis.fill_between(PIXELS, low, high, color=colour, alpha=0.2, lw=0)
        axis.plot(PIXELS, mean, color=colour, marker=marker, label=label)
    for pixels in PIXELS:
        picture = axis.inset_axes(
            (pixels - 0.26, 106, 0.52, 32), transform=axis.transData
        )
        digit = images[answers == 0][0]
        picture.imshow(shift(digit, 0, -pixels), "Greys", interpolation="nearest")
        picture.set(xticks=[], yticks=[])
        picture.spines[:].set(color="0.75", linewidth=0.5)
    axis.axhline(50, color="0.4", linestyle=":", linewidth=1)
    axis.set(xlabel="test digits moved by (pixels)", ylabel="score (%)")
    axis.set(xlim=(-0.35, 4.35), ylim=(0, 101), xticks=PIXELS)
    axis.legend(frameon=False, loc="lower left")
    return figure


def rings(metrics):
    """Draw artificial intelligence around machine learning around deep learning."""
    hand, neuron, deep = (
        metrics[f"{name}_by_examples"]["mean"][-1] for name, *_ in LINES
    )
    texts = (
        ("Artificial intelligence", "a person writes the rule", "enclosed paper", hand),
        ("Machine learning", "examples set the rule", "one neuron", neuron),
        ("Deep learning", "and the features", "deep network", deep),
    )
    figure, axis = draw_chart(width=7.2, height=2.6)
    axis.set(xlim=(0, 100), ylim=(0, 36))
    axis.axis("off")
    colours = ORANGE, BLUE, PURPLE
    for ring, (title, says, example, right) in enumerate(texts):
        left, height = 1 + 33 * ring, 34 - 7 * ring
        place, width = (left, 18 - height / 2), 98.5 - left - 1.5 * ring
        style = "round,pad=0,rounding_size=3"
        for look in ({"alpha": 0.1, "lw": 0}, {"fill": False, "lw": 1.4}):
            look = {"color": colours[ring], "boxstyle": style} | look
            axis.add_patch(FancyBboxPatch(place, width, height, **look))
        lines = ((24.5, title, 11.5), (20, says, 9), (14.5, f"here: {example}", 9))
        for y, text, size in (*lines, (9.8, f"{right:.1%}", 13)):
            axis.text(left + 2.2, y, text, fontsize=size, va="center")
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        ("0 or 1: ink in the middle", "middle", "{:.1%}"),
        ("0 or 1: one neuron", "neuron_01", "{:.1%}"),
        ("3 or 8: enclosed paper", "hand_held_out[3]", "{:.1%}"),
        ("3 or 8: one neuron", "neuron_held_out", "{:.1%}"),
        ("… dense network", "dense_network_held_out", "{:.1%}"),
        ("… deep network", "deep_network_held_out", "{:.1%}"),
        ("… one neuron, told of the enclosed paper", "helped", "{:.1%}"),
        ("Moved by 3 pixels: enclosed paper", "hand_moved[3]", "{:.1%}"),
        ("… one neuron", "neuron_moved[3]", "{:.1%}"),
        ("… deep network", "deep_network_moved[3]", "{:.1%}"),
        ("… deep network, taught with moved copies", "taught_moved[3]", "{:.1%}"),
        ("Seconds to train the deep network", "deep_network_seconds", "{:.1f} s"),
    ]
