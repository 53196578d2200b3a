"""The full experiment on recurrence: blame by lag, recall, names, weather, plays."""

import json
import time
from importlib import import_module

import numpy as np
from safetensors.numpy import save
from sklearn.linear_model import LogisticRegression

from lessons.convolutions.numpy import confusion_matrix
from lessons.plays import (
    characters_of,
    decode,
    encode,
    load_plays,
    ngram_nats,
    split_plays,
)
from lessons.plots import draw_chart
from lessons.recurrence.names import (
    LANGUAGES,
    LONGEST,
    last_letters,
    load_surnames,
    to_bags,
    to_rows,
)
from lessons.recurrence.naming import to_sequences
from lessons.recurrence.numpy import orthogonal, rnn_backward, rnn_step, unroll
from lessons.recurrence.recall import recall_task
from lessons.recurrence.weather import (
    fit_line,
    load_weather,
    split_windows,
    with_one,
)
from lessons.recurrence.writing import cut_pieces, softmax, write

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
COLOURS = ("#b3460f", "#0b62a4", "#5b2a86", "#3d7a3d", "#555555")
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
LAGS = (0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60)
GAINS = (0.7, 1.0, 1.5)
CELLS = {  # kind of layer, bias of its forget gates
    "rnn": ("rnn", None),
    "gru": ("gru", None),
    "lstm": ("lstm", None),
    "closed": ("lstm", 0),
    "ajar": ("lstm", 1),
    "open": ("lstm", 3),
}
RECALLED = ("rnn", "gru", "closed", "open")
RECALL = {"epochs": 4, "learning_rate": 0.01}
NAME_EPOCHS = 8
WEATHER = {"epochs": 3, "batch_size": 128}
PIECES = (64, 32000)  # characters in a piece, pieces
WRITING = {"epochs": 1, "learning_rate": 0.01}
SAMPLE = 600  # characters
FORECASTS = (
    ("weather", "LSTM", "#0b62a4", "-"),
    ("persistence", "as now", "#b3460f", ":"),
)
COUNTED = (
    ("ngram_nats", "n-grams of all plays", "o"),
    ("ngram_same_nats", "n-grams of what the LSTM read", "s"),
)
NAME_UNITS, NAME_WIDTH = 80, 24  # of the network in the demo


class Bench:
    """One framework on one device, so that the experiment below is written once."""

    def __init__(self, framework, device):
        self.framework = framework
        name = MODULES[framework]
        self.lesson = import_module(f"lessons.recurrence.{name}")
        self.cells = import_module(f"lessons.recurrence.cells_{name}")
        self.writing = import_module(f"lessons.recurrence.writing_{name}")
        self.basics = import_module(f"lessons.{name}")
        self.device = self.basics.choose_device() if device == "gpu" else CPU[framework]

    def build(self, make, *sizes, **settings):
        """Return a new network, on the device."""
        if self.framework == "pytorch":
            return make(*sizes, **settings).to(self.device)
        with import_module("tensorflow").device(self.device):
            return make(*sizes, **settings)

    def train(self, network, inputs, targets, loss, **settings):
        """Train a network; return each epoch's loss, and the seconds."""
        start = time.perf_counter()
        losses = list(self.lesson.train(network, inputs, targets, loss, **settings))
        return losses, time.perf_counter() - start


def run(framework, seed, device):
    """Yield each measurement of one seed; in PyTorch also the demo's weights."""
    bench = Bench(framework, device)
    yield from gains(seed)
    yield from lags(bench, seed)
    yield from recall(bench, seed)
    yield from surnames(bench, seed)
    yield from weather(bench, seed)
    yield from plays(bench, seed)
    if framework == "pytorch" and seed == 0:
        yield "names", name_writer(bench)


def gains(seed):
    """Measure a plain cell's gradient by lag, for state weights of three sizes."""
    random = np.random.default_rng(seed)
    inputs, last = random.normal(size=(61, 20, 16)), random.normal(size=(20, 64))
    W, zeros = 0.005 * random.normal(size=(16, 64)), np.zeros((20, 64))
    rotation = orthogonal(64, random)
    for gain in GAINS:
        U = gain * rotation
        hidden = unroll(rnn_step, inputs, (zeros,), (W, U, np.zeros(64)))
        *_, by_step = rnn_backward(inputs, hidden, zeros, last, W, U)
        sizes = np.linalg.norm(by_step, axis=2).mean(axis=1)[::-1]
        yield f"gain{10 * gain:.0f}_lags", (sizes / sizes[0])[list(LAGS)].tolist()


