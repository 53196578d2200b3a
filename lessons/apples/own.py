"""The study on a reader's own photographs: all that the report says."""

import numpy as np

from lessons.apples import charts, report
from lessons.apples.background import eight_pixels
from lessons.apples.boosting import fit_boosting
from lessons.apples.calibration import fit_temperature, soften
from lessons.apples.methods import Method, all_methods
from lessons.apples.metrics import (
    accuracy,
    balanced_accuracy,
    calibration_error,
    interval,
    log_loss,
    mean_interval,
)
from lessons.apples.networks import randomised
from lessons.apples.saliency import saliency
from lessons.apples.study import ALL, SMALL, Study, at_an_end, conduct, of
from lessons.saliency import rank_correlation

NETWORK = "CNN from scratch"

COLUMNS = (
    "method",
    "accuracy",
    "balanced accuracy",
    "log-loss",
    "calibration error",
    "after temperature scaling",
)
GROWTH = "Accuracy against the number of photographs, by method, with intervals."
COST = "Accuracy against seconds of training, a line for each method, with intervals."
FINAL = "Accuracy of each method, and of eight pixels alone, with intervals."


def study_pictures(pictures, say, watch=str):
    """Run the whole study; return the parts of the report as HTML.

    `say` is told what was found, and `watch` what is done next.
    """
    study, methods = Study(pictures, watch=watch), all_methods()
    smallest = min(
        np.bincount(pictures.labels[(study.parts > 0) & (study.parts != run + 1)]).min()
        for run in range(study.runs())
    )
    small = [number for number in SMALL if number < smallest]
    small = small or [max(1, smallest // 2)]
    chosen, fits = conduct(study, methods, say, small)
    say("eight pixels of the background")
    background = answers_from_background(study)
    say("what the network looked at")
    return [
        *about(pictures),
        *results(study, methods, fits, background),
        *looked(saliency_agreement(study, fits)),
        *settings(methods, chosen),
    ]


def answers_from_background(study):
    """Return the answers to all tested photographs from eight pixels at their edges."""
    setting = {"max_iter": 60, "max_leaf_nodes": 7, "max_features": 0.3}
    method = Method("eight pixels", eight_pixels, fit_boosting, (setting,))
    study.prepare(method)
    return study.tested(
        [study.fit(method, setting, run) for run in range(study.runs())]
    )[0]


def saliency_agreement(study, fits, most=200):
    """Return how alike the saliency maps of trained and of random networks are.

    The mean rank correlation over at most about `most` tested photographs a run, and
    its 95 % interval over leaves. Source: Adebayo et al. 2018.
    """
    values, groups = [], []
    for fit in of(fits, NETWORK, ALL):
        some = fit.positions[:: max(1, len(fit.positions) // most)]
        images, labels = study.inputs[NETWORK][some], study.pictures.labels[some]
        network = fit.predict.network
        maps = (
            saliency(each, images, labels)
            for each in (network, randomised(network, seed=100 + fit.run))
        )
        values.append(rank_correlation(*maps))
        groups.append(study.pictures.groups[some])
    return mean_interval(np.concatenate(values), np.concatenate(groups))


def looked(agreement):
    """Return what the saliency maps of the trained networks are worth."""
    value, low, high = agreement
    yield report.heading("What the network looked at")
    yield report.words(
        "Maps of the pixels on which the answers of the CNN from scratch depend most "
        "were compared with those of the same network with random weights. The rank "
        f"correlation is {value:.2f} ({low:.2f} to {high:.2f}). The nearer to 1, the "
        "less such maps say about what was learned."
    )


def settings(methods, chosen):
    """Return what each method chose, and where a better value may lie."""
    rows = []
    for method in methods:
        setting = chosen[method.name]
        values = ", ".join(f"{name} {value}" for name, value in setting.items())
        ends = ", ".join(at_an_end(method, setting)) or "none"
        rows.append((method.name, len(method.settings), values, ends))
    columns = ("method", "settings tried", "chosen", "at the end of what was tried")
    yield report.heading("Settings")
    yield report.table("Settings, chosen on the tuning leaves", columns, rows)
    yield report.words("Beyond an end of what was tried, a better value may lie.")


def about(pictures):
    """Return what was studied."""
    leaves = [
        len(np.unique(pictures.groups[pictures.labels == k]))
        for k, _ in enumerate(pictures.classes)
    ]
    numbers = np.bincount(pictures.labels).tolist()
    rows = list(zip(pictures.classes, numbers, leaves))
    yield report.table(
        "What was studied", ("class", "photographs", "different leaves"), rows
    )
    if sum(leaves) == sum(numbers):
        yield report.words(
            "No two photographs were said to show the same thing. If some do, list "
            "them in a file leaves.csv (columns file and leaf_id) in the folder: "
            "otherwise they may stand on both sides of a split, and every score here "
            "is too good."
        )


def results(study, methods, fits, background):
    """Return the scores, the charts and the mistakes."""
    final, rows, bars = {}, [], {}
    for method in methods:
        answers, labels, groups = study.tested(of(fits, method.name, ALL))
        softened = soften_runs(study, of(fits, method.name, ALL))
        figures = (accuracy, balanced_accuracy, log_loss, calibration_error)
        values = [interval(figure, groups, answers, labels) for figure in figures]
        values.append(interval(calibration_error, groups, softened, labels))
        rows.append((method.name, *(report.shown(*value) for value in values)))
        final[method.name], bars[method.name] = answers, values[0]
    bars["eight pixels alone"] = interval(accuracy, groups, background, labels)
    best = max(final, key=lambda name: bars[name][0])
    tables = {method.name: charts.steps(study, fits, method.name) for method in methods}
    chance = np.bincount(labels).max() / len(labels)
    yield report.table("On photographs of unseen leaves, 95 % intervals", COLUMNS, rows)
    yield report.chart(charts.draw_intervals(bars, "accuracy", chance), FINAL)
    yield report.words(
        "Eight pixels at the edges should know nothing of the classes. If they beat "
        "the dashed line, the largest class's share, then so may any method above, for "
        "the wrong reason."
    )
    yield report.heading("What more photographs and more time would buy")
    yield report.chart(charts.draw_growth(tables, 0, "photographs trained on"), GROWTH)
    yield report.chart(charts.draw_growth(tables, 1, "seconds of training"), COST)
    yield report.heading(f"The best method: {best}")
    yield report.confusion(final[best], labels, study.pictures.classes)
    softened = soften_runs(study, of(fits, best, ALL))
    pair = {"before": final[best], "after temperature scaling": softened}
    alt = (
        "Share that is right against confidence, before and after temperature scaling."
    )
    yield report.chart(charts.draw_reliability(pair, labels), alt)


def soften_runs(study, fits):
    """Return the answers to all tested photographs at each run's own temperature.

    The temperature is fitted on the tuning leaves, never on the tested ones.
    """
    labels = study.pictures.labels[study.parts == 0]
    pairs = [(fit.answers, fit_temperature(fit.tuning, labels)) for fit in fits]
    return np.concatenate(
        [soften(answers, temperature) for answers, temperature in pairs]
    )
