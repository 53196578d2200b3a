"""The full experiment: bounds, three rules, ten neurons, many starts on XOR."""

from importlib import import_module

import numpy as np
from sklearn.linear_model import LogisticRegression

from lessons.data import load_digits
from lessons.perceptron.gates import search
from lessons.perceptron.numpy import (
    adaline,
    closed_form,
    load_cars,
    logistic,
    most_mistakes,
    perceptron,
    separable_points,
)
from lessons.plots import draw_chart, draw_images

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
XOR = (0, 1, 1, 0)
ACTIVATIONS = ("sigmoid", "tanh", "relu")
HIDDEN = (1, 2, 3, 4, 8)
STARTS = 1000
GAPS = (0.3, 0.1, 0.03, 0.01)
DIMENSIONS = (2, 5, 20)
PASSES = (16, 17, 18, 19, 20, 21, 22, 23, 24, 25)  # those whose accuracy is compared
PENALTY = 0.01
LOOKS = (("#b3460f", "o", "-"), ("#0b62a4", "s", "--"), ("#3d7a3d", "^", ":"))


class Bench:
    """One framework, so that the experiment below is written once."""

    def __init__(self, framework):
        self.framework = framework
        self.lesson = import_module(f"lessons.perceptron.{MODULES[framework]}")
        self.basics = import_module(f"lessons.{MODULES[framework]}")

    def tensor(self, array, kind):
        """Return an array as a tensor on the CPU: the networks are small."""
        if self.framework == "pytorch":
            return import_module("torch").from_numpy(np.asarray(array, kind))
        return import_module("tensorflow").constant(np.asarray(array, kind))

    def layer(self, inputs, outputs, kind):
        """Return a dense layer that starts at 0, and what training may change."""
        if self.framework == "pytorch":
            layer = self.lesson.linear_layer(
                inputs, outputs, getattr(import_module("torch"), kind)
            )
            return layer, list(layer.parameters())
        layer = self.lesson.linear_layer(inputs, outputs, kind)
        return layer, layer.trainable_variables

    def arrays(self, parameters):
        """Return a layer's weights (inputs, outputs) and biases as arrays."""
        if self.framework == "pytorch":
            return [parameter.detach().numpy().T for parameter in parameters]
        return [parameter.numpy() for parameter in parameters]


def run(framework, seed, device):
    """Yield each measurement of one seed; in PyTorch also pictures."""
    bench = Bench(framework)
    yield (
        "line_right",
        float(search(np.array(CORNERS), np.array(XOR), np.linspace(-2, 2, 41))[1]),
    )
    yield from cars(bench)
    yield from bounds(seed)
    yield from three_rules(seed)
    yield from digits(bench, seed)
    yield from many_starts(bench, seed)


def cars(bench):
    """Fit fuel to mass and year; compare with the closed form."""
    table, fuel, _ = load_cars()
    inputs = (table - table.mean(axis=0)) / table.std(axis=0)
    layer, parameters = bench.layer(2, 1, "float64")
    x, t = bench.tensor(inputs, "float64"), bench.tensor(fuel, "float64")
    bench.lesson.descend(
        lambda: bench.lesson.squared_error(layer, x, t),
        parameters,
        100,
        learning_rate=0.3,
    )
    found = np.append(*bench.arrays(parameters))
    yield "line_gap", float(np.abs(found - np.append(*closed_form(inputs, fuel))).max())


def bounds(seed):
    """Count the perceptron's mistakes on separable sets; compute their bounds."""
    random = np.random.default_rng(seed)
    for dimensions in DIMENSIONS:
        mistakes, most = [], []
        for gap in np.repeat(GAPS, 10):
            points, sides, weights, bias = separable_points(
                random, 200, dimensions, gap
            )
            mistakes.append(sum(perceptron(points, sides)[2]))
            most.append(most_mistakes(points, sides, weights, bias))
        yield f"mistakes_{dimensions}", mistakes
        yield f"bound_{dimensions}", most
        yield f"share_of_bound_{dimensions}", max(np.divide(mistakes, most))


def three_rules(seed):
    """Tell large engines from mass and year by three rules."""
    table, _, cylinders = load_cars()
    order = np.random.default_rng(seed).permutation(len(table))
    features = ((table - table.mean(axis=0)) / table.std(axis=0))[order]
    large = cylinders[order] > 4
    signs = np.where(large, 1, -1)

    def share(weights, bias):
        return float(((features @ weights + bias > 0) == large).mean())

    shares = [share(*perceptron(features, signs, passes)[:2]) for passes in PASSES]
    yield "perceptron_shares", shares
    yield "perceptron_swing", max(shares) - min(shares)
    passes = list(adaline(features, signs, max(PASSES), learning_rate=0.001))
    shares = [share(*passes[count - 1]) for count in PASSES]
    yield "adaline_shares", shares
    yield "adaline_swing", max(shares) - min(shares)
    yield (
        "logistic_share",
        share(*logistic(features, large.astype(float), 1000, learning_rate=1.0)),
    )


