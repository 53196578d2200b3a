"""Doubts about the lesson on history: its machines, its data files and its list of events."""

import importlib.util
import json
import re
from importlib import import_module
from itertools import product
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from browsing import PHONE, settle, until
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from test_browser import axe

from lessons.history import numpy as scratch
from lessons.history import record as experiment
from tools import bibliography, timeline
from tools.tables import check

ROOT = Path(__file__).parents[1]
PACKAGES = {"pytorch": "torch", "tensorflow": "tensorflow"}
BITS = np.array(list(product((0, 1), repeat=2)))
INPUTS = np.column_stack([np.ones(4), BITS])
AND = np.array([-1, -1, -1, 1])
XOR = np.array([-1, 1, 1, -1])


@pytest.fixture(params=PACKAGES)
def framework(request):
    if not importlib.util.find_spec(PACKAGES[request.param]):
        pytest.skip(f"{request.param} is not installed")
    return request.param


def lesson(framework):
    return import_module(f"lessons.history.{PACKAGES[framework]}")


def tensor(framework, array):
    package = import_module(PACKAGES[framework])
    array = np.asarray(array, dtype=float)
    return package.from_numpy(array) if framework == "pytorch" else package.constant(array)


# The gate of 1943 -------------------------------------------------------------------------------


@given(
    st.lists(st.integers(0, 1), max_size=5),
    st.lists(st.integers(0, 1), max_size=4),
    st.integers(0, 5),
)
def test_a_gate_counts_and_is_silenced_by_any_inhibition(excitatory, inhibitory, threshold):
    fires = scratch.gate(np.array(excitatory, int), np.array(inhibitory, int), threshold)
    assert fires == (sum(excitatory) >= threshold and not any(inhibitory))


def test_one_inhibitory_input_outweighs_any_number_of_excitatory_ones():
    """Absolute inhibition: a weighted sum, as the unit is often shown, would fire here."""
    assert scratch.gate(np.ones(9, int), np.array([0, 1]), threshold=1) == 0


def test_gates_in_two_layers_compute_xor_and_one_gate_does_not():
    a, b = BITS.T
    assert scratch.exclusive_or(a, b).tolist() == [0, 1, 1, 0]
    for roles in product(("e", "i", "-"), repeat=2):
        roles = np.array(roles)
        for threshold in range(4):
            out = scratch.gate(BITS[:, roles == "e"], BITS[:, roles == "i"], threshold)
            assert out.tolist() != [0, 1, 1, 0]


def test_bad_signals_are_named():
    with pytest.raises(ValueError, match=r"excitatory input \(1, 0\) is 2; use 0 or 1"):
        scratch.gate(np.array([[0, 1], [2, 0]]), np.zeros((2, 0)), threshold=1)
    with pytest.raises(ValueError, match=r"inhibitory input \(0,\) is 0.5"):
        scratch.gate(np.array([1]), np.array([0.5]), threshold=1)
    with pytest.raises(ValueError, match=r"threshold is 1.5; it has to be a whole number"):
        scratch.gate(np.array([1]), np.array([0]), threshold=1.5)


# Error correction -------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(2, 12))
def test_error_correction_stops_on_what_some_weights_solve(seed, size, count):
    """And within the bound: (largest input / margin) squared corrections."""
    random = np.random.default_rng(seed)
    answer = random.normal(size=size)
    answer /= np.linalg.norm(answer)
    inputs = random.normal(size=(count, size))
    inputs = inputs[np.abs(inputs @ answer) > 0.2]
    if not len(inputs):
        return
    targets = np.sign(inputs @ answer).astype(int)
    bound = (np.linalg.norm(inputs, axis=1).max() / np.abs(inputs @ answer).min()) ** 2
    tried = list(scratch.error_correction(inputs, targets, 10**4, random))
    assert scratch.mistakes(tried[-1], inputs, targets) == 0
    assert len(tried) <= bound + 1  # a pass without a correction ends it


def test_error_correction_changes_nothing_but_what_it_missed():
    """One example a pass: each step adds the target times the input, or nothing."""
    inputs, targets = np.array([[1.0, 2.0]]), np.array([-1])
    first, second = scratch.error_correction(inputs, targets, 9, np.random.default_rng(0))
    assert first.tolist() == [-1, -2] and second.tolist() == [-1, -2]


def test_error_correction_draws_a_new_order_for_each_pass():
    seen = []

    class Orders:
        def permutation(self, count):
            seen.append(count)
            return np.arange(count)[:: (-1) ** len(seen)]

    list(scratch.error_correction(INPUTS, XOR, 7, Orders()))
    assert seen == [4] * 7


