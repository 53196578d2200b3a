"""The full experiment on architectures: depth with and without shortcuts, and sizes."""

import json
import time
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np

from lessons.data import load_digits
from lessons.imagenet.numpy import halve
from lessons.plots import draw_chart

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
COLOURS = {"pytorch": "#b3460f", "tensorflow": "#0b62a4"}
EXAMPLES, DEPTHS = 1000, (8, 20, 56)
RUNS = {  # depth, residual, batch normalisation
    "plain8": (8, False, True),
    "plain20": (20, False, True),
    "plain56": (56, False, True),
    "residual8": (8, True, True),
    "residual20": (20, True, True),
    "residual56": (56, True, True),
    "plain8_bare": (8, False, False),
    "plain20_bare": (20, False, False),
    "residual20_bare": (20, True, False),
}
GRADIENTS = {  # of 56 layers before training
    "plain": (False, True),
    "residual": (True, True),
    "plain_bare": (False, False),
    "residual_bare": (True, False),
}
NETWORKS = {  # module, size, published top-1 accuracy (%) of one network, year
    "alexnet": ("classic", 227, 56.5, "AlexNet", 2012),
    "vgg16": ("classic", 224, 71.6, "VGG-16", 2014),
    "googlenet": ("inception", 224, 69.8, "GoogLeNet", 2014),
    "resnet18": ("residual", 224, 69.8, "ResNet-18", 2015),
    "resnet50": ("residual", 224, 76.1, "ResNet-50", 2015),
    "resnet152": ("residual", 224, 78.3, "ResNet-152", 2015),
    "mobilenet": ("mobile", 224, 70.6, "MobileNetV1", 2017),
    "efficientnet": ("mobile", 224, 77.7, "EfficientNet-B0", 2019),
}
SCALED = (  # width, depth, size of EfficientNet-B0 to -B4
    (1.0, 1.0, 224),
    (1.0, 1.1, 240),
    (1.1, 1.2, 260),
    (1.2, 1.4, 300),
    (1.4, 1.8, 380),
)


class Bench:
    """One framework on one device, so that the experiment below is written once."""

    def __init__(self, framework, device):
        self.framework = framework
        self.lesson = self.module("")
        self.basics = import_module(f"lessons.{MODULES[framework]}")
        self.device = self.basics.choose_device() if device == "gpu" else CPU[framework]
        images, labels, test_images, test_labels = load_digits()
        self.seen = self.tensors(images[:EXAMPLES], labels[:EXAMPLES])
        self.unseen = self.tensors(test_images, test_labels)
        self.kept, self.counted = {}, None

    def module(self, family):
        """Return a module of the lesson, such as that of the family "mobile"."""
        name = f"{family}_" if family else ""
        return import_module(f"lessons.imagenet.{name}{MODULES[self.framework]}")

    def tensors(self, images, labels):
        """Return halved images and their labels on the device."""
        images = self.lesson.to_tensor(halve(images), self.device)
        if self.framework == "pytorch":
            return images, import_module("torch").from_numpy(labels).to(self.device)
        tensorflow = import_module("tensorflow")
        with tensorflow.device(self.device):
            return images, tensorflow.constant(labels)

    def build(self, *how):
        """Return a new small network, on the device."""
        network = self.lesson.small_network(*how)
        return network.to(self.device) if self.framework == "pytorch" else network

    def start(self, *how):
        """Return a new small network and its optimizer.

        In TensorFlow it has taken the place of the last seed's: a graph belongs to one
        network and one optimizer, and takes longer to trace than to run.
        """
        network = self.build(*how)
        if self.framework == "pytorch":
            return network, import_module("torch").optim.Adam(network.parameters())
        if how not in self.kept:
            self.kept[how] = network, import_module("keras").optimizers.Adam()
        kept, optimizer = self.kept[how]
        kept.set_weights(network.get_weights())
        for variable in optimizer.variables:
            variable.assign(variable * 0)
        return kept, optimizer


@cache
def bench_of(framework, device):
    """Return the bench of a process: its graphs and counts serve all seeds."""
    return Bench(framework, device)


