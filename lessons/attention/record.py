"""The full experiment on attention: dates translated with it and without, by length."""

import copy
import time
from importlib import import_module

import numpy as np
from safetensors.numpy import save

from lessons.attention.plots import draw_map
from lessons.attention.reading import aligned, exact_by_length
from lessons.dates import ISO, TEXT, load_dates, to_numbers, to_texts
from lessons.plots import draw_chart

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
KINDS = (
    ("with", "with attention", "#0b62a4", "o", "-"),
    ("without", "without", "#b3460f", "s", "--"),
    ("patient", "without, for twice as long", "#5b2a86", "^", ":"),
)
EPOCHS = {"with": 3, "without": 3, "patient": 6}
STEPS = 11  # ten characters and the end
GROUPS = ((1, 11), (12, 13), (14, 15), (16, 17), (18, 19), (20, 21), (22, 99))
SHOWN = ("21 de noviembre de 2026", "2026(e)ko azaroaren 21(a)")  # in the pictures


class Bench:
    """One framework on one device, so that the experiment below is written once."""

    def __init__(self, framework, device):
        self.framework = framework
        self.lesson = import_module(f"lessons.attention.{MODULES[framework]}")
        self.basics = import_module(f"lessons.{MODULES[framework]}")
        self.device = self.basics.choose_device() if device == "gpu" else CPU[framework]
        pairs, held_out = load_dates()
        (texts, isos), (self.texts, self.isos) = zip(*pairs), zip(*held_out)
        self.inputs, self.targets = self.tensor(texts, TEXT), self.tensor(isos, ISO)
        self.tests = self.tensor(self.texts, TEXT)

    def tensor(self, texts, characters):
        """Return texts as a tensor of integers, on the device."""
        numbers = to_numbers(texts, characters)
        if self.framework == "pytorch":
            return import_module("torch").from_numpy(numbers).to(self.device)
        tensorflow = import_module("tensorflow")
        with tensorflow.device(self.device):
            return tensorflow.constant(numbers)

    def build(self, attention):
        """Return a new translator, on the device."""
        network = self.lesson.Translator(len(TEXT), len(ISO), attention)
        return network.to(self.device) if self.framework == "pytorch" else network

    def translate(self, network, texts):
        """Return what a translator makes of texts, and where it looked."""
        numbers, shares = self.lesson.translate(network, texts, STEPS)
        return to_texts(numbers, ISO), shares


def run(framework, seed, device):
    """Yield each measurement of one seed; in PyTorch also weights and pictures."""
    bench = Bench(framework, device)
    for name, epochs in EPOCHS.items():
        bench.basics.set_seed(seed)
        network = bench.build(attention=name == "with")
        yield f"{name}_parameters", bench.basics.count_parameters(network)
        curve, losses, seconds, start = [], [], 0.0, time.perf_counter()
        for loss in bench.lesson.train(network, bench.inputs, bench.targets, epochs):
            seconds += time.perf_counter() - start
            losses.append(loss)
            said, shares = bench.translate(network, bench.tests)
            right = [one == wanted for one, wanted in zip(said, bench.isos)]
            curve.append(float(np.mean(right)))
            start = time.perf_counter()
        yield f"{name}_seconds", seconds
        yield f"{name}_loss", losses
        yield f"{name}_curve", curve
        yield f"{name}_exact", curve[-1]
        yield f"{name}_by_length", exact_by_length(bench.texts, right, GROUPS)
        yield f"{name}_parts", parts_right(said, bench.isos)
        if name == "with":
            yield "aligned", list(aligned(bench.texts, shares).values())
            if framework == "pytorch":
                yield "dates", pack(bench, network)
                yield from pictures(bench, network)
    yield from borrowed(bench, seed)


def borrowed(bench, seed):
    """Train as "patient", where a part starts as in the other framework; judge it."""
    for kind in ("states", "recurrent", "dense"):
        bench.basics.set_seed(seed)
        network = bench.build(attention=False)
        if bench.framework == "pytorch":
            start_as_in_keras(network, kind)
        else:
            start_as_in_pytorch(network, kind)
        inputs, epochs = bench.inputs, EPOCHS["patient"]
        list(bench.lesson.train(network, inputs, bench.targets, epochs))
        said, _ = bench.translate(network, bench.tests)
        right = [one == wanted for one, wanted in zip(said, bench.isos)]
        yield f"borrowed_{kind}_exact", float(np.mean(right))


def layers_of(network, kind):
    """Return the recurrent layers of a network without attention, or the dense ones."""
    if kind == "dense":
        return network.bridge, network.score
    return network.encoder, network.decoder


def start_as_in_keras(network, kind):
    """Draw anew: from state to state orthogonal, other weights Xavier's, biases 0.

    kind: the "dense" layers, the "recurrent" ones, or of these, only what leads from
    state to state: "states".
    """
    init = import_module("torch").nn.init
    for layer in layers_of(network, kind):
        for name, weight in layer.named_parameters():
            if "weight_hh" in name:
                init.orthogonal_(weight)
            elif kind != "states":
                (init.zeros_ if "bias" in name else init.xavier_uniform_)(weight)


