"""The full experiment on adversarial networks: toy, digits, a collapse, its cure."""

import time
from importlib import import_module

import numpy as np

from lessons.data import load_digits
from lessons.gan import numpy as toy
from lessons.gan import pictures as measures
from lessons.generators import pack
from lessons.plots import draw_chart, draw_images

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
ORANGE, BLUE, PURPLE, GREEN = "#b3460f", "#0b62a4", "#5b2a86", "#3d7a3d"
LATENT = 16
ROUNDS = (0, 100, 200, 300, 450, 600, 800, 1000, 1200)  # where the game is judged
ASLEEP = (0, 25, 50, 100, 150, 200)  # rounds in which the judge does not learn
AWAKE = (25, 50, 100, 150)
NAMES = ("classes", "effective", "sure", "distance")
PLAIN = (0, 100, 200, 300, 450)  # of the game without batch normalisation


class Bench:
    """One framework on one device, so that the experiment below is written once."""

    def __init__(self, framework, device):
        self.framework, name = framework, MODULES[framework]
        self.lesson = import_module(f"lessons.gan.{name}")
        self.play = import_module(f"lessons.gan.play_{name}").play
        self.toy = import_module(f"lessons.gan.toy_{name}")
        self.readers = import_module(f"lessons.gan.reader_{name}")
        self.digits = import_module(f"lessons.convolutions.{name}")
        self.basics = import_module(f"lessons.{name}")
        self.device = self.basics.choose_device() if device == "gpu" else CPU[framework]

    def place(self, network):
        return network.to(self.device) if self.framework == "pytorch" else network

    def build(self, **settings):
        """Return a generator and a discriminator, started anew."""
        networks = self.lesson.generator(), self.lesson.discriminator(**settings)
        return [self.place(self.lesson.start(network)) for network in networks]

    def tensor(self, images):
        return self.digits.to_tensor(images, self.device)

    def train_reader(self, images, labels):
        """Return a classifier that has learned from real digits alone."""
        reader = self.place(self.readers.digit_reader())
        if self.framework == "pytorch":
            labels = import_module("torch").from_numpy(labels).to(self.device)
        settings = {"epochs": 8, "learning_rate": 0.003}
        list(self.digits.train(reader, self.tensor(images), labels, **settings))
        return reader


class Judged:
    """The game's pictures for one fixed set of noise, judged at certain rounds."""

    def __init__(self, bench, reader, real, seed):
        self.bench, self.reader, self.real = bench, reader, real
        random = np.random.default_rng(100 + seed)
        self.noise = random.standard_normal((1000, LATENT)).astype(np.float32)
        self.found, self.shown, self.losses, self.seconds = [], [], [], 0.0

    def look(self, generator):
        """Judge what the generator writes now, and keep a few of the pictures."""
        lesson, device = self.bench.lesson, self.bench.device
        pictures = lesson.generate(generator, self.noise, device)
        read = self.bench.readers.read(self.reader, self.bench.tensor(pictures))
        self.found.append(measures.measure(*read, self.real))
        self.shown.append(pictures[:160])

    def follow(self, networks, images, rounds, **settings):
        """Play on, and judge at each of these rounds, counted from here."""
        if rounds[0] == 0:
            self.look(networks[0])
        game = self.bench.play(*networks, images, rounds[-1], **settings)
        start = time.perf_counter()
        for number, (_, written) in enumerate(game, 1):
            if number in rounds:
                self.seconds += time.perf_counter() - start
                self.look(networks[0])
                self.losses.append(written)
                start = time.perf_counter()

    def columns(self, name):
        """Yield the four measures, a list each, under names that start alike."""
        for title, column in zip(NAMES, zip(*self.found, strict=True), strict=True):
            yield f"{name}_{title}", list(column)


def run(framework, seed, device):
    """Yield each measurement of one seed; in PyTorch also pictures and weights."""
    bench = Bench(framework, device)
    yield from toy_game(bench, seed)
    images, labels, test_images, test_labels = load_digits()
    bench.basics.set_seed(1000 + seed)
    reader = bench.train_reader(images, labels)
    real, chances = bench.readers.read(reader, bench.tensor(test_images))
    yield "reader_accuracy", float((chances.argmax(axis=1) == test_labels).mean())
    yield "real_sure", float((chances.max(axis=1) > 0.9).mean())
    known = measures.measure(*bench.readers.read(reader, bench.tensor(images)), real)
    yield "real_distance", known[-1]
    yield from digit_game(bench, seed, reader, real, images, test_images)