def run(framework, seed, device):
    """Yield each measurement of one seed."""
    bench = bench_of(framework, device)
    for name, how in RUNS.items():
        bench.basics.set_seed(seed)
        network, optimizer = bench.start(*how)
        start = time.perf_counter()
        yield f"{name}_loss", list(bench.lesson.train(network, optimizer, *bench.seen))
        yield f"{name}_seconds", time.perf_counter() - start
        yield f"{name}_train", bench.lesson.accuracy(network, *bench.seen)
        yield f"{name}_accuracy", bench.lesson.accuracy(network, *bench.unseen)
    for name, (residual, norm) in GRADIENTS.items():
        bench.basics.set_seed(seed)
        batch = [each[:200] for each in bench.seen]
        sizes = bench.lesson.layer_gradients(bench.build(56, residual, norm), *batch)
        yield f"{name}_gradients", sizes
        yield f"{name}_spread", float(max(sizes) / min(sizes))
    bench.counted = bench.counted or dict(counts(bench))  # the same for all seeds
    yield from bench.counted.items()


def counts(bench):
    """Count every architecture, and EfficientNet at five scales."""
    counting = bench.module("counting")
    for name, (family, size, *_) in NETWORKS.items():
        build = getattr(bench.module(family), name)
        counted = counting.count_by_stage(build, size)
        yield f"{name}_size", list(counting.totals(counted))
    build = bench.module("mobile").efficientnet
    for number, (width, depth, size) in enumerate(SCALED):
        counted = counting.count_by_stage(build, size, width=width, depth=depth)
        yield f"b{number}_size", list(counting.totals(counted))


def figures(record):
    """Yield the charts that are drawn from both frameworks' rows."""
    rows = {
        row["framework"]: row["metrics"]
        for row in record["rows"]
        if row["device"] == "cpu"
    }
    yield "depth", depth_chart(rows)
    yield "losses", losses_chart(rows["pytorch"])
    yield "gradients", gradients_chart(rows["pytorch"])
    yield "comparison", comparison_chart(rows["pytorch"])
    yield "winners", winners_chart()


def depth_chart(rows):
    """Draw test accuracy against depth, plain and residual, mean and range."""
    figure, axis = draw_chart(height=3.4)
    for framework, metrics in rows.items():
        for kind, marker, dashes in (("plain", "s", "--"), ("residual", "o", "-")):
            values = [metrics[f"{kind}{depth}_accuracy"] for depth in DEPTHS]
            low, mean, high = (
                100 * np.array([value[end] for value in values])
                for end in ("low", "mean", "high")
            )
            colour = COLOURS[framework]
            axis.fill_between(DEPTHS, low, high, color=colour, alpha=0.12, lw=0)
            label = f"{kind}, {NAMES[framework]}"
            axis.plot(DEPTHS, mean, color=colour, marker=marker, ls=dashes, label=label)
    axis.set(xlabel="layers", ylabel="test accuracy (%)", ylim=(0, 100), xticks=DEPTHS)
    axis.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(0.5, 0.6))
    return figure


def losses_chart(metrics):
    """Draw the training loss by epoch, plain on the left, residual on the right."""
    figure, axes = draw_chart(width=7.2, height=2.9, columns=2)
    looks = (("#0b62a4", "o", "-"), ("#5b2a86", "s", "--"), ("#b3460f", "^", ":"))
    for axis, kind in zip(axes, ("plain", "residual"), strict=True):
        for depth, (colour, marker, dashes) in zip(DEPTHS, looks, strict=True):
            runs = np.array(metrics[f"{kind}{depth}_loss"]["runs"])
            epochs = np.arange(1, runs.shape[1] + 1)
            low, high = runs.min(axis=0), runs.max(axis=0)
            axis.fill_between(epochs, low, high, color=colour, alpha=0.15, lw=0)
            how = {"color": colour, "marker": marker, "ls": dashes, "ms": 4}
            axis.plot(epochs, runs.mean(axis=0), label=f"{depth} layers", **how)
        axis.set(xlabel="epoch", title=kind, ylim=(0, 2.6), xticks=epochs)
    axes[0].set_ylabel("training loss")
    axes[1].legend(frameon=False)
    return figure


