"""The full experiment on convolutions: what moving a digit does, and all of MNIST."""

import time
from importlib import import_module

import numpy as np

from lessons.convolutions.numpy import confusion_matrix, cross_correlate, shift
from lessons.data import load_digits, load_mnist
from lessons.plots import draw_chart, draw_images
from lessons.weights import pack

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
COLOURS = {"pytorch": "#b3460f", "tensorflow": "#0b62a4"}
PIXELS = (0, 1, 2, 3, 4)
DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0))
EPOCHS = 8  # on the packaged digits, as on the page
MNIST_EPOCHS = 4
MNIST_SETTINGS = {"batch_size": 128, "pixels": 1}
VALIDATION = 5000
SHIFTED = (
    ("digit_shifted", "convolutional", "#0b62a4", "o"),
    ("dense_shifted", "dense", "#b3460f", "s"),
)
EXAMPLE = 13  # the test digit in the pictures: a 3


class Bench:
    """One framework on one device, so that the experiment below is written once."""

    def __init__(self, framework, device):
        self.framework = framework
        self.lesson = import_module(f"lessons.convolutions.{MODULES[framework]}")
        self.basics = import_module(f"lessons.{MODULES[framework]}")
        self.device = self.basics.choose_device() if device == "gpu" else CPU[framework]

    def build(self, name):
        """Return a new network, on the device."""
        network = getattr(self.lesson, name)()
        if self.framework == "tensorflow":
            return network
        layout = import_module("torch").channels_last  # faster, and the same numbers
        return network.to(self.device, memory_format=layout)

    def train(self, network, images, labels, **settings):
        """Yield the loss of each epoch, for arrays of images and labels."""
        if self.framework == "pytorch":
            labels = import_module("torch").from_numpy(labels).to(self.device)
        images = self.lesson.to_tensor(images, self.device)
        yield from self.lesson.train(network, images, labels, **settings)

    def accuracy(self, network, images, labels):
        return float(self.lesson.accuracy(network, images, labels, self.device))

    def predict(self, network, images):
        return self.lesson.predict(network, self.lesson.to_tensor(images, self.device))

    def shifted(self, network, images, labels):
        """Return the accuracy by pixels moved, as the mean over the four directions."""
        return [
            np.mean(
                [
                    self.accuracy(
                        network, shift(images, down * pixels, right * pixels), labels
                    )
                    for down, right in DIRECTIONS
                ]
            )
            for pixels in PIXELS
        ]


def run(framework, seed, device):
    """Yield each measurement of one seed; in PyTorch also weights and pictures."""
    bench = Bench(framework, device)
    digits = load_digits()
    for name in ("dense", "digit"):
        yield from packaged_digits(bench, seed, name, *digits)
    yield from moved_digits(bench, seed, *digits)
    yield from shuffled_pixels(bench, seed, *digits)
    yield from full_mnist(bench, seed, digits[2][EXAMPLE])


def packaged_digits(bench, seed, name, images, labels, test_images, test_labels):
    """Train on 4,000 digits, as the page does; test on 1,000, in place and moved."""
    bench.basics.set_seed(seed)
    network = bench.build(f"{name}_network")
    start = time.perf_counter()
    list(bench.train(network, images, labels, epochs=EPOCHS))
    yield f"{name}_seconds", time.perf_counter() - start
    yield f"{name}_accuracy", bench.accuracy(network, test_images, test_labels)
    yield f"{name}_shifted", bench.shifted(network, test_images, test_labels)


def moved_digits(bench, seed, images, labels, test_images, test_labels):
    """Train on digits that move by up to two pixels, for as many steps as before."""
    bench.basics.set_seed(seed)
    network = bench.build("digit_network")
    list(bench.train(network, images, labels, epochs=EPOCHS, pixels=2))
    yield "moved_shifted", bench.shifted(network, test_images, test_labels)


def shuffled_pixels(bench, seed, images, labels, test_images, test_labels):
    """Train both networks on digits whose pixels change places, all in the same way."""
    order = np.random.default_rng(seed).permutation(28 * 28)
    shuffled, test_shuffled = (
        array.reshape(-1, 28 * 28)[:, order].reshape(-1, 28, 28)
        for array in (images, test_images)
    )
    for name in ("dense", "digit"):
        bench.basics.set_seed(seed)
        network = bench.build(f"{name}_network")
        list(bench.train(network, shuffled, labels, epochs=EPOCHS))
        yield f"{name}_shuffled", bench.accuracy(network, test_shuffled, test_labels)


def full_mnist(bench, seed, example):
    """Train on 55,000 digits, watch 5,000, and test once on 10,000."""
    images, labels, test_images, test_labels = load_mnist()
    watched, watched_labels = images[-VALIDATION:], labels[-VALIDATION:]
    images, labels = images[:-VALIDATION], labels[:-VALIDATION]
    bench.basics.set_seed(seed)
    network = bench.build("digit_network")
    losses, accuracies, seconds = [], [], 0.0
    start = time.perf_counter()
    for loss in bench.train(
        network, images, labels, epochs=MNIST_EPOCHS, **MNIST_SETTINGS
    ):
        seconds += time.perf_counter() - start
        losses.append(loss)
        accuracies.append(bench.accuracy(network, watched, watched_labels))
        start = time.perf_counter()
    yield "mnist_seconds", seconds
    yield "mnist_loss", losses
    yield "mnist_validation", accuracies
    predictions = bench.predict(network, test_images)
    yield "mnist_accuracy", float(np.mean(predictions == test_labels))
    yield "mnist_shifted", bench.shifted(network, test_images, test_labels)
    yield "mnist_confusion", confusion_matrix(test_labels, predictions)
    if bench.framework == "pytorch":
        yield "digits", pack(network, bench.lesson.to_tensor(test_images, bench.device))
        yield from pictures(bench, network, example)