def digits(bench, seed):
    """Train ten neurons on 4,000 digits, test on 1,000; the seed draws which."""
    parts = load_digits()
    pixels = np.concatenate([parts[0], parts[2]]).reshape(-1, 784)
    labels = np.concatenate([parts[1], parts[3]])
    order = np.random.default_rng(seed).permutation(5000)
    train, test = order[:4000], order[4000:]
    pixels = pixels - pixels[train].mean(axis=0)
    layer, parameters = bench.layer(784, 10, "float32")
    x, t = bench.tensor(pixels[train], "float32"), bench.tensor(labels[train], "int64")
    losses = bench.lesson.descend(
        lambda: bench.lesson.penalised_cross_entropy(layer, x, t, PENALTY),
        parameters,
        steps=400,
        learning_rate=0.8,
    )
    weights, biases = bench.arrays(parameters)
    answers = (pixels[test] @ weights + biases).argmax(axis=1)
    yield "digits_loss", losses[-1]
    yield "digits_accuracy", float((answers == labels[test]).mean())
    theirs = LogisticRegression(C=1 / (PENALTY * len(train)), max_iter=1000)
    theirs.fit(pixels[train], labels[train])
    yield "sklearn_accuracy", float(theirs.score(pixels[test], labels[test]))
    yield "same_answers", float((theirs.predict(pixels[test]) == answers).mean())
    if bench.framework == "pytorch":
        pictures = weights.T.reshape(10, 28, 28)
        yield (
            "digits",
            draw_images(pictures, range(10), columns=5, size=1.2, signed=True),
        )


def many_starts(bench, seed):
    """Count the starts from which gradient descent solves XOR."""
    x, t = bench.tensor(CORNERS, "float32"), bench.tensor(XOR, "float32")
    for activation in ACTIVATIONS:
        shares = []
        for hidden in HIDDEN:
            bench.basics.set_seed(seed)
            networks = bench.lesson.many_networks(STARTS, hidden)
            bench.lesson.train_many(networks, x, t, activation)
            right = bench.lesson.solved(networks, x, t, activation)
            shares.append(float(right.mean()))
            if (activation, hidden, bench.framework) == ("tanh", 2, "pytorch"):
                parts = [
                    part[int(right.argmax())].detach().numpy() for part in networks
                ]
                yield "two_layers", two_layers_chart(*parts)
        yield f"solved_{activation}", shares


def figures(record):
    """Yield the charts that are drawn from both frameworks' rows, or from the data."""
    rows = {
        row["framework"]: row["metrics"]
        for row in record["rows"]
        if row["device"] == "cpu"
    }
    yield "cars", cars_chart()
    yield "rules", rules_chart()
    yield "bounds", bounds_chart(rows["pytorch"])
    yield "starts", starts_chart(rows)


def cars_chart():
    """Draw fuel against mass, and the line's answer for the first and the last year."""
    figure, axis = draw_chart()
    table, fuel, _ = load_cars()
    weights, bias = closed_form(table - [0, 1970], fuel)
    for year, (colour, marker, line) in zip((1970, 1982), LOOKS):
        of_year = abs(table[:, 1] - year) < 3
        label = f"{min(table[of_year, 1]):.0f} to {max(table[of_year, 1]):.0f}"
        axis.scatter(
            *table[of_year, :1].T, fuel[of_year], 10, colour, marker, label=label
        )
        ends = np.array([0.7, 2.4])
        axis.plot(
            ends,
            ends * weights[0] + (year - 1970) * weights[1] + bias,
            line,
            color=colour,
        )
    axis.set(xlabel="mass (tonnes)", ylabel="litres for 100 km")
    axis.legend(frameon=False)
    return figure


def rules_chart():
    """Draw large and small engines, and where each rule draws its line."""
    figure, axis = draw_chart(height=4.0)
    table, _, cylinders = load_cars()
    mean, spread = table.mean(axis=0), table.std(axis=0)
    order = np.random.default_rng(0).permutation(len(table))
    features, large = ((table - mean) / spread)[order], cylinders[order] > 4
    shown = table[order] + np.random.default_rng(1).uniform(-0.3, 0.3, table.shape) * [
        0,
        1,
    ]
    axis.scatter(
        *shown[large].T, 12, "#5b2a86", "s", alpha=0.5, label="more than 4 cylinders"
    )
    axis.scatter(*shown[~large].T, 12, "#3d7a3d", "o", alpha=0.5, label="4 or fewer")
    signs = np.where(large, 1, -1)
    rules = [
        (perceptron(features, signs, passes)[:2], "#b3460f", "-") for passes in PASSES
    ]
    rules.append((list(adaline(features, signs, 20, 0.001))[-1], "#0b62a4", "--"))
    rules.append((logistic(features, large * 1.0, 1000, 1.0), "black", "-."))
    heights = np.array([1969.5, 1982.5])
    for (weights, bias), colour, style in rules:
        across = -(weights[1] * (heights - mean[1]) / spread[1] + bias) / weights[0]
        thick = 0.7 if colour == "#b3460f" else 2
        axis.plot(across * spread[0] + mean[0], heights, style, color=colour, lw=thick)
    for (_, colour, style), name in zip(
        rules[-3:], ("perceptron", "ADALINE", "logistic")
    ):
        axis.plot([], [], style, color=colour, label=name)
    axis.set(xlabel="mass (tonnes)", ylabel="model year", xlim=(0.6, 2.4))
    axis.legend(frameon=False, loc="upper right", fontsize=8)
    return figure