def toy_game(bench, seed):
    """The toy: a free discriminator against the formula, and the game with and without
    damping."""
    points = np.linspace(-6, 6, 241)
    width = points[1] - points[0]
    real, fake = toy.normal_density(points, 1, 0.5), toy.normal_density(points, -1, 1)
    best = toy.best_discriminator(real, fake)
    bench.basics.set_seed(seed)
    network = bench.toy.toy_discriminator()
    answers = bench.toy.train_toy(network, points, real, fake)
    yield "toy_best_value", toy.value(real, fake, best, width)
    yield "toy_value", toy.value(real, fake, answers, width)
    yield "toy_difference", float(abs(answers - best)[real + fake > 0.02].max())
    network = bench.toy.toy_discriminator()
    answers = bench.toy.train_toy(network, points, real, real)
    yield "toy_equal_value", toy.value(real, real, answers, width)
    for name, damping in (("free", 0.0), ("damped", 0.3)):
        history = toy.play_toy(2000, seed, damping=damping)
        yield f"toy_{name}_narrowest", float(history[:, 1].min())
        yield f"toy_{name}_widest_after", float(history[300:, 1].max())
        yield f"toy_{name}_end", history[-100:].mean(axis=0).tolist()


def digit_game(bench, seed, reader, real, images, test_images):
    """Play with digits; put the judge to sleep, and wake it; play without its norm."""
    tensor = bench.tensor(images)
    bench.basics.set_seed(seed)
    networks = bench.build()
    game = Judged(bench, reader, real, seed)
    game.follow(networks, tensor, ROUNDS)
    yield "seconds", game.seconds
    yield from game.columns("game")
    written = bench.lesson.generate(networks[0], game.noise, bench.device)
    for name, some in (("written", written), ("unseen", test_images)):
        yield (
            f"{name}_nearest",
            float(np.median(measures.distance_to_nearest(some, images))),
        )
    if bench.framework == "pytorch":
        yield "latent", pack(networks[0], game.noise[:50])
        yield "walk", walks(bench, networks[0], game.noise)
    asleep = Judged(bench, reader, real, seed)
    asleep.follow(networks, tensor, ASLEEP, rates=(0.002, 0.0))
    yield from asleep.columns("asleep")
    yield "asleep_loss", asleep.losses
    awake = Judged(bench, reader, real, seed)
    awake.follow(networks, tensor, AWAKE)
    yield from awake.columns("awake")
    bench.basics.set_seed(seed)
    plain = Judged(bench, reader, real, seed)
    plain.follow(bench.build(normalise=False), tensor, PLAIN)
    yield from plain.columns("plain")
    if bench.framework == "pytorch":
        yield from galleries(game, asleep, awake, images)


def walks(bench, generator, noise):
    """Draw three walks, from one point of the latent space to the next."""
    paths = [measures.walk(noise[2 * n], noise[2 * n + 1], steps=12) for n in range(3)]
    path = np.concatenate(paths).astype(np.float32)
    return draw_images(
        bench.lesson.generate(generator, path, bench.device), columns=12, size=0.6
    )


def galleries(game, asleep, awake, images):
    """Yield what the generator wrote: in the end, on the way, asleep and awake."""
    yield "written", draw_images(game.shown[-1][:96], columns=16, size=0.45)
    yield "real", draw_images(images[:96], columns=16, size=0.45)
    rows = [shown[n] for shown in game.shown[:6] for n in range(14)]
    yield "progress", draw_images(rows, columns=14, size=0.5)
    rows = [
        shown[n] for shown in (*asleep.shown[::2], asleep.shown[-1]) for n in range(14)
    ]
    rows += [awake.shown[-1][n] for n in range(14)]
    yield "collapse", draw_images(rows, columns=14, size=0.5)


def figures(record):
    """Yield the charts that are drawn from the finished record."""
    rows = {row["framework"]: row for row in record["rows"] if row["device"] == "cpu"}
    metrics = {name: row["metrics"] for name, row in rows.items()}
    yield "optimum", optimum_chart()
    yield "toy", toy_chart()
    yield "training", training_chart(metrics["pytorch"])
    yield "asleep", asleep_chart(metrics["pytorch"])


def optimum_chart():
    """Draw two densities and the best answers, for two generators."""
    points = np.linspace(-4, 4, 401)
    figure, axes = draw_chart(width=7.2, height=2.8, columns=2)
    real = toy.normal_density(points, 1, 0.5)
    for axis, (mean, deviation) in zip(axes, ((-1, 1), (1, 0.5)), strict=True):
        fake = toy.normal_density(points, mean, deviation)
        best = toy.best_discriminator(real, fake)
        value = toy.value(real, fake, best, points[1] - points[0])
        axis.fill_between(points, real, color=BLUE, alpha=0.25, lw=0)
        axis.plot(points, real, color=BLUE, label="real")
        axis.plot(points, fake, color=ORANGE, ls="--", label="generated")
        axis.plot(points, best, color="0.5", ls=":", lw=2, label="best answer D*")
        axis.set(xlabel="x", ylim=(0, 1.05), title=f"value {value:.3f}")
    axes[0].legend(frameon=False, fontsize=8, loc="upper left")
    return figure