def lags(bench, seed):
    """Measure how strongly the last state of untrained layers hangs on each input."""
    noise = np.random.default_rng(seed).normal(size=(20, 61, 16)).astype(np.float32)
    bench.basics.set_seed(seed)
    for name, (kind, bias) in CELLS.items():
        layer = bench.cells.recurrent_layer(kind, 16, 64)
        if bias is not None:
            bench.cells.open_forget_gate(layer, bias)
        sizes = bench.cells.gradient_by_lag(layer, noise)
        yield f"{name}_lags", sizes[list(LAGS)].tolist()


def recall(bench, seed):
    """Train four cells to name the first of 30 symbols; test on unseen sequences."""
    sequences, first = recall_task(length=30, count=3000, seed=seed)
    unseen, wanted = recall_task(length=30, count=1000, seed=seed + 100)
    lesson = bench.lesson
    for name in RECALLED:
        kind, bias = CELLS[name]
        bench.basics.set_seed(seed)
        network = bench.build(lesson.name_reader, 7, 8, kind=kind, units=32)
        if bias is not None:
            layers = network.layers if bench.framework == "tensorflow" else network
            bench.cells.open_forget_gate(layers[1], bias)
        bench.train(network, sequences, first, lesson.name_loss, **RECALL)
        answers = lesson.predict(network, unseen).argmax(axis=1)
        yield f"{name}_recall", float(np.mean(answers == wanted))


def surnames(bench, seed):
    """Train the reader of surnames; test it, also on the last letters of each."""
    names, languages, test_names, test_languages = load_surnames()
    letters = "".join(sorted(set("".join(names + test_names))))
    rows, test_rows = to_rows(names, letters), to_rows(test_names, letters)
    counting = LogisticRegression(max_iter=1000)
    counting.fit(to_bags(rows, letters), languages)
    yield "bag_accuracy", counting.score(to_bags(test_rows, letters), test_languages)
    bench.basics.set_seed(seed)
    lesson = bench.lesson
    reader = bench.build(lesson.name_reader, len(letters), len(LANGUAGES))
    data = rows, languages, lesson.name_loss
    yield "name_seconds", bench.train(reader, *data, epochs=NAME_EPOCHS)[1]
    answers = lesson.predict(reader, test_rows).argmax(axis=1)
    yield "name_accuracy", float(np.mean(answers == test_languages))
    yield "name_confusion", confusion_matrix(test_languages, answers, len(LANGUAGES))
    ends = [last_letters(test_rows, count) for count in range(1, LONGEST + 1)]
    answers = [lesson.predict(reader, end).argmax(axis=1) for end in ends]
    yield "name_ends", [float(np.mean(each == test_languages)) for each in answers]


def weather(bench, seed):
    """Train the forecaster before October; test it after, beside simpler guesses."""
    known, unseen = split_windows(load_weather())
    (windows, later, now), (test_windows, test_later, test_now) = known, unseen
    mean, spread = windows.mean(axis=(0, 1)), windows.std(axis=(0, 1))
    scaled, test_scaled = (windows - mean) / spread, (test_windows - mean) / spread
    change = later - now[:, 0]
    guesses = dict(zip(("persistence", "yesterday"), test_now.T, strict=True))
    line = with_one(test_scaled) @ fit_line(scaled, change)
    guesses["line"] = test_now[:, 0] + line
    bench.basics.set_seed(seed)
    lesson = bench.lesson
    network = bench.build(lesson.forecaster, windows.shape[2])
    data = scaled, (change / spread[0]).astype(np.float32), lesson.change_loss
    yield "weather_seconds", bench.train(network, *data, **WEATHER)[1]
    learned = lesson.predict(network, test_scaled)[:, 0] * spread[0]
    guesses["weather"] = test_now[:, 0] + learned
    for name, guess in guesses.items():
        yield f"{name}_error", float(np.abs(guess - test_later).mean())
    if bench.framework == "pytorch" and seed == 0:
        yield "forecast", forecast_chart(test_later, guesses)