def bounds_chart(metrics):
    """Draw mistakes against the bound; each set is a point."""
    figure, axis = draw_chart(height=3.8)
    for dimensions, (colour, marker, _) in zip(DIMENSIONS, LOOKS):
        most = np.ravel(metrics[f"bound_{dimensions}"]["runs"])
        mistakes = np.maximum(0.7, np.ravel(metrics[f"mistakes_{dimensions}"]["runs"]))
        axis.scatter(
            most,
            mistakes,
            12,
            colour,
            marker,
            alpha=0.6,
            label=f"{dimensions} dimensions",
        )
    axis.plot([20, 1e6], [20, 1e6], color="0.4", lw=1)
    axis.annotate("the bound", (3e3, 5e3), color="0.4", ha="right")
    axis.set(xscale="log", yscale="log", xlabel="(R / γ)²", ylabel="mistakes made")
    axis.legend(frameon=False, loc="lower right")
    return figure


def starts_chart(rows):
    """Draw the share of starts that solve XOR against hidden units."""
    figure, axes = draw_chart(width=7.2, height=3.2, columns=2)
    for (framework, metrics), axis in zip(rows.items(), axes):
        for activation, (colour, marker, line) in zip(ACTIVATIONS, LOOKS):
            ends = {end: 100 * np.array(metrics[f"solved_{activation}"][end])
                    for end in ("mean", "low", "high")}  # fmt: skip
            axis.fill_between(
                HIDDEN, ends["low"], ends["high"], color=colour, alpha=0.2, lw=0
            )
            look = {"color": colour, "marker": marker, "linestyle": line}
            axis.plot(HIDDEN, ends["mean"], label=activation, **look)
        axis.set(
            xlabel="hidden units", xticks=HIDDEN, ylim=(-3, 103), title=NAMES[framework]
        )
    axes[0].set_ylabel("starts that solve XOR (%)")
    axes[1].legend(frameon=False, loc="lower right")
    return figure


def two_layers_chart(first, first_bias, second, second_bias):
    """Draw the best line on XOR, a trained 2-2-1 network, and its hidden plane."""
    figure, axes = draw_chart(width=7.6, height=2.8, columns=3)
    corners, sides = np.array(CORNERS, float), np.array(XOR, bool)
    grid = np.stack(np.meshgrid(*[np.linspace(-0.4, 1.4, 121)] * 2), axis=-1)
    inside, hidden = (np.tanh(x @ first + first_bias) for x in (grid, corners))
    plane = np.stack(np.meshgrid(*[np.linspace(-1.3, 1.3, 121)] * 2), axis=-1)
    views = [
        ("the best line: 3 of 4", grid, grid.sum(axis=-1) - 0.5, corners),
        ("two layers: 4 of 4", grid, inside @ second + second_bias, corners),
        ("seen by the hidden units", plane, plane @ second + second_bias, hidden),
    ]  # fmt: skip
    for axis, (title, places, score, points) in zip(axes, views):
        score = score.reshape(places.shape[:2])
        axis.grid(visible=False)
        axis.contourf(
            *np.moveaxis(places, -1, 0),
            score,
            [-99, 0, 99],
            colors=["#f5e3d0", "#e4dcef"],
        )
        axis.scatter(*points[sides].T, 60, "#54278f", "s", zorder=3)
        axis.scatter(*points[~sides].T, 60, "#b35806", "o", zorder=3)
        axis.set_title(title, fontsize=9)
        axis.set_aspect("equal")
    axes[2].set(xlabel="first unit", ylabel="second unit")
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        ("XOR: corners right, best of 68,921 lines", "line_right", "{:.0f}"),
        ("Cars: distance from the closed form", "line_gap", "{:.0e}"),
        ("Perceptron: most mistakes, of the bound", "share_of_bound_5", "{:.0%}"),
        ("Engines: swing of the perceptron", "perceptron_swing", "{:.1%}"),
        ("… of ADALINE", "adaline_swing", "{:.1%}"),
        ("Ten neurons, 4,000 digits", "digits_accuracy", "{:.1%}"),
        ("… scikit-learn's, the same loss", "sklearn_accuracy", "{:.1%}"),
        ("XOR solved by 2–2–1, sigmoid", "solved_sigmoid[1]", "{:.1%}"),
        ("… tanh", "solved_tanh[1]", "{:.1%}"),
        ("… ReLU", "solved_relu[1]", "{:.1%}"),
        ("XOR solved by 2–4–1, sigmoid", "solved_sigmoid[3]", "{:.1%}"),
        ("… tanh", "solved_tanh[3]", "{:.1%}"),
        ("… ReLU", "solved_relu[3]", "{:.1%}"),
    ]  # fmt: skip