def test_no_weights_solve_xor_and_some_solve_every_other_function_but_its_opposite():
    """A search over whole numbers, which suffices for AND, OR and their like."""
    grid = np.array(list(product(range(-3, 4), repeat=3)), float)
    solved = {tuple(np.sign(INPUTS @ w).astype(int)) for w in grid if (INPUTS @ w).all()}
    assert set(product((-1, 1), repeat=4)) - solved == {tuple(XOR), tuple(-XOR)}


def test_a_sum_of_zero_is_a_mistake():
    assert scratch.mistakes(np.zeros(3), INPUTS, AND) == 4
    assert scratch.mistakes(np.array([-3.0, 2, 2]), INPUTS, AND) == 0
    assert scratch.mistakes(np.array([3.0, -2, -2]), INPUTS, AND) == 4


@pytest.mark.parametrize("targets", [AND[:3], np.ones((4, 1)), np.array([-1, 1, 0, 1])])
def test_targets_that_do_not_fit_are_named(targets):
    expected = r"target 2 is 0; use -1 or \+1" if targets.shape == (4,) else r"need targets \(4,\)"
    for rule in (
        lambda: next(scratch.error_correction(INPUTS, targets, 1, np.random.default_rng(0))),
        lambda: scratch.delta_rule(INPUTS, targets, 0.1, 1, np.zeros(3)),
    ):
        with pytest.raises(ValueError, match=expected):
            rule()


# The delta rule ---------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.001, 0.5), st.sampled_from([-1.0, 1.0]))
def test_the_delta_rule_is_the_gradient_step_of_both_frameworks(seed, rate, target):
    random = np.random.default_rng(seed)
    weights, example = random.normal(size=(2, 4))
    ours = scratch.delta_rule(example[None], np.array([target]), rate, 1, weights)
    for framework in PACKAGES:
        if not importlib.util.find_spec(PACKAGES[framework]):
            continue
        given = [tensor(framework, array) for array in (weights, example)]
        for step in (lesson(framework).delta_step, lesson(framework).gradient_step):
            # atol: a weight near 0 is a difference of two near 1, which float64 gives to 1e-16
            theirs = np.asarray(step(*given, target, rate))
            np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-15)


def test_the_delta_rule_reaches_least_squares_where_no_error_is_left():
    """OR of a single input is linear: there the circle has no width."""
    inputs, targets = INPUTS[:2, [0, 2]], np.array([-1, 1])
    best = scratch.least_squares(inputs, targets)
    np.testing.assert_allclose(best, [-1, 2])
    found = scratch.delta_rule(inputs, targets, 0.3, 500, np.array([5.0, -4.0]))
    np.testing.assert_allclose(found, best, atol=1e-9)


def test_least_squares_equals_numpys():
    inputs, targets = np.random.default_rng(0).normal(size=(2, 9, 3))
    expected, *_ = np.linalg.lstsq(inputs, targets[:, 0], rcond=None)
    np.testing.assert_allclose(scratch.least_squares(inputs, targets[:, 0]), expected)


def test_a_rate_that_is_too_large_is_named(framework):
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=r"after pass \d+"):
        scratch.delta_rule(INPUTS, AND, 50.0, 1000, np.ones(3))
    module = lesson(framework)
    given = tensor(framework, INPUTS), tensor(framework, AND)
    with pytest.raises(FloatingPointError, match="try a smaller rate"):
        module.fit(module.gradient_step, *given, rate=50.0, passes=200)


# What the record says ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def record():
    return json.loads((ROOT / "docs/records/history.json").read_text(encoding="utf-8"))


@pytest.fixture
def recorded(record, framework):
    (row,) = (row for row in record["rows"] if row["framework"] == framework)
    assert len(row["seeds"]) >= 5
    return row["metrics"]


def test_and_is_learned_in_every_order_and_xor_in_none(recorded):
    assert recorded["and_least"]["high"] == 0 and recorded["and_passes"]["high"] < 30
    assert recorded["xor_least"]["low"] >= 1 and recorded["xor_passes"]["low"] == 1000
    assert recorded["functions_learned"]["runs"] == [14] * len(recorded["and_least"]["runs"])


def test_the_delta_rule_gets_closer_with_smaller_rates(recorded):
    distances = recorded["delta_distance"]
    assert recorded["delta_mistakes"]["high"] == 0
    assert recorded["delta_gap"]["high"] < 1e-9
    for large, small in zip(distances["low"], distances["high"][1:]):
        assert small < large
    assert distances["low"][-1] > 0.005  # it does not arrive


