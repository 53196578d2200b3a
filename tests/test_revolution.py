"""Doubts about the lesson on why now: its counts, its clocks and its claims."""

import importlib.util
import json
import re
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.backpropagation import numpy as engine
from lessons.revolution import numpy as counts
from lessons.revolution import record as experiment
from tools import bibliography

ROOT = Path(__file__).parents[1]
PACKAGES = {"pytorch": "torch", "tensorflow": "tensorflow"}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
SIZES = st.lists(st.integers(1, 9), min_size=2, max_size=5)


@pytest.fixture(params=PACKAGES)
def framework(request):
    if not importlib.util.find_spec(PACKAGES[request.param]):
        pytest.skip(f"{request.param} is not installed")
    return request.param


@pytest.fixture
def lesson(framework):
    return import_module(f"lessons.revolution.{PACKAGES[framework]}")


def tensor(framework, array):
    package = import_module(PACKAGES[framework])
    return package.from_numpy(array) if framework == "pytorch" else package.constant(array)


def host(values):
    return values.detach().cpu().numpy() if hasattr(values, "detach") else np.asarray(values)


# The arithmetic of the slides -------------------------------------------------------------------


def test_the_divisions_of_the_slides():
    assert round(counts.years(300_000)) == 821
    assert round(733 / 27, 1) == 27.1


def test_compute_spent_is_chips_times_speed_times_time():
    assert counts.more_chips(compute=300, longer=5, faster=6) == pytest.approx(10)
    assert counts.growth(months=24, doubling_months=24) == 2
    assert counts.growth(months=0, doubling_months=24) == 1
    assert counts.growth(months=84, doubling_months=24) == pytest.approx(11.3, abs=0.05)


def test_hernandez_and_brown_agree_with_themselves():
    """44 times in 7 years is a halving about every 16 months, as they say."""
    assert 84 / np.log2(44) == pytest.approx(16, abs=1)


# Products and what they cost --------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_the_product_by_hand_is_the_product(n, k, m, seed):
    random = np.random.default_rng(seed)
    left, right = random.normal(size=(n, k)), random.normal(size=(k, m))
    np.testing.assert_allclose(counts.product_by_hand(left, right), left @ right, atol=1e-12)


def test_shapes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"\(2, 3\) times \(2, 4\): the 3 columns .* the 2 rows"):
        counts.product_by_hand(np.ones((2, 3)), np.ones((2, 4)))


def test_a_product_moves_each_matrix_once():
    operations, moved = counts.product_cost(2, 3, 5, width=8)
    assert operations == 2 * 30
    assert moved == np.ones((2, 3)).nbytes + np.ones((3, 5)).nbytes + np.ones((2, 5)).nbytes


@settings(max_examples=20, deadline=None)
@given(SIZES, st.integers(1, 5))
def test_operations_are_those_that_pytorch_counts(sizes, batch):
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    lesson = import_module("lessons.revolution.torch")
    parameters = lesson.make_parameters(sizes)
    labels = torch.zeros(batch, dtype=torch.int64)
    with FlopCounterMode(display=False) as counter:
        lesson.training_step(parameters, torch.rand(batch, sizes[0]), labels)
    assert counts.step_cost(sizes, batch)[0] == counter.get_total_flops()


@pytest.mark.parametrize("sizes", [(7, 3), (7, 5, 3), (6, 8, 4, 3)])
def test_operations_are_those_of_tensorflows_graph(sizes):
    tf = pytest.importorskip("tensorflow")
    lesson = import_module("lessons.revolution.tensorflow")
    parameters = lesson.make_parameters(sizes)
    pixels, labels = tf.zeros((4, sizes[0])), tf.zeros(4, tf.int32)
    step = tf.function(lesson.training_step)
    graph = step.get_concrete_function(parameters, pixels, labels).graph
    operations = 0
    for op in graph.get_operations():
        if op.type == "MatMul":
            inner = op.inputs[0].shape[0 if op.get_attr("transpose_a") else 1]
            operations += 2 * inner * int(np.prod(op.outputs[0].shape))
    assert counts.step_cost(sizes, 4)[0] == operations


