"""The full experiment on transformers: plays, rivals, dates, the cache, and length."""

import time
from functools import cache
from importlib import import_module

import numpy as np

from lessons.dates import ISO, TEXT, load_dates, to_numbers
from lessons.gpt_weights import pack
from lessons.plays import characters_of, encode, load_plays, ngram_nats, split_plays
from lessons.plots import draw_chart
from lessons.transformer.numpy import attend, attend_in_parts, positional_encoding

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
COLOURS = {"pytorch": "#b3460f", "tensorflow": "#0b62a4"}
GPT = {"features": 64, "depth": 2, "length": 64}  # the page's
STEPS, EVERY = 1500, 50  # of the GPT; its rival gets as much time
PEAK = 0.008  # the GPT's learning rate; its rival's is 0.004
SMALL_STEPS = 300  # of the page
DATE_STEPS = 400
WRITER = {"features": 48, "depth": 2, "length": 64}  # the demo's
WRITER_STEPS, WRITER_BATCH = 4500, 16
LARGER = {"features": 96, "depth": 4, "length": 64}
LONG, LONG_BATCH = 240, 32  # seconds for each of both, and pieces a step
LENGTHS = (64, 128, 256, 512, 1024, 2048)
WINDOW = 256  # of the GPT, not trained, that writes with its cache and without
DATES = 20_000, 2_000


class Bench:
    """One framework on one device, so that the experiment below is written once."""

    def __init__(self, framework, device):
        self.framework, name = framework, MODULES[framework]
        self.lesson = import_module(f"lessons.transformer.{name}")
        self.writing = import_module(f"lessons.transformer.writing_{name}")
        self.translation = import_module(f"lessons.transformer.translation_{name}")
        self.basics = import_module(f"lessons.{name}")
        self.device = self.basics.choose_device() if device == "gpu" else CPU[framework]

    def tensor(self, array):
        """Return integers as a tensor on the device."""
        if self.framework == "pytorch":
            return import_module("torch").from_numpy(array).to(self.device)
        tensorflow = import_module("tensorflow")
        with tensorflow.device(self.device):
            return tensorflow.constant(array, tensorflow.int32)

    def place(self, network):
        """Return a network on the device; Keras has put it there already."""
        return network.to(self.device) if self.framework == "pytorch" else network

    def forget_places(self, gpt):
        """Make a GPT's table of places zeros that training leaves alone."""
        if self.framework == "pytorch":
            gpt.places.weight.requires_grad_(False).zero_()
        else:
            gpt.places.set_weights([0 * gpt.places.get_weights()[0]])
            gpt.places.trainable = False

    def train(self, network, draw, steps, every=EVERY, **how):
        """Return the losses, and the seconds without those of the first few steps."""
        losses, seconds = [], []
        start = time.perf_counter()
        for loss in self.writing.train(network, draw, steps, every=every, **how):
            losses.append(loss)
            seconds.append(time.perf_counter() - start)
        rest = (seconds[-1] - seconds[0]) * len(seconds) / max(1, len(seconds) - 1)
        return losses, rest


@cache
def plays():
    """Return the learned and the held-out plays as numbers, and the characters."""
    learned, held_out = split_plays(load_plays())
    characters = characters_of(learned + held_out)
    return encode(learned, characters), encode(held_out, characters), characters


@cache
def counted():
    """Return the nats of n-grams; the same for every seed and framework."""
    learned, held_out, characters = plays()
    return ngram_nats(learned, held_out, len(characters))


def run(framework, seed, device):
    """Yield each measurement of one seed; in PyTorch also the demo's weights."""
    bench = Bench(framework, device)
    yield "ngram_nats", counted()
    yield from both_writers(bench, seed)
    yield from with_and_without_cache(bench, seed)
    yield from without_places(bench, seed)
    yield from dates(bench, seed)
    yield from by_length(bench)
    if framework == "pytorch" and device == "cpu":
        yield from long_run(framework)
    if framework == "pytorch" and seed == 0:
        yield "writer", demo_weights(bench)