def test_one_seed_of_the_record_is_no_fiction(recorded, framework):
    seed = 17  # not among those recorded
    measured = dict(experiment.run(framework, seed, "cpu"))
    assert measured["functions_learned"] == 14 and measured["xor_least"] >= 1
    np.testing.assert_allclose(
        measured["delta_weights"], recorded["delta_weights"]["mean"], atol=0.02
    )


def test_the_record_is_as_new_as_the_data(recorded):
    for name, value in experiment.counted():
        assert recorded[name]["mean"] == pytest.approx(value, rel=1e-9), name
        assert recorded[name]["low"] == recorded[name]["high"]


def test_the_table_names_what_is_measured(record):
    check("history", experiment.table(record), record["rows"])


# The data files ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def events():
    return timeline.load(ROOT)


@pytest.fixture(scope="module")
def sources():
    return bibliography.read(ROOT / bibliography.FILE)


def test_the_timeline_is_well_formed_ordered_and_complete(events, sources):
    assert timeline.problems(events, set(sources)) == []
    assert len(events) >= 40


def test_the_page_shows_the_timeline_as_it_is(events):
    text = (ROOT / timeline.PAGE).read_text(encoding="utf-8")
    assert timeline.written(text, events) == text, "run python -m tools.timeline"


ASKED = """
R.U.R., Turing, draughts, chess, Logic Theorist, Georgetown, Dartmouth, perceptron, ADALINE, Minsky,
Lighthill, expert, Linnainmaa, Werbos, Rumelhart, cheque, Hochreiter, Vapnik, Long short-term,
Deep Blue, Deep belief, ImageNet, AlexNet, word2vec, adversarial, DeepFace, Atari, Residual,
AlphaGo, Neural translation, Face ID, Transformer, AlphaGo Zero, BERT, Turing Award, GPT-2, GPT-3,
AlphaFold 2, Diffusion, ChatGPT, GPT-4, Nobel"""


@pytest.mark.parametrize("word", re.split(r",\s+", ASKED.strip()))
def test_the_timeline_holds_every_event_that_was_asked_for(word, events):
    assert any(word in json.dumps(event, ensure_ascii=False) for event in events)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"date": "2099"}, "sort by date"),
        ({"date": "Mai 1990"}, "write 1986, 1986-10 or 1986-10-09"),
        ({"themes": ["weather"]}, "the theme 'weather' is none of"),
        ({"sources": ["nobody1900"]}, "the source nobody1900 is not in docs/references.bib"),
        ({"sources": []}, "has no theme or no source"),
        ({"what": "No full stop"}, "what is no sentence"),
        ({"people": [""]}, "write a list of names"),
        ({"checked": {"how": "remembered", "where": "?"}}, "say how (text, abstract, secondary)"),
    ],
)
def test_a_faulty_event_is_named(change, message, events, sources):
    planted = [*events[:9], events[9] | change, *events[10:]]
    assert any(message in line for line in timeline.problems(planted, set(sources)))
    assert timeline.problems(events[:39], set(sources)) == ["39 events; at least 40 are asked for"]
    assert timeline.problems([events[0], *events], set(sources))  # twice the same


def test_dates_are_spoken():
    assert [timeline.spoken(day) for day in ("1986", "1986-10", "1986-10-09")] == [
        "1986",
        "October 1986",
        "9 October 1986",
    ]


def test_the_charts_data_is_complete_and_has_sources(sources):
    imagenet, compute = experiment.load("imagenet"), experiment.load("compute")
    assert {*imagenet["sources"], *compute["sources"]} <= set(sources)
    assert [winner["year"] for winner in imagenet["winners"]] == list(range(2010, 2018))
    errors = [winner["error"] for winner in imagenet["winners"]]
    assert errors == sorted(errors, reverse=True)
    systems = compute["systems"]
    assert [system["date"] for system in systems] == sorted(s["date"] for s in systems)
    for system in systems:
        assert system["low"] < system["flop"] < system["high"]
        assert system["how"] in experiment.KINDS and system["source"] in sources
    assert all(trend["source"] in sources for trend in compute["trends"])


