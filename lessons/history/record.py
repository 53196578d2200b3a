"""The full experiment on history: both rules in many orders; the charts of the page."""

import hashlib
import json
from datetime import date
from importlib import import_module
from itertools import product
from math import log2
from pathlib import Path

import numpy as np

from lessons.history.numpy import (
    delta_rule,
    error_correction,
    gate,
    least_squares,
    mistakes,
)
from lessons.plots import draw_chart

MODULES = {"pytorch": "torch", "tensorflow": "tensorflow"}
DATA = ("timeline", "imagenet", "compute")
PASSES = 1000  # before the rule is called lost
SHOWN = 30  # passes in the chart
RATES = (0.1, 0.05, 0.02, 0.01)
ORANGE = "#b3460f"
BLUE = "#0b62a4"
PURPLE = "#5b2a86"
GREY = "#6b6b6b"
KINDS = {  # how a number came about: name, colour, marker
    "published": ("by the makers", "#0b62a4", "o"),
    "estimate": ("Epoch AI's estimate", "#b3460f", "s"),
    "undisclosed": ("Epoch AI's guess, little disclosed", "#5b2a86", "D"),
}
PLACES = {  # where each label stands: points to the right and up of its mark
    "AlexNet": (6, -10),
    "Seq2Seq": (-44, 5),
    "VGG-16": (6, -9),
    "AlphaGo Fan": (-66, 3),
    "GNMT": (-34, 4),
    "AlphaGo Zero": (6, -9),
    "RoBERTa": (-45, 4),
    "T5-11B": (6, -8),
    "GPT-3": (-36, 4),
    "Gopher": (6, -8),
    "PaLM": (-32, 4),
    "GPT-4": (-34, 5),
    "Gemini Ultra": (-69, 6),
    "Llama 3.1 405B": (8, -8),
    "Grok 3": (-38, 4),
    "Grok 4": (7, -3),
}


def run(framework, seed, device):
    """Yield what one seed measures: orders of the examples, first weights."""
    yield from by_rosenblatt(seed)
    yield from by_widrow_and_hoff(framework, seed)
    yield from counted()


def examples():
    """Return inputs (4, 3), a constant 1 and two bits, and the bits (4, 2)."""
    bits = np.array(list(product((0, 1), repeat=2)))
    return np.column_stack([np.ones(4), bits]), bits


def by_rosenblatt(seed):
    """Learn AND, XOR and all sixteen functions by correcting errors."""
    inputs, bits = examples()
    functions = {"and": bits.all(axis=1), "xor": bits[:, 0] != bits[:, 1]}
    for name, answers in functions.items():
        targets = np.where(answers, 1, -1)
        tried = list(
            error_correction(inputs, targets, PASSES, np.random.default_rng(seed))
        )
        left = [mistakes(weights, inputs, targets) for weights in tried]
        yield f"{name}_passes", len(left)
        yield f"{name}_least", min(left)
        yield f"{name}_mistakes", (left + [0] * SHOWN)[:SHOWN]
    learned = 0
    for targets in product((-1, 1), repeat=4):
        random = np.random.default_rng(seed)
        tried = list(error_correction(inputs, np.array(targets), PASSES, random))
        learned += mistakes(tried[-1], inputs, np.array(targets)) == 0
    yield "functions_learned", learned


def by_widrow_and_hoff(framework, seed):
    """Fit AND by the delta rule, by hand and by gradient, and at several rates."""
    inputs, bits = examples()
    targets = np.where(bits.all(axis=1), 1.0, -1.0)
    lesson = import_module(f"lessons.history.{MODULES[framework]}")
    set_seed = import_module(f"lessons.{MODULES[framework]}").set_seed
    if framework == "pytorch":
        tensor = import_module("torch").from_numpy
    else:
        tensor = import_module("tensorflow").constant
    fitted = []
    for step in (lesson.delta_step, lesson.gradient_step):
        set_seed(seed)
        weights = lesson.fit(
            step, tensor(inputs), tensor(targets), rate=0.1, passes=150
        )
        fitted.append(np.asarray(weights))
    yield "delta_weights", fitted[0].tolist()
    yield "delta_gap", float(np.abs(fitted[0] - fitted[1]).max())
    yield "delta_mistakes", mistakes(fitted[0], inputs, targets)
    start, best = (
        np.random.default_rng(seed).normal(size=3),
        least_squares(inputs, targets),
    )
    ends = [delta_rule(inputs, targets, rate, PASSES, start) for rate in RATES]
    yield "delta_distance", [float(np.abs(end - best).max()) for end in ends]