def pictures(bench, network, example):
    """Yield what the layers look for, and what they find in one digit."""
    upright = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    found = [
        example,
        *(cross_correlate(example, kernel) for kernel in (upright, upright.T)),
    ]
    titles = ["the digit", "upright edges", "level edges"]
    yield "edges", draw_images(found, titles, size=1.9, signed=True)
    kernels = network[0].weight[:, 0].detach().cpu().numpy()
    yield "filters", draw_images(kernels, size=0.8, signed=True)
    image = bench.lesson.to_tensor(example[np.newaxis], bench.device)
    first, second = (
        network[:depth](image).relu()[0].detach().cpu().numpy() for depth in (1, 4)
    )
    yield "first_maps", draw_images(first, size=0.8)
    yield "second_maps", draw_images(second, columns=12, size=0.53)


def figures(record):
    """Yield the charts that are drawn from both frameworks' rows."""
    rows = {
        row["framework"]: row["metrics"]
        for row in record["rows"]
        if row["device"] == "cpu"
    }
    yield "shift", shift_chart(rows["pytorch"])
    yield "curves", learning_curves(rows)
    yield "confusion", confusion_chart(rows["pytorch"]["mnist_confusion"]["runs"])


def shift_chart(metrics):
    """Draw accuracy against pixels moved, and above each point a digit moved as far."""
    figure, axis = draw_chart(height=4.0)
    for metric, label, colour, marker in SHIFTED:
        ends = {
            end: 100 * np.array(metrics[metric][end]) for end in ("mean", "low", "high")
        }
        axis.fill_between(
            PIXELS, ends["low"], ends["high"], color=colour, alpha=0.2, lw=0
        )
        axis.plot(PIXELS, ends["mean"], color=colour, marker=marker)
        place = PIXELS[2], ends["mean"][2]
        axis.annotate(label, place, (8, 6), textcoords="offset points", color=colour)
    digit = load_digits()[2][EXAMPLE]
    for pixels in PIXELS:
        picture = axis.inset_axes(
            (pixels - 0.28, 108, 0.56, 34), transform=axis.transData
        )
        picture.imshow(shift(digit, 0, -pixels), "Greys", interpolation="nearest")
        picture.set(xticks=[], yticks=[])
        picture.spines[:].set(color="0.75", linewidth=0.5)
    axis.set(xlabel="test digits moved by (pixels)", ylabel="test accuracy (%)")
    axis.set(xlim=(-0.35, 4.35), ylim=(0, 102), xticks=PIXELS)
    return figure


def learning_curves(rows):
    figure, (left, right) = draw_chart(width=7.2, height=2.9, columns=2)
    epochs = np.arange(1, MNIST_EPOCHS + 1)
    for framework, metrics in rows.items():
        error = 100 * (1 - np.array(metrics["mnist_validation"]["runs"]))
        for axis, runs in (
            (left, np.array(metrics["mnist_loss"]["runs"])),
            (right, error),
        ):
            axis.plot(epochs, runs.T, color=COLOURS[framework], alpha=0.3, lw=0.8)
            axis.plot(
                epochs,
                runs.mean(axis=0),
                color=COLOURS[framework],
                label=NAMES[framework],
            )
    left.set(xlabel="epoch", ylabel="training loss", yscale="log")
    right.set(xlabel="epoch", ylabel="validation error (%)", ylim=(0, None))
    for axis in (left, right):
        axis.set_xticks(epochs)
    right.legend(frameon=False)
    return figure


def confusion_chart(runs):
    """Draw how many digits of all seeds went where; the diagonal is left white."""
    counts = np.sum(runs, axis=0)
    mistakes = counts - np.diag(np.diag(counts))
    figure, axis = draw_chart(width=4.6, height=4.4)
    axis.grid(visible=False)
    axis.imshow(mistakes, cmap="Greys")
    for label, prediction in np.argwhere(mistakes > 0):
        number = mistakes[label, prediction]
        colour = "white" if number > mistakes.max() / 2 else "black"
        axis.text(
            prediction,
            label,
            f"{number:.0f}",
            ha="center",
            va="center",
            fontsize=8,
            c=colour,
        )
    axis.set(xlabel="the network says", ylabel="the label says")
    axis.set_xticks(range(10))
    axis.set_yticks(range(10))
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        ("Dense network, 4,000 digits", "dense_accuracy", "{:.1%}"),
        ("… test digits moved by 2 pixels", "dense_shifted[2]", "{:.1%}"),
        ("Digit network, 4,000 digits", "digit_accuracy", "{:.1%}"),
        ("… test digits moved by 2 pixels", "digit_shifted[2]", "{:.1%}"),
        ("… test digits moved by 4 pixels", "digit_shifted[4]", "{:.1%}"),
        ("… seconds to train", "digit_seconds", "{:.1f} s"),
        ("Digit network, 55,000 digits", "mnist_accuracy", "{:.2%}"),
        ("… test digits moved by 2 pixels", "mnist_shifted[2]", "{:.1%}"),
        ("… seconds to train", "mnist_seconds", "{:.0f} s"),
    ]