def gradients_chart(metrics):
    """Draw the gradient's size in each layer of 56, before training."""
    figure, axis = draw_chart(height=3.4)
    looks = (
        ("plain", "plain", "#b3460f", "--"),
        ("residual", "residual", "#0b62a4", "-"),
        ("plain_bare", "plain, no normalisation", "#5b2a86", ":"),
        ("residual_bare", "residual, no normalisation", "#3d7a3d", "-."),
    )
    for name, label, colour, dashes in looks:
        runs = np.array(metrics[f"{name}_gradients"]["runs"])
        layers, middle = range(1, runs.shape[1] + 1), np.exp(np.log(runs).mean(axis=0))
        low, high = runs.min(axis=0), runs.max(axis=0)
        axis.fill_between(layers, low, high, color=colour, alpha=0.12, lw=0)
        axis.plot(layers, middle, color=colour, ls=dashes, label=label)
    axis.set(xlabel="convolution", ylabel="size of the gradient", yscale="log")
    axis.legend(frameon=False, fontsize=8, ncols=2, loc="lower center")
    axis.set_ylim(bottom=1e-6)
    return figure


def comparison_chart(metrics):
    """Draw published accuracy against counted multiply-adds; area is parameters."""
    figure, axis = draw_chart(width=7.2, height=4.2)
    for name, (_, _, accuracy, label, year) in NETWORKS.items():
        parameters, work = metrics[f"{name}_size"]["mean"]
        area = parameters / 1e5
        new = year >= 2017
        colour = "#0b62a4" if new else "#b3460f"
        axis.scatter(work / 1e9, accuracy, area, color=colour, alpha=0.35, lw=0)
        axis.scatter(work / 1e9, accuracy, 9, color=colour, marker="s" if new else "o")
        text = f"{label} ({year})\n{parameters / 1e6:.1f} M"
        place = (7, -20) if name in ("googlenet", "resnet152") else (7, 5)
        how = {"xytext": place, "textcoords": "offset points", "fontsize": 8}
        axis.annotate(text, (work / 1e9, accuracy), color=colour, **how)
    axis.set(xscale="log", xlim=(0.25, 60), ylim=(52, 82))
    axis.set(xlabel="multiply–adds (10⁹)", ylabel="published top-1 accuracy (%)")
    return figure


def winners_chart():
    """Draw the winners' errors by year, and what two people made."""
    path = Path(__file__).parents[2] / "docs" / "data" / "imagenet.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    figure, axis = draw_chart(width=7.2, height=3.4)
    for winner in data["winners"]:
        network = winner["kind"] == "networks"
        look = {"color": "#0b62a4"} if network else {"color": "#9a9a9a", "hatch": "//"}
        axis.bar(winner["year"], winner["error"], width=0.6, **look)
        text = f"{winner['error']:.1f}\n{winner['team'].split(' (')[-1].rstrip(')')}"
        axis.text(winner["year"], winner["error"] + 0.5, text, ha="center", fontsize=8)
    for person in data["people"]:
        axis.axhline(person["error"], color="#5b2a86", ls="--", lw=1)
        text = f"{person['who']}: {person['error']:.1f}"
        axis.text(2017.45, person["error"] + 0.3, text, color="#5b2a86", fontsize=8)
    axis.set(ylabel="top-5 error (%)", ylim=(0, 33), xlim=(2009.5, 2018.2))
    axis.set_xticks([winner["year"] for winner in data["winners"]])
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    labels = {
        **{f"plain{depth}": f"Plain, {depth} layers" for depth in DEPTHS},
        **{f"residual{depth}": f"Residual, {depth} layers" for depth in DEPTHS},
        "plain8_bare": "Plain, 8 layers, no batch normalisation",
        "plain20_bare": "Plain, 20 layers, no batch normalisation",
        "residual20_bare": "Residual, 20 layers, no batch normalisation",
    }
    rows = []
    for name, label in labels.items():
        rows.append((label, f"{name}_accuracy", "{:.1%}"))
        rows.append(("… of the digits trained on", f"{name}_train", "{:.1%}"))
    for depth in (20, 56):
        label = f"Seconds to train {depth} residual layers"
        rows.append((label, f"residual{depth}_seconds", "{:.1f} s"))
    return rows