def both_writers(bench, seed):
    """Train a GPT; then an LSTM for as many steps as take the same time."""
    learned, held_out, characters = plays()
    learned, held_out = bench.tensor(learned), bench.tensor(held_out)
    draw = bench.writing.pieces_of(learned)
    bench.basics.set_seed(seed)
    gpt = bench.place(bench.lesson.GPT(len(characters), **GPT))
    losses, seconds = bench.train(gpt, draw, STEPS, peak=PEAK)
    yield "gpt_parameters", bench.basics.count_parameters(gpt)
    yield from judged(bench, "gpt", gpt, losses, seconds, held_out)
    trial = bench.place(bench.writing.Recurrent(len(characters)))
    steps = 60 * seconds / bench.train(trial, draw, 60, every=20)[1]
    bench.basics.set_seed(seed)
    rival = bench.place(bench.writing.Recurrent(len(characters)))
    steps = max(EVERY, int(steps) // EVERY * EVERY)
    losses, seconds = bench.train(rival, draw, steps)
    yield "lstm_steps", steps
    yield "lstm_parameters", bench.basics.count_parameters(rival)
    yield from judged(bench, "lstm", rival, losses, seconds, held_out)


def judged(bench, name, network, losses, seconds, held_out):
    """Yield what training cost, and the loss on held-out plays by place."""
    nats = bench.writing.nats_by_place(network, held_out, length=64, pieces=2000)
    yield f"{name}_seconds", seconds
    yield f"{name}_loss", losses[-1]
    yield f"{name}_places", nats
    yield f"{name}_nats", float(nats[32:].mean())


@cache
def long_run(framework):
    """Return what a larger GPT and the LSTM reach in minutes; one run for all seeds."""
    bench = Bench(framework, "cpu")
    learned, held_out, characters = plays()
    draw = bench.writing.pieces_of(bench.tensor(learned), LONG_BATCH)
    builders = {
        "long_gpt": lambda: bench.lesson.GPT(len(characters), **LARGER),
        "long_lstm": lambda: bench.writing.Recurrent(len(characters)),
    }
    found = []
    for name, build in builders.items():
        speed = 60 / bench.train(bench.place(build()), draw, 60, every=20)[1]
        steps = max(EVERY, int(speed * LONG) // EVERY * EVERY)
        bench.basics.set_seed(0)
        network = bench.place(build())
        losses, seconds = bench.train(network, draw, steps)
        found += judged(bench, name, network, losses, seconds, bench.tensor(held_out))
        found.append((f"{name}_parameters", bench.basics.count_parameters(network)))
        found.append((f"{name}_millions", steps * LONG_BATCH * 64 / 1e6))  # characters
    return found


def with_and_without_cache(bench, seed):
    """Yield the seconds to write a text both ways, and whether it is the same."""
    bench.basics.set_seed(seed)
    gpt = bench.place(bench.lesson.GPT(len(plays()[2]), **GPT | {"length": WINDOW}))
    texts, seconds = [], []
    for cached in (True, False):  # once before, for what is built at the first call
        bench.writing.write(gpt, [10] * 8, 8, np.random.default_rng(seed), cached)
    for cached in (True, False):
        random, start = np.random.default_rng(seed), time.perf_counter()
        texts.append(bench.writing.write(gpt, [10] * 8, WINDOW - 8, random, cached))
        seconds.append(time.perf_counter() - start)
    yield "cache_seconds", seconds
    yield "cache_same", float(np.array_equal(*texts))


def without_places(bench, seed):
    """Train the page's GPT twice, once with a table of places that is all zeros."""
    learned, held_out, characters = plays()
    learned, held_out = bench.tensor(learned), bench.tensor(held_out)
    draw = bench.writing.pieces_of(learned)
    for name in ("placed", "placeless"):
        bench.basics.set_seed(seed)
        gpt = bench.place(bench.lesson.GPT(len(characters), **GPT))
        if name == "placeless":
            bench.forget_places(gpt)
        bench.train(gpt, draw, SMALL_STEPS, every=50, peak=PEAK)
        nats = bench.writing.nats_by_place(gpt, held_out, length=64, pieces=1000)
        yield f"{name}_nats", float(nats[32:].mean())


def dates(bench, seed):
    """Train the encoder-decoder on dates; count those translated without a fault."""
    learned, held_out = load_dates(*DATES)
    longest = max(len(text) for text, _ in learned + held_out)
    arrays = [
        to_numbers([pair[side] for pair in pairs], signs, length)
        for pairs in (learned, held_out)
        for side, signs, length in ((0, TEXT, longest), (1, ISO, 10))
    ]
    words, iso, held_words = (bench.tensor(array) for array in arrays[:3])
    bench.basics.set_seed(seed)
    network = bench.place(bench.translation.Translator(len(TEXT), len(ISO)))
    draw = bench.translation.pairs_of(words, iso)
    _, seconds = bench.train(network, draw, DATE_STEPS, every=50)
    found = bench.translation.translate(network, held_words)
    yield "date_parameters", bench.basics.count_parameters(network)
    yield "date_seconds", seconds
    yield "date_accuracy", float((found == arrays[3]).all(axis=1).mean())


def by_length(bench):
    """Yield milliseconds and megabytes of one attention over texts of many lengths."""
    yield "length_milliseconds", [least_time(bench, length) for length in LENGTHS]
    for name, function in (("whole", attend), ("parts", attend_in_parts)):
        yield f"{name}_megabytes", [peak(function, length) for length in LENGTHS]


def least_time(bench, length, repeats=5):
    """Return the milliseconds of attention over 64 features, the least of a few."""
    layer = bench.place(bench.lesson.Attention(64, 4))
    x = np.random.default_rng(0).normal(size=(1, length, 64)).astype(np.float32)
    if bench.framework == "pytorch":
        x = import_module("torch").from_numpy(x).to(bench.device)
        layer.requires_grad_(False)  # only forward, as Keras does it here
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        seen, _ = layer(x, x)
        float(seen[0, 0, 0])  # waits for a GPU
        times.append(1000 * (time.perf_counter() - start))
    return min(times)


def peak(function, length):
    """Return the megabytes that NumPy takes at most for one head of 64 features."""
    import tracemalloc

    x = np.random.default_rng(0).normal(size=(length, 64)).astype(np.float32)
    tracemalloc.start()
    function(x, x, x)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def demo_weights(bench):
    """Return the file of a GPT that is small enough for the page."""
    learned, _, characters = plays()
    draw = bench.writing.pieces_of(bench.tensor(learned), WRITER_BATCH)
    bench.basics.set_seed(0)
    gpt = bench.place(bench.lesson.GPT(len(characters), **WRITER))
    bench.train(gpt, draw, WRITER_STEPS, peak=PEAK)
    return pack(gpt, characters)


def figures(record):
    """Yield the charts: of NumPy alone, and of both frameworks' rows."""
    rows = {
        row["framework"]: row["metrics"]
        for row in record["rows"]
        if row["device"] == "cpu"
    }
    yield "waves", waves_chart()
    yield "places", places_chart(rows["pytorch"])
    yield "rivals", rivals_chart(rows)
    yield "length", length_chart(rows)


def waves_chart():
    """Draw the positional encoding as a sheet, and how alike places are by distance."""
    figure, (left, right) = draw_chart(width=7.2, height=3.0, columns=2)
    waves = positional_encoding(64, 64)
    left.imshow(waves, cmap="PuOr", aspect="auto", interpolation="nearest")
    left.grid(visible=False)
    left.set(xlabel="feature", ylabel="place", title="the encoding")
    products = waves @ waves.T
    for place, colour, dashes in ((8, "#b3460f", "-"), (32, "#0b62a4", "--")):
        right.plot(products[place], color=colour, ls=dashes, label=f"place {place}")
    right.set(xlabel="place", ylabel="inner product", title="how alike two places are")
    right.legend(frameon=False)
    return figure


def places_chart(metrics):
    """Draw the held-out loss by place in the window, beside the n-grams' levels."""
    figure, axis = draw_chart(height=3.8)
    for name, label, colour, dashes in (
        ("gpt", "GPT", "#0b62a4", "-"),
        ("lstm", "LSTM, as much time", "#b3460f", "--"),
    ):
        runs = np.array(metrics[f"{name}_places"]["runs"])
        places = np.arange(1, runs.shape[1] + 1)
        axis.fill_between(places, runs.min(0), runs.max(0), color=colour, alpha=0.2)
        axis.plot(places, runs.mean(0), color=colour, ls=dashes, label=label)
    for n, level in enumerate(metrics["ngram_nats"]["mean"][1:5], start=2):
        axis.axhline(level, color="0.55", lw=0.8)
        axis.text(64.6, level, f"{n}-grams", va="center", fontsize=8, color="0.35")
    axis.set(xlabel="characters before", ylabel="nats per held-out character")
    axis.set(xlim=(1, 64), ylim=(None, 3.0))
    axis.legend(frameon=False)
    return figure


def rivals_chart(rows):
    """Draw the nats of every n-gram model, of the LSTM and of the GPT."""
    figure, axis = draw_chart(height=3.4)
    levels = next(iter(rows.values()))["ngram_nats"]["mean"]
    axis.bar(range(len(levels)), levels, color="0.75", width=0.6)
    for side, (framework, metrics) in zip((-0.15, 0.15), rows.items()):
        for place, name in enumerate(("lstm", "gpt"), start=len(levels)):
            nats = metrics[f"{name}_nats"]
            at, colour = place + side, COLOURS[framework]
            label = NAMES[framework] if name == "gpt" else None
            axis.bar(at, nats["mean"], 0.28, color=colour, label=label)
            axis.plot([at, at], [nats["low"], nats["high"]], color="black", lw=1.5)
    names = [f"{n}-grams" for n in range(1, len(levels) + 1)]
    axis.set_xticks(range(len(levels) + 2), [*names, "LSTM", "GPT"], fontsize=8)
    axis.set(ylabel="nats per held-out character", ylim=(1.4, 3.5))
    axis.legend(frameon=False)
    return figure


def length_chart(rows):
    """Draw time and memory of one attention by the length of the text."""
    figure, (left, right) = draw_chart(width=7.2, height=3.2, columns=2)
    for (framework, metrics), marker in zip(rows.items(), "os"):
        style = {"color": COLOURS[framework], "marker": marker, "ms": 4}
        times = metrics["length_milliseconds"]["mean"]
        left.plot(LENGTHS, times, label=NAMES[framework], **style)
    metrics = rows["pytorch"]
    for name, label, colour, marker in (
        ("whole", "all scores at once", "#5b2a86", "o"),
        ("parts", "64 queries at a time", "#3d7a3d", "s"),
    ):
        style = {"color": colour, "marker": marker, "ms": 4}
        sizes = metrics[f"{name}_megabytes"]["mean"]
        right.plot(LENGTHS, sizes, label=label, **style)
    left.set(ylabel="milliseconds", title="time, one layer of 4 heads")
    right.set(ylabel="megabytes", title="memory in NumPy, one head")
    for axis in (left, right):
        axis.set(xlabel="places", xscale="log", yscale="log")
        axis.set_xticks(LENGTHS, [f"{length}" for length in LENGTHS])
        axis.minorticks_off()
        axis.legend(frameon=False)
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        ("GPT: parameters", "gpt_parameters", "{:,.0f}"),
        ("… seconds to train", "gpt_seconds", "{:.0f} s"),
        ("… nats per held-out character", "gpt_nats", "{:.2f}"),
        ("LSTM: parameters", "lstm_parameters", "{:,.0f}"),
        ("… steps in the same time", "lstm_steps", "{:,.0f}"),
        ("… seconds to train", "lstm_seconds", "{:.0f} s"),
        ("… nats per held-out character", "lstm_nats", "{:.2f}"),
        ("5-grams: nats per held-out character", "ngram_nats[4]", "{:.2f}"),
        ("Four minutes, one seed, GPT: parameters", "long_gpt_parameters", "{:,.0f}"),
        ("… million characters read", "long_gpt_millions", "{:.1f}"),
        ("… nats per held-out character", "long_gpt_nats", "{:.2f}"),
        ("… LSTM: million characters read", "long_lstm_millions", "{:.1f}"),
        ("… nats per held-out character", "long_lstm_nats", "{:.2f}"),
        ("248 characters, with the cache", "cache_seconds[0]", "{:.2f} s"),
        ("… without the cache", "cache_seconds[1]", "{:.2f} s"),
        ("The page's GPT, nats", "placed_nats", "{:.2f}"),
        ("… without its table of places", "placeless_nats", "{:.2f}"),
        ("Dates translated without a fault", "date_accuracy", "{:.1%}"),
        ("… seconds to train", "date_seconds", "{:.1f} s"),
    ]