def test_numbers_told_in_words_are_those_of_the_data():
    """The page repeats some of the data files' numbers in its text."""
    text = (ROOT / "docs/history.md").read_text(encoding="utf-8")
    imagenet, compute = experiment.load("imagenet"), experiment.load("compute")
    for winner in imagenet["winners"]:
        assert f"{winner['error']:.1f}" in text
    for person in imagenet["people"]:
        assert f"{person['labelled']:,}" in text and f"{person['error']:.1f} %" in text
    for trend in compute["trends"]:
        assert f"{trend['doubling_months']} months" in text
    flops = {system["system"]: system["flop"] for system in compute["systems"]}
    assert (flops["AlexNet"], flops["AlphaGo Zero"]) == (4.7e17, 6.5e20)  # as in exercise 3
    assert compute["trends"][0]["growth"] == 300_000
    assert f"read {len(timeline.load(ROOT))} events" in text  # its description


# The list on the site ---------------------------------------------------------------------------


def test_the_site_lists_every_event_with_its_source(built_site, events):
    page = BeautifulSoup(Path(built_site, "history/index.html").read_text("utf-8"), "html.parser")
    items = [mark.find_parent("li") for mark in page.select("ol > li > .event")]
    assert len(items) == len(events)
    for item, event in zip(items, events):
        words = " ".join(item.get_text().split())
        assert event["title"] in words and event["what"].replace("'", "’")[:20] in words
        assert item.find("time")["datetime"] == event["date"]
        cited = [link["href"] for link in item.select("a.citation")]
        assert cited == [f"#source-{key}" for key in event["sources"]]
        assert item.find_parent("ol").find_previous_sibling("h3")["id"] == f"{event['date'][:3]}0s"


def opened(visit, **settings):
    """The lesson's page, once its last section is there: a busy machine counts too early."""
    page = visit("history/", **settings)
    page.locator("#sources").wait_for()
    if settings.get("java_script_enabled", True):
        page.locator(".timeline-filter").wait_for()
    return page


def shown(page):
    return page.locator("li:has(> .event):visible").count()


@pytest.mark.browser
def test_events_are_chosen_by_theme_and_decade(visit, events):
    page = opened(visit)
    status = page.locator(".timeline-filter [role=status]")
    assert shown(page) == len(events)
    assert status.text_content() == f"{len(events)} of {len(events)} events"
    games = [event for event in events if "games" in event["themes"]]
    button = page.get_by_role("button", name=re.compile("^Games"))
    assert button.text_content() == f"Games {len(games)}"
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert shown(page) == len(games)
    assert page.locator("h3[id='1940s']").is_hidden()
    decade = page.get_by_role("button", name=re.compile("^2010s"))
    expected = [event for event in games if event["date"].startswith("201")]
    assert decade.text_content() == f"2010s {len(expected)}"
    decade.click()
    assert shown(page) == len(expected) == int(status.text_content().split()[0])
    assert unquote(page.url).endswith("#timeline=games,2010s")
    page.reload()
    settle(page)
    assert shown(page) == len(expected)
    page.get_by_role("button", name="Show all").click()
    assert shown(page) == len(events) and "#" not in page.url


@pytest.mark.browser
def test_the_filter_answers_the_keyboard_and_links_to_hidden_decades(visit, events):
    page = opened(visit)
    button = page.get_by_role("button", name=re.compile("^Games"))
    button.focus()
    page.keyboard.press("Space")
    assert shown(page) < len(events)
    page.locator(".md-nav a[href$='#1940s']").first.evaluate("link => link.click()")
    until(page, lambda: shown(page) == len(events))


@pytest.mark.browser
def test_the_filter_comes_back_after_instant_navigation(visit, events):
    page = opened(visit)
    page.locator(".md-nav--primary a[href$='convolutions/']").first.evaluate("link => link.click()")
    page.wait_for_url("**/convolutions/")
    page.go_back()
    page.wait_for_url("**/history/**")
    page.locator(".timeline-filter").wait_for()
    assert page.locator(".timeline-filter").count() == 1
    page.get_by_role("button", name=re.compile("^Games")).click()
    assert 0 < shown(page) < len(events)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_events_are_chosen(visit, scheme):
    page = opened(visit, color_scheme=scheme, viewport=PHONE)
    page.get_by_role("button", name=re.compile("^Vision")).click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.browser
def test_the_list_is_complete_without_scripts(visit, events):
    page = opened(visit, java_script_enabled=False)
    assert page.locator("li > .event").count() == len(events)
    assert page.locator(".timeline-filter").count() == 0
    assert page.locator("h3[id='1980s']").is_visible()


def test_script_and_page_name_the_same_themes():
    script = (ROOT / "docs/assets/javascripts/timeline.js").read_text(encoding="utf-8")
    labels = dict(re.findall(r'(\w+): "([A-Z][a-z ]+)"', script))
    assert labels == {name: label.capitalize() for name, label in timeline.THEMES.items()}