def plays(bench, seed):
    """Train the writer on plays; judge it on three others, beside n-grams."""
    learned, held_out = split_plays(load_plays())
    characters = characters_of(learned)
    text, test_text = encode(learned, characters), encode(held_out, characters)
    pieces, following = cut_pieces(text, *PIECES, seed)
    yield "ngram_nats", ngram_nats(text, test_text, len(characters))
    same = pieces.ravel()  # what the network will read
    yield "ngram_same_nats", ngram_nats(same, test_text, len(characters))
    bench.basics.set_seed(seed)
    writer = bench.build(bench.writing.Writer, len(characters))
    data = pieces, following, bench.lesson.name_loss
    yield "writer_seconds", bench.train(writer, *data, **WRITING)[1]
    yield "writer_nats", bench.writing.nats(writer, test_text)
    if bench.framework == "pytorch" and seed == 0:
        weights, random = bench.writing.writer_weights(writer), np.random.default_rng(0)
        start = encode("MACBETH\n", characters)
        written = write(weights, start, SAMPLE, temperature=0.7, random=random)
        yield "sample", text_chart("MACBETH\n" + decode(written, characters))


def name_writer(bench, epochs=25):
    """Train the demo's network on all surnames; return it as a file, in float16."""
    names, languages, more_names, more_languages = load_surnames()
    names, languages = names + more_names, np.concatenate([languages, more_languages])
    letters = "".join(sorted(set("".join(names))))
    sequences = to_sequences(to_rows(names, letters), languages, letters)
    bench.basics.set_seed(0)
    kinds = 1 + len(letters) + len(LANGUAGES)
    writer = bench.writing.Writer(kinds, NAME_UNITS, NAME_WIDTH)
    data = sequences[:, :-1], sequences[:, 1:], bench.lesson.name_loss
    bench.train(writer, *data, epochs=epochs, learning_rate=0.01)
    chances = softmax(bench.lesson.predict(writer, sequences[:500, :-1]))
    for weight in writer.parameters():
        weight.data = weight.data.half().float()
    rounded = softmax(bench.lesson.predict(writer, sequences[:500, :-1]))
    if (change := np.abs(chances - rounded).max()) > 0.02:
        raise ValueError(f"float16 changes a chance by {change:.3f}; use float32")
    embedding, (W, U, b), to_scores, bias = bench.writing.writer_weights(writer)
    arrays = {"embedding": embedding, "W": W, "U": U, "b": b}
    arrays |= {"scores": to_scores, "bias": bias}
    arrays = {name: np.ascontiguousarray(a, np.float16) for name, a in arrays.items()}
    return save(arrays, {"letters": letters, "languages": json.dumps(list(LANGUAGES))})


def figures(record):
    """Yield the charts that are drawn from both frameworks' rows."""
    rows = [row for row in record["rows"] if row["device"] == "cpu"]
    rows = {row["framework"]: row["metrics"] for row in rows}
    yield "lags", lag_chart(rows)
    yield "confusion", confusion_chart(rows["pytorch"]["name_confusion"]["runs"])
    yield "ends", ends_chart(rows)
    yield "nats", nats_chart(rows)


def lag_chart(rows):
    """Draw the gradient against the lag: plain cells, then untrained layers."""
    figure, axes = draw_chart(width=7.6, height=3.6, columns=3)
    gains = [(f"gain{10 * gain:.0f}", f"U × {gain}") for gain in GAINS]
    cells = [("rnn", "plain"), ("gru", "GRU"), ("closed", "LSTM, bias 0")]
    cells += [("ajar", "LSTM, bias 1"), ("open", "LSTM, bias 3")]
    panels = [("pytorch", gains, "plain cell in NumPy"), ("pytorch", cells, "PyTorch")]
    panels.append(("tensorflow", cells, "TensorFlow"))
    for axis, (framework, lines, title) in zip(axes, panels, strict=True):
        for (name, label), colour, style in zip(lines, COLOURS, STYLES, strict=False):
            sizes = np.log10(np.maximum(rows[framework][f"{name}_lags"]["runs"], 1e-20))
            axis.plot(LAGS, sizes.mean(axis=0), c=colour, ls=style, label=label)
        axis.set(xlabel="steps back", ylim=(-16, 4), yticks=range(-16, 5, 4))
        axis.set_title(title, fontsize=10)
        axis.set_yticklabels([f"$10^{{{power}}}$" for power in range(-16, 5, 4)])
        axis.legend(frameon=False, fontsize=8, loc="lower left")
    axes[0].set_ylabel("gradient, as a share of lag 0")
    return figure