@given(SIZES, st.integers(1, 9), st.sampled_from([2, 4, 8]))
def test_bytes_of_a_step_are_all_matrices_of_its_products_and_the_update(sizes, batch, width):
    numbers = 0
    for layer, (n, m) in enumerate(pairwise(sizes)):
        inputs, weights, scores = batch * n, n * m, batch * m
        forwards = inputs + weights + scores
        numbers += forwards * (2 if layer == 0 else 3)  # the same three in each product
        numbers += 3 * weights
    assert counts.step_cost(sizes, batch, width)[1] == width * numbers


def test_intensity_grows_with_the_batch_and_levels_off():
    cost = [counts.step_cost((784, 2048, 2048, 10), 4**power) for power in range(12)]
    intensity = [operations / moved for operations, moved in cost]
    assert intensity == sorted(intensity)
    assert intensity[0] < 0.25 and intensity[-1] / intensity[-2] < 1.01


# Limits -----------------------------------------------------------------------------------------


@given(st.floats(1e-3, 1e6), st.floats(1e3, 1e15), st.floats(1e3, 1e13))
def test_the_roof_is_the_lesser_limit(intensity, peak, bandwidth):
    limit = counts.roof(intensity, peak, bandwidth)
    assert limit <= peak and limit <= intensity * bandwidth * (1 + 1e-12)
    assert limit == peak or limit == pytest.approx(intensity * bandwidth)


def test_a_machine_without_limits_is_refused():
    with pytest.raises(ValueError, match="peak 0 and bandwidth 1 should both be positive"):
        counts.roof(1, 0, 1)


def test_the_peak_of_a_chip():
    assert counts.chip_peak(cores=1, gigahertz=1, lanes=1, units=1) == 2e9
    assert counts.chip_peak(cores=2, gigahertz=2.6, lanes=16, units=2) == pytest.approx(332.8e9)


@given(st.floats(0, 1), st.integers(1, 10**6))
def test_workers_gain_no_more_than_what_can_be_shared(share, workers):
    gain = counts.parallel_speedup(share, workers)
    assert 1 - 1e-9 <= gain <= workers * (1 + 1e-9)
    assert gain * (1 - share) <= 1 + 1e-9
    assert counts.parallel_speedup(1, workers) == pytest.approx(workers)


@pytest.mark.parametrize(("share", "workers"), [(1.2, 2), (-0.1, 2), (0.5, 0)])
def test_a_share_or_a_number_of_workers_out_of_range_is_refused(share, workers):
    with pytest.raises(ValueError, match=f"share {share} and workers {workers}"):
        counts.parallel_speedup(share, workers)


# Clocks -----------------------------------------------------------------------------------------


@pytest.fixture
def clock(lesson, monkeypatch):
    """Every function takes two seconds; what it returned is kept."""
    returned = []

    def fastest(functions, seconds=0.5):
        returned.extend(function() for function in functions)
        return [2.0] * len(functions)

    monkeypatch.setattr(lesson, "fastest", fastest)
    return returned


def test_speeds_are_work_by_seconds(framework, lesson, clock):
    assert lesson.product_speed(10, device=CPU[framework]) == 2 * 10**3 / 2
    assert 0 < clock.pop() < 10  # a sum of ten products of numbers below 1
    assert lesson.reading_speed(megabytes=2, device=CPU[framework]) == 2 * 2**20 / 2
    assert clock.pop() == 2 * 2**18  # ones were added up, and none left out


@pytest.mark.parametrize("precision", ["float64", "float32", "bfloat16"])
def test_products_have_the_precision_asked_for(framework, lesson, clock, monkeypatch, precision):
    kinds = []
    monkeypatch.setattr(lesson, "finish", lambda product: kinds.append(str(product.dtype)))
    lesson.product_speed(4, precision, CPU[framework])
    assert len(kinds) == 1 and precision in kinds[0]