def counted():
    """Count what needs no seed: gates, events, and how fast compute grew."""
    yield "gate_functions", gate_functions()
    events, systems = load("timeline"), load("compute")["systems"]
    yield "events", len(events)
    checks = [event["checked"]["how"] for event in events]
    yield "events_read", sum(how in ("text", "abstract") for how in checks)
    yield "events_secondary", checks.count("secondary")
    first, last = systems[0], systems[-1]
    yield "growth", last["flop"] / first["flop"]
    yield "doubling", doubling(first, last, last["flop"] / first["flop"])
    zero = next(system for system in systems if system["system"] == "AlphaGo Zero")
    claimed = load("compute")["trends"][0]["growth"]
    yield "zero_growth", zero["flop"] / first["flop"]
    yield "zero_doubling", doubling(first, zero, zero["flop"] / first["flop"])
    yield "zero_doubling_claimed", doubling(first, zero, claimed)
    yield "data_checksum", checksum()


def gate_functions():
    """Return how many of the 16 functions of two bits one gate of 1943 computes."""
    _, bits = examples()
    computed = set()
    for roles in product(
        (-1, 0, 1), repeat=2
    ):  # each input inhibits, is absent, or excites
        roles = np.array(roles)
        for threshold in (1, 2, 3):
            out = gate(bits[:, roles == 1], bits[:, roles == -1], threshold)
            computed.add(tuple(out.tolist()))
    return len(computed)


def load(name):
    """Return what one of the page's data files holds."""
    path = Path(__file__).parents[2] / "docs" / "data" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def checksum():
    """Return nine digits that change with the data files behind the charts."""
    text = json.dumps([load(name) for name in DATA], sort_keys=True)
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10**9


def doubling(first, last, growth):
    """Return the months in which compute doubled, from one system to another."""
    days = (date.fromisoformat(last["date"]) - date.fromisoformat(first["date"])).days
    return days / 365.25 * 12 / log2(growth)


def figures(record):
    """Yield the charts: one from the measurements, two from the data files."""
    row = next(row for row in record["rows"] if row["framework"] == "pytorch")
    yield "mistakes", mistakes_chart(row["metrics"])
    yield "imagenet", imagenet_chart(load("imagenet"))
    yield "compute", compute_chart(load("compute"))


def mistakes_chart(metrics):
    figure, axis = draw_chart(width=6.4, height=2.9)
    passes = np.arange(1, SHOWN + 1)
    for name, colour, marker in (("xor", ORANGE, "s"), ("and", BLUE, "o")):
        runs = np.array(metrics[f"{name}_mistakes"]["runs"])
        axis.plot(passes, runs.T, color=colour, alpha=0.3, lw=0.8)
        mean = runs.mean(axis=0)
        axis.plot(passes, mean, color=colour, marker=marker, markersize=3.5)
        end = (passes[-1], mean[-1])
        axis.annotate(
            name.upper(),
            end,
            (6, -3),
            textcoords="offset points",
            color=colour,
            weight="bold",
        )
    axis.set(xlabel="passes over the four examples", ylabel="mistakes left")
    axis.set(xlim=(0.5, SHOWN + 2.5), ylim=(-0.15, 4.2), yticks=range(5))
    return figure