def start_as_in_pytorch(network, kind):
    """Draw anew, evenly within 1 / sqrt(n): n a layer's states, or inputs; as above."""
    random = import_module("tensorflow").random
    for layer in layers_of(network, kind):
        for weight in layer.trainable_variables:
            count = layer.kernel.shape[0] if kind == "dense" else network.decoder.units
            if kind != "states" or "recurrent_kernel" in weight.path:
                drawn = random.uniform(weight.shape, -(count**-0.5), count**-0.5)
                weight.assign(drawn)


def parts_right(said, isos):
    """Return how often the year, the month and the day are right, each by itself."""
    pairs = list(zip(said, isos))
    return [
        float(np.mean([one[part] == wanted[part] for one, wanted in pairs]))
        for part in (slice(0, 4), slice(5, 7), slice(8, 10))
    ]


def pack(bench, network):
    """Return the file of a translator: float16 where every answer stays as it is."""
    rounded = copy.deepcopy(network)
    for weight in rounded.parameters():
        weight.data = weight.data.half().float()
    answers = [bench.translate(each, bench.tests)[0] for each in (network, rounded)]
    kind = np.float16 if answers[0] == answers[1] else np.float32
    arrays = network.state_dict().items()
    arrays = {name: array.cpu().numpy().astype(kind) for name, array in arrays}
    return save(arrays, {"text": TEXT, "iso": ISO})


def pictures(bench, network):
    """Yield the map of two dates: one day first, one year first."""
    said, shares = bench.translate(network, bench.tensor(SHOWN, TEXT))
    for name, text, answer, share in zip(("map", "map_turned"), SHOWN, said, shares):
        yield name, draw_map(text, answer, share)


def figures(record):
    """Yield the charts that are drawn from both frameworks' rows."""
    rows = {
        row["framework"]: row["metrics"]
        for row in record["rows"]
        if row["device"] == "cpu"
    }
    yield "curves", curves(rows)
    yield "lengths", lengths_chart(rows["pytorch"])


def curves(rows):
    """Draw the share of exact translations against epochs, for each framework."""
    figure, axes = draw_chart(width=7.2, height=3.0, columns=2)
    for axis, (framework, metrics) in zip(axes, rows.items()):
        for name, label, colour, marker, dashes in KINDS:
            runs = 100 * np.array(metrics[f"{name}_curve"]["runs"])
            epochs = range(1, EPOCHS[name] + 1)
            axis.fill_between(
                epochs, runs.min(0), runs.max(0), color=colour, alpha=0.2, lw=0
            )
            look = {"color": colour, "marker": marker, "ls": dashes, "ms": 4}
            axis.plot(epochs, runs.mean(axis=0), label=label, **look)
        axis.set(xlabel="epoch", ylim=(0, 102), title=NAMES[framework])
    axes[0].set_ylabel("exactly right (%)")
    axes[0].legend(frameon=False, loc="center right")
    return figure


def lengths_chart(metrics):
    """Draw the share of exact translations against the length of the text."""
    figure, axis = draw_chart(height=3.4)
    places = range(len(GROUPS))
    for name, label, colour, marker, dashes in KINDS:
        runs = 100 * np.array(metrics[f"{name}_by_length"]["runs"])
        axis.fill_between(
            places, runs.min(0), runs.max(0), color=colour, alpha=0.2, lw=0
        )
        look = {"color": colour, "marker": marker, "ls": dashes}
        axis.plot(places, runs.mean(axis=0), label=label, **look)
    names = [f"{low}–{high}" for low, high in GROUPS[1:-1]]
    axis.set_xticks(places, ["≤ 11", *names, "≥ 22"])
    axis.set(xlabel="characters of the text", ylabel="exactly right (%)", ylim=(0, 102))
    axis.legend(frameon=False, loc="center right")
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        ("With attention, exactly right", "with_exact", "{:.1%}"),
        ("… texts of at most 11 characters", "with_by_length[0]", "{:.1%}"),
        ("… texts of 22 and more", "with_by_length[6]", "{:.1%}"),
        ("… after the first epoch", "with_curve[0]", "{:.1%}"),
        ("Without attention, exactly right", "without_exact", "{:.1%}"),
        ("… texts of at most 11 characters", "without_by_length[0]", "{:.1%}"),
        ("… texts of 22 and more", "without_by_length[6]", "{:.1%}"),
        ("… trained for twice as long", "patient_exact", "{:.1%}"),
        ("… the year alone", "without_parts[0]", "{:.1%}"),
        ("… the month alone", "without_parts[1]", "{:.1%}"),
        ("… the day alone", "without_parts[2]", "{:.1%}"),
        ("Largest share on the year's digits, for a year", "aligned[0]", "{:.1%}"),
        ("Largest share on the month's letters, for a month", "aligned[1]", "{:.1%}"),
        ("Largest share on the day's digits, for a day", "aligned[2]", "{:.1%}"),
        ("Parameters with attention", "with_parameters", "{:,.0f}"),
        ("Parameters without", "without_parameters", "{:,.0f}"),
        ("Seconds to train with attention", "with_seconds", "{:.0f} s"),
        ("Seconds to train without", "without_seconds", "{:.0f} s"),
    ]