def test_a_timed_step_is_a_training_step(framework, lesson, clock, monkeypatch):
    made = []
    make = lesson.make_parameters
    monkeypatch.setattr(
        lesson, "make_parameters", lambda *given: made.append(make(*given)) or made[-1]
    )
    seen = []
    monkeypatch.setattr(lesson, "finish", lambda value: seen.append(host(value).copy()))
    assert lesson.step_seconds((6, 5, 3), 4, device=CPU[framework]) == 2.0
    losses, weights = seen[0::2], seen[1::2]
    assert len(losses) == 2 and losses[1] < losses[0]
    assert np.abs(weights[1] - weights[0]).max() > 0  # waited for, and changed


@pytest.mark.parametrize("precision", ["float64", "float32", "bfloat16"])
def test_parameters_have_the_precision_and_hes_variance(framework, lesson, precision):
    import_module(f"lessons.{PACKAGES[framework]}").set_seed(0)
    weights, biases, *_ = lesson.make_parameters((400, 300, 7), precision)
    assert precision in str(weights.dtype)
    assert tuple(weights.shape) == (400, 300) and tuple(biases.shape) == (300,)
    package = import_module(PACKAGES[framework])
    wide = weights.double() if framework == "pytorch" else package.cast(weights, "float64")
    assert host(wide).var() == pytest.approx(2 / 400, rel=0.03)


def test_steps_are_those_of_the_engine(framework, lesson):
    """Same weights, same batches: the losses of the from-scratch engine, in float64."""
    random = np.random.default_rng(0)
    arrays = engine.initial_parameters((784, 6, 5, 10), 0)
    batches = [(random.random((4, 784)), random.integers(0, 10, 4)) for _ in range(3)]
    ours = list(engine.engine_train([array.copy() for array in arrays], batches, 0.1))
    parameters = lesson.make_parameters((784, 6, 5, 10), "float64")
    for parameter, array in zip(parameters, arrays):
        if framework == "pytorch":
            parameter.data.copy_(tensor(framework, array))
        else:
            parameter.assign(array)
    theirs = [
        float(lesson.training_step(parameters, *(tensor(framework, a) for a in batch), rate=0.1))
        for batch in batches
    ]
    np.testing.assert_allclose(theirs, ours, rtol=1e-10)