def toy_chart():
    """Draw the toy generator's mean and deviation by round, free and damped."""
    figure, axes = draw_chart(width=7.2, height=2.8, columns=2)
    for axis, damping, title in zip(axes, (0.0, 0.3), ("free", "damped"), strict=True):
        history = toy.play_toy(2000, 0, damping=damping)
        for column, colour, name in ((0, BLUE, "mean"), (1, ORANGE, "deviation")):
            style = {"color": colour, "ls": ("-", "--")[column], "label": name}
            axis.plot(np.arange(1, 2001), history[:, column], **style)
            axis.axhline((1, 0.5)[column], color=colour, lw=0.7, alpha=0.6)
        axis.set(xlabel="round", title=title, ylim=(-1.1, 1.5))
    axes[1].legend(frameon=False)
    return figure


def band(axis, rounds, metric, colour, label, dashes="-", marker="o"):
    ends = {end: np.array(metric[end]) for end in ("mean", "low", "high")}
    axis.fill_between(rounds, ends["low"], ends["high"], color=colour, alpha=0.15, lw=0)
    axis.plot(
        rounds, ends["mean"], color=colour, ls=dashes, marker=marker, ms=4, label=label
    )


def training_chart(metrics):
    """Draw distance and classes by round, with and without batch normalisation."""
    figure, (left, right) = draw_chart(width=7.2, height=3.0, columns=2)
    for axis, title in ((left, "distance"), (right, "effective")):
        band(axis, ROUNDS, metrics[f"game_{title}"], BLUE, "as DCGAN has it")
        band(
            axis,
            PLAIN,
            metrics[f"plain_{title}"],
            ORANGE,
            "judge without norm",
            "--",
            "s",
        )
        axis.set_xlabel("round")
    left.set(yscale="log", ylabel="distance / variance")
    left.axhline(metrics["real_distance"]["mean"], color="0.5", ls=":")
    right.set(ylabel="effective classes", ylim=(0, 10.4))
    right.legend(frameon=False)
    return figure


def asleep_chart(metrics):
    """Draw what happens while the judge sleeps, and after it wakes."""
    figure, axes = draw_chart(width=7.2, height=2.8, columns=3)
    rounds = [*ASLEEP, *(ASLEEP[-1] + number for number in AWAKE)]
    for axis, title in zip(axes, ("effective", "sure", "distance"), strict=True):
        metric = {
            end: [*metrics[f"asleep_{title}"][end], *metrics[f"awake_{title}"][end]]
            for end in ("mean", "low", "high")
        }
        band(axis, rounds, metric, PURPLE, title)
        axis.axvline(ASLEEP[-1], color="0.5", ls=":")
        axis.set(xlabel="round", ylim=(0, None))
    labels = ("effective classes", "share sure of", "distance / variance")
    for axis, label in zip(axes, labels, strict=True):
        axis.set_title(label, fontsize=9)
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        ("Toy: value against the best answers, learned", "toy_value", "{:.4f}"),
        ("Reader: accuracy on held-out digits", "reader_accuracy", "{:.1%}"),
        ("… sure of real digits", "real_sure", "{:.0%}"),
        ("Distance of real digits", "real_distance", "{:.4f}"),
        ("… of untrained pictures", "game_distance[0]", "{:.2f}"),
        ("… after 300 rounds", "game_distance[3]", "{:.3f}"),
        (f"… after {ROUNDS[-1]:,} rounds", "game_distance[-1]", "{:.3f}"),
        ("Classes covered", "game_classes[-1]", "{:.1f}"),
        ("… effective", "game_effective[-1]", "{:.1f}"),
        ("Sure of written digits", "game_sure[-1]", "{:.0%}"),
        (
            "Judge asleep for 200 rounds: effective classes",
            "asleep_effective[-1]",
            "{:.1f}",
        ),
        ("… distance", "asleep_distance[-1]", "{:.2f}"),
        (
            "Judge awake again for 150: effective classes",
            "awake_effective[-1]",
            "{:.1f}",
        ),
        ("… distance", "awake_distance[-1]", "{:.3f}"),
        (
            "Judge without norm, 450 rounds: effective classes",
            "plain_effective[-1]",
            "{:.1f}",
        ),
        ("… distance", "plain_distance[-1]", "{:.2f}"),
        ("Seconds to play", "seconds", "{:.0f} s"),
    ]