def imagenet_chart(data):
    figure, axis = draw_chart(width=7.2, height=3.6)
    labels = []
    for place, winner in enumerate(data["winners"]):
        designed = winner["kind"] == "designed features"
        axis.bar(place, winner["error"], 0.66, color=GREY if designed else BLUE)
        top = f"{winner['error']:.1f}"
        if winner["outside_data"]:
            axis.hlines(
                winner["outside_data"], place - 0.4, place + 0.4, color="black", lw=1.6
            )
        axis.text(place, winner["error"] + 0.5, top, ha="center", fontsize=8)
        labels.append(
            f"{winner['year']}\n" + winner["team"].split(" (")[-1].rstrip(")")
        )
    for place, person in enumerate(data["people"], start=len(labels) + 1):
        axis.bar(
            place, person["error"], 0.66, color="white", edgecolor=PURPLE, hatch="////"
        )
        axis.text(
            place,
            person["error"] + 0.5,
            f"{person['error']:.1f}",
            ha="center",
            fontsize=8,
        )
    ticks = [*range(len(labels)), len(labels) + 1, len(labels) + 2]
    people = [f"{person['who']}\n{person['labelled']:,}" for person in data["people"]]
    axis.set_xticks(ticks, labels + people, fontsize=6.5)
    axis.set(ylabel="top-5 error (%)", ylim=(0, 31))
    axis.text(0.5, 30.2, "designed features", color=GREY, ha="center", fontsize=8)
    axis.text(
        4, 18.2, "networks; a bar across: with outside data", color=BLUE, fontsize=8
    )
    axis.text(
        len(labels) + 1.5, 14.2, "two people", color=PURPLE, ha="center", fontsize=8
    )
    return figure


def compute_chart(data):
    figure, axis = draw_chart(width=7.2, height=4.4)
    for how, (name, colour, marker) in KINDS.items():
        chosen = [system for system in data["systems"] if system["how"] == how]
        flops = np.array([system["flop"] for system in chosen])
        ends = [
            [system["low"] for system in chosen],
            [system["high"] for system in chosen],
        ]
        bars = np.abs(np.array(ends) - flops)
        days = [date.fromisoformat(system["date"]) for system in chosen]
        axis.errorbar(
            days, flops, bars, fmt=marker, color=colour, ms=4.5, lw=1, label=name
        )
    for system in data["systems"]:
        place = date.fromisoformat(system["date"]), system["flop"]
        axis.annotate(
            system["system"],
            place,
            PLACES[system["system"]],
            textcoords="offset points",
            fontsize=7,
        )
    start = data["systems"][0]
    for trend, style in zip(data["trends"], ("--", ":")):
        ends = [date.fromisoformat(f"{trend[key]}-15") for key in ("from", "to")]
        months = (ends[1] - ends[0]).days / 365.25 * 12
        flops = [
            start["flop"],
            start["flop"] * 2 ** (months / trend["doubling_months"]),
        ]
        text = f"{trend['by']}: doubles in {trend['doubling_months']} months"
        axis.plot(ends, flops, style, color=GREY, lw=1.3, label=text)
    axis.set(yscale="log", ylim=(1e17, 3e27), ylabel="operations spent on training")
    axis.set_xlim(date(2011, 10, 1), date(2026, 12, 1))
    axis.legend(frameon=False, fontsize=7, loc="upper left")
    return figure


def table(record):
    """Return the rows of the results table: label, metric, format."""
    return [
        ("AND by error correction, passes until none is wrong", "and_passes", "{:.0f}"),
        (
            "XOR by error correction, fewest mistakes in 1,000 passes",
            "xor_least",
            "{:.0f}",
        ),
        (
            "Functions of two bits that the rule learns, of 16",
            "functions_learned",
            "{:.0f}",
        ),
        ("Functions that one gate of 1943 computes, of 16", "gate_functions", "{:.0f}"),
        ("AND by the delta rule, mistakes", "delta_mistakes", "{:.0f}"),
        (
            "… farthest weight from least squares, rate 0.1",
            "delta_distance[0]",
            "{:.3f}",
        ),
        (
            "… farthest weight from least squares, rate 0.01",
            "delta_distance[3]",
            "{:.3f}",
        ),
    ]