def test_passes_are_counted_until_the_goal(lesson, monkeypatch):
    scores = iter([0.2, 0.89, 0.9, 0.1])
    seen = []

    def train(network, images, labels, optimizer, rates):
        seen.append(rates)
        yield from [1.0] * (len(rates) * 50 // len(images))

    monkeypatch.setattr(lesson, "train", train)
    monkeypatch.setattr(lesson, "accuracy", lambda *given: next(scores))
    data = np.ones((100, 196)), np.ones(100)
    assert lesson.passes_until(0.9, None, None, 0.3, data, data) == 3
    assert len(seen[0]) == 60 * 2 and set(seen[0]) == {np.float32(0.3)}
    monkeypatch.setattr(lesson, "accuracy", lambda *given: 0.5)
    with pytest.raises(RuntimeError, match=r"accuracy of 0.9 was not reached in 4 passes"):
        lesson.passes_until(0.9, None, None, 0.3, data, data, most=4)


# Data -------------------------------------------------------------------------------------------


def test_data_sets_have_sources_and_the_page_has_their_sizes():
    data = experiment.load("datasets")["sets"]
    entries = bibliography.parse((ROOT / "docs/references.bib").read_text(encoding="utf-8"))
    assert [each["year"] for each in data] == sorted(each["year"] for each in data)
    assert {each["source"] for each in data} <= set(entries)
    code = (ROOT / "snippets/revolution_numpy.py").read_text(encoding="utf-8")
    (shown,) = re.findall(r"sets = \{(.*)\}", code)
    pairs = [pair.split(": ") for pair in shown.split(", ")]
    assert {int(year): float(size) for year, size in pairs} == {
        each["year"]: each["examples"] for each in data
    }


def test_the_page_divides_what_history_charts():
    systems = {each["system"]: each["flop"] for each in experiment.load("compute")["systems"]}
    code = (ROOT / "snippets/revolution_numpy.py").read_text(encoding="utf-8")
    (zero, alexnet) = re.search(r"([\d.e]+) / ([\d.e]+)\)\):", code).groups()
    assert float(zero) == systems["AlphaGo Zero"] and float(alexnet) == systems["AlexNet"]
    metrics = dict(experiment.slides())
    assert metrics["compute_factor"] == pytest.approx(1383, abs=0.5)
    assert metrics["alexnet_years"] == pytest.approx([4517, 20.8], rel=0.01)


# The record -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows():
    path = ROOT / "docs/records/revolution.json"
    if not path.exists():
        pytest.skip("the lesson has not been recorded; run make record LESSON=revolution")
    return json.loads(path.read_text(encoding="utf-8"))["rows"]


@pytest.fixture(params=PACKAGES)
def metrics(request, rows):
    """The runs of each metric on the CPU, one for each seed."""
    (row,) = (r for r in rows if (r["framework"], r["device"]) == (request.param, "cpu"))
    assert len(row["seeds"]) >= 5
    return {name: np.array(metric["runs"]) for name, metric in row["metrics"].items()}


def test_a_product_in_loops_is_thousands_of_times_slower(metrics):
    assert (1e3 * metrics["peak"] / metrics["hand_speed"] > 1000).all()


def test_large_batches_are_quicker_for_the_same_operations(metrics):
    assert (metrics["batch_gain"] > 3).all()
    assert (np.diff(metrics["epoch_seconds"][:, :4]) < 0).all()  # batches of 1, 4, 16, 64


def test_no_step_is_far_above_the_roof(metrics):
    for place, intensity in enumerate(metrics["step_intensity"].T):
        limit = counts.roof(intensity[0], metrics["peak"].max(), metrics["bandwidth"].max())
        assert (metrics["step_speeds"][:, place] < 2 * limit).all()


def test_fewer_bits_are_quicker_and_more_threads_too(metrics):
    assert (metrics["precision_gains"][:, 0] < 0.8).all()
    assert np.median(metrics["thread_gain"]) > 1.2


def test_a_step_in_bfloat16_gains_about_what_its_products_gain(metrics):
    products, steps = metrics["precision_gains"][:, 2], metrics["bfloat16_step_gain"]
    assert steps.mean() / products.mean() == pytest.approx(1, abs=0.15)


def test_the_new_recipe_gains_more_the_deeper_the_network(metrics):
    old, new = metrics["sigmoid_sgd_passes"], metrics["relu_adam_passes"]
    assert (old.mean(axis=0) > new.mean(axis=0)).all() and (old[:, 1] > new[:, 1]).all()
    assert old.mean(axis=0)[1] / new.mean(axis=0)[1] > old.mean(axis=0)[0] / new.mean(axis=0)[0]
    assert (old[:, 1] > metrics["relu_sgd_passes"][:, 1]).all()
    assert (metrics["sigmoid_sgd_passes"] <= experiment.MOST).all()


def test_the_chip_is_not_beaten_by_much(metrics):
    """A chip may run faster than the clock that it names, but not twice as fast."""
    known = metrics["chip_peak"] > 0
    assert (metrics["peak"][known] < 2 * metrics["chip_peak"][known]).all()


# A GPU ------------------------------------------------------------------------------------------


@pytest.mark.gpu
def test_a_gpu_is_faster_at_large_products_and_trains_alike(framework, lesson, record_property):
    device = import_module(f"lessons.{PACKAGES[framework]}").choose_device()
    if "cpu" in str(device).lower():
        pytest.skip(f"{framework} sees no GPU here")
    gpu, cpu = (lesson.product_speed(2048, device=each) for each in (device, CPU[framework]))
    record_property("gpu", gpu)
    print(f"{framework}: {gpu / 1e9:,.0f} on the GPU, {cpu / 1e9:,.0f} on the CPU")
    assert gpu > 2 * cpu
    one, many = (lesson.step_seconds(experiment.SIZES, b, device=device) for b in (1, 256))
    assert many < 256 * one / 20  # a batch of 256 takes far less than 256 batches of 1