def confusion_chart(runs):
    """Draw which language was taken for which, in percent of each, over all seeds."""
    counts = np.sum(runs, axis=0)
    shares = 100 * counts / counts.sum(axis=1, keepdims=True)
    figure, axis = draw_chart(width=5.6, height=5.0)
    axis.grid(visible=False)
    axis.imshow(shares, cmap="Greys", vmin=0, vmax=100)
    for place, share in np.ndenumerate(shares):
        colour = "white" if share > 50 else "black"
        text = f"{share:.0f}" if share >= 1 else ""
        axis.text(*place[::-1], text, ha="center", va="center", fontsize=8, c=colour)
    axis.set(xlabel="the network says", ylabel="the list says")
    axis.set_xticks(range(len(LANGUAGES)), LANGUAGES, rotation=60, ha="right")
    axis.set_yticks(range(len(LANGUAGES)), LANGUAGES)
    return figure


def ends_chart(rows):
    """Draw the accuracy against how many last letters the reader sees."""
    figure, axis = draw_chart(height=3.0)
    lengths = range(1, LONGEST + 1)
    for (framework, metrics), colour, style in zip(rows.items(), COLOURS, STYLES):
        ends = {end: 100 * np.array(v) for end, v in metrics["name_ends"].items()}
        axis.fill_between(lengths, ends["low"], ends["high"], color=colour, alpha=0.2)
        line = {"ls": style, "marker": "o", "label": NAMES[framework]}
        axis.plot(lengths, ends["mean"], c=colour, **line)
    bag = 100 * rows["pytorch"]["bag_accuracy"]["mean"]
    axis.axhline(bag, c=COLOURS[4], ls=":", label="all letters, without order")
    axis.set(xlabel="last letters seen", ylabel="test accuracy (%)", ylim=(0, 100))
    axis.legend(frameon=False)
    return figure


def forecast_chart(later, guesses):
    """Draw ten days of November at the first airport: what came, and what was said."""
    hours, days = slice(1000, 1240), np.arange(240) / 24
    figure, axis = draw_chart(height=3.0)
    axis.plot(days, later[hours], c="#555555", lw=2, label="came")
    for name, label, colour, style in FORECASTS:
        axis.plot(days, guesses[name][hours], c=colour, ls=style, label=label)
    axis.set(xlabel="days", ylabel="temperature (°F)", ylim=(15, None))
    axis.legend(frameon=False, ncols=3, loc="lower center")
    return figure


def nats_chart(rows):
    """Draw the nats per character of n-grams, and of the writers of both frameworks."""
    figure, axis = draw_chart(height=3.0)
    lengths = range(1, 7)
    for (name, label, marker), style in zip(COUNTED, ("-", "--"), strict=True):
        line = {"ls": style, "marker": marker, "label": label}
        axis.plot(lengths, rows["pytorch"][name]["mean"], c=COLOURS[4], **line)
    for (framework, found), colour, style in zip(rows.items(), COLOURS, ("-.", ":")):
        label = f"LSTM in {NAMES[framework]}"
        axis.axhline(found["writer_nats"]["mean"], c=colour, ls=style, label=label)
    axis.set(xlabel="n", ylabel="nats a character", xticks=lengths)
    axis.legend(frameon=False)
    return figure


def text_chart(text):
    """Draw what was written, as it stands."""
    figure, axis = draw_chart(height=0.15 * text.count("\n") + 0.4)
    axis.set_axis_off()
    figure.text(0.01, 0.98, text, family="monospace", fontsize=8, va="top")
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        ("First of 30 symbols recalled: plain cell", "rnn_recall", "{:.0%}"),
        ("… GRU", "gru_recall", "{:.0%}"),
        ("… LSTM, forget bias 0", "closed_recall", "{:.0%}"),
        ("… LSTM, forget bias 3", "open_recall", "{:.0%}"),
        ("Languages of surnames, letters without order", "bag_accuracy", "{:.1%}"),
        ("… GRU", "name_accuracy", "{:.1%}"),
        ("… seconds to train", "name_seconds", "{:.1f} s"),
        ("12 hours ahead: as now", "persistence_error", "{:.2f} °F"),
        ("… as at the same hour yesterday", "yesterday_error", "{:.2f} °F"),
        ("… a line", "line_error", "{:.2f} °F"),
        ("… LSTM", "weather_error", "{:.2f} °F"),
        ("Nats a character: 5-grams of all plays", "ngram_nats[4]", "{:.3f}"),
        ("… of as many characters as the LSTM read", "ngram_same_nats[4]", "{:.3f}"),
        ("… LSTM", "writer_nats", "{:.3f}"),
        ("… seconds to train", "writer_seconds", "{:.1f} s"),
    ]
