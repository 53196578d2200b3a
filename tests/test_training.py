"""Doubts about the lesson on training."""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from itertools import chain
from pathlib import Path

import frameworks
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessons.data import load_digits
from lessons.training import checkpoint, losses, stopping
from lessons.training import numpy as scratch
from tools.bands import MARGIN

ROOT = Path(__file__).parents[1]
SIZES = (784, 16, 16, 10)
# A loss in NumPy, the one of the same meaning in the frameworks' modules.
LOSSES = {
    "cross_entropy": "class_loss",
    "mean_squared_error": "squared_loss",
    "probability_error": "softmax_squared_loss",
}


def need(framework):
    """Skip where a framework is not installed; return its lesson and its basics."""
    modules = "lessons.training.{}", "lessons.{}"
    return frameworks.need(framework, *modules)


@pytest.fixture(scope="module")
def digits():
    images, labels, test_images, test_labels = load_digits()
    return images.reshape(-1, 784), labels, test_images.reshape(-1, 784), test_labels


def start(seed=0, sizes=SIZES):
    return scratch.initial_parameters(sizes, np.random.default_rng(seed))


def twin(framework, parameters):
    """The framework's network with these parameters."""
    lesson = need(framework)[0]
    sizes = [len(parameters[0]), *(len(bias) for bias in parameters[1::2])]
    network = lesson.dense_network(tuple(sizes))
    lesson.set_parameters(network, parameters)
    return network


def host(tensor):
    return tensor.detach().numpy() if hasattr(tensor, "detach") else tensor.numpy()


# The losses -------------------------------------------------------------------------------------


def theirs(framework, name, scores, labels):
    """The loss and its gradient by the scores, as a framework computes them in float64."""
    function = getattr(need(framework)[0], LOSSES[name])
    if framework == "pytorch":
        import torch

        scores = torch.tensor(scores, requires_grad=True)
        loss = function(scores, torch.tensor(labels))
        loss.backward()
        return loss.item(), scores.grad.numpy()
    import tensorflow as tf

    scores = tf.Variable(scores)
    with tf.GradientTape() as tape:
        loss = function(scores, tf.constant(labels))
    return float(loss), tape.gradient(loss, scores).numpy()


@pytest.mark.parametrize("name", LOSSES)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**6), batch=st.integers(1, 6), classes=st.integers(2, 12))
def test_losses_and_gradients_equal_the_frameworks(framework, name, seed, batch, classes):
    random = np.random.default_rng(seed)
    scores = random.normal(0, 10 ** random.uniform(-2, 2), (batch, classes))
    labels = random.integers(0, classes, batch)
    loss, gradient = getattr(losses, name)(scores, labels)
    expected, slope = theirs(framework, name, scores, labels)
    assert loss == pytest.approx(expected, rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(gradient, slope, rtol=1e-6, atol=1e-12)


def test_cross_entropy_slope_is_softmax_minus_one_hot_and_bears_large_scores():
    scores = np.array([[1000.0, -1000.0, 0.0]])
    loss, gradient = losses.cross_entropy(scores, np.array([1]))
    assert loss == 2000 and gradient.tolist() == [[1, -1, 0]]
    assert losses.softmax(scores).tolist() == [[1, 0, 0]]


def test_slope_of_the_squared_error_is_the_formula_on_the_page():
    """2/N times the sum of (f - y) df/dθ, for one layer whose df/dθ is known."""
    random = np.random.default_rng(0)
    pixels, weights = random.normal(size=(5, 4)), random.normal(size=(4, 3))
    labels, wanted = np.array([0, 2, 1, 1, 0]), np.eye(3)[[0, 2, 1, 1, 0]]
    gradient = losses.mean_squared_error(pixels @ weights, labels)[1]
    ours = scratch.backward([weights, np.zeros(3)], [pixels], gradient)[0]
    for i in range(4):
        for k in range(3):
            change = np.zeros((5, 3))
            change[:, k] = pixels[:, i]  # df/dθ for θ = weights[i, k]
            by_hand = 2 / 15 * np.sum((pixels @ weights - wanted) * change)
            assert ours[i, k] == pytest.approx(by_hand)


def test_a_label_out_of_range_is_named_with_its_place():
    scores = np.zeros((3, 10))
    for label in (10, -1):
        with pytest.raises(ValueError, match=rf"labels\[2\] is {label}; the classes are 0 to 9"):
            losses.cross_entropy(scores, np.array([0, 9, label]))


def test_evaluate_counts_the_highest_scores():
    scores = np.log([[0.7, 0.3], [0.4, 0.6], [0.9, 0.1]])
    loss, share = losses.evaluate(scores, np.array([0, 0, 0]))
    assert loss == pytest.approx(-np.mean(np.log([0.7, 0.4, 0.9])))
    assert share == pytest.approx(2 / 3)


# The network and its gradient -------------------------------------------------------------------


def test_13002_parameters_are_counted(framework):
    basics = need(framework)[1]
    assert sum(parameter.size for parameter in start()) == 13_002
    assert 784 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10 == 13_002
    assert basics.count_parameters(twin(framework, start())) == 13_002


def test_initial_weights_have_the_variance_that_is_promised():
    weights = start(sizes=(500, 400, 10))
    assert weights[0].var() == pytest.approx(2 / 500, rel=0.02)
    assert not weights[1].any() and weights[0].dtype == np.float32


@pytest.mark.parametrize("name", LOSSES)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 6), min_size=2, max_size=5))
@settings(max_examples=25, deadline=None)
def test_backward_equals_finite_differences(name, seed, sizes):
    random = np.random.default_rng(seed)
    sizes = [*sizes[:-1], sizes[-1] + 1]
    parameters = [p.astype(float) for p in scratch.initial_parameters(sizes, random)]
    for bias in parameters[1::2]:
        bias += random.normal(size=bias.shape)
    pixels, labels = random.normal(size=(4, sizes[0])), random.integers(0, sizes[-1], 4)
    loss_function = getattr(losses, name)

    def loss():
        return loss_function(scratch.forward(parameters, pixels)[1], labels)[0]

    entering, scores = scratch.forward(parameters, pixels)
    gradients = scratch.backward(parameters, entering, loss_function(scores, labels)[1])
    for parameter, gradient in zip(parameters, gradients, strict=True):
        assert gradient.shape == parameter.shape
        place = tuple(int(random.integers(size)) for size in parameter.shape)
        before = parameter.copy()
        slope = scratch.numerical_slope(loss, parameter, place)
        assert np.array_equal(parameter, before)
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-7)


def test_negative_pixels_enter_as_they_are(framework):
    pixels = np.random.default_rng(1).normal(size=(5, 784)).astype(np.float32)
    expected = scratch.forward(start(), pixels)[1]
    scores = need(framework)[0].compute_scores(twin(framework, start()), pixels)
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-5)


def test_parameters_come_back_as_they_went_in_and_as_copies(framework):
    lesson = need(framework)[0]
    network = twin(framework, start())
    copies = lesson.get_parameters(network)
    assert all(map(np.array_equal, copies, start()))
    copies[0][:] = 0
    assert np.array_equal(lesson.get_parameters(network)[0], start()[0])


@pytest.mark.parametrize("shape", [(4, 783), (784,), (4, 28, 28)])
def test_pixels_that_do_not_fit_are_named_with_both_shapes(shape):
    import re

    message = re.escape(f"pixels {shape} do not fit weights (784, 16)")
    with pytest.raises(ValueError, match=message):
        scratch.forward(start(), np.zeros(shape, np.float32))


# The loop ---------------------------------------------------------------------------------------


def test_each_epoch_takes_each_example_once_in_a_new_order():
    seen = []

    def step(pixels, labels):
        assert np.array_equal(pixels[:, 0], labels)
        seen.append(labels.tolist())
        return 1.0

    pixels = np.arange(23)[:, np.newaxis]
    given_losses = list(
        scratch.train(step, pixels, np.arange(23), np.random.default_rng(0), 2, batch_size=5)
    )
    assert [len(batch) for batch in seen] == [5, 5, 5, 5, 3] * 2
    assert given_losses == [1.0] * 10
    first, second = ([*chain(*batches)] for batches in (seen[:5], seen[5:]))
    assert sorted(first) == sorted(second) == list(range(23))
    assert first != second and first != list(range(23))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_is_named_with_its_step(bad):
    numbers = iter([1.0] * 7 + [bad])
    losses_of = scratch.train(
        lambda pixels, labels: next(numbers),
        np.zeros((20, 1)),
        np.zeros(20),
        np.random.default_rng(0),
        epochs=3,
        batch_size=5,
    )
    with pytest.raises(FloatingPointError, match=rf"{bad} in epoch 1, step 3; try a smaller"):
        list(losses_of)


def test_too_large_a_rate_is_named_in_each_framework(framework, digits):
    lesson = need(framework)[0]
    network = twin(framework, start())
    step = lesson.training_step(network, lesson.gradient_descent(network, 1e30))
    with pytest.raises(FloatingPointError, match=r"in epoch 0, step \d+; try a smaller"):
        list(scratch.train(step, digits[0][:500], digits[1][:500], np.random.default_rng(0), 1))


def test_pictures_without_labels_are_refused(digits):
    with pytest.raises(ValueError, match="there are 20 pictures and 19 labels"):
        next(scratch.train(None, digits[0][:20], digits[1][:19], np.random.default_rng(0), 1))


def losses_of_loop(framework, loop, digits, seed=1, rate=0.1):
    """The losses of an epoch over 3,000 digits, and the parameters at its end."""
    data = digits[0][:3000], digits[1][:3000]
    random = np.random.default_rng(seed)
    if framework == "numpy":
        parameters = start()
        step = scratch.descent_step(parameters, rate)
        return np.array(list(scratch.train(step, *data, random, 1))), parameters
    lesson = need(framework)[0]
    network = twin(framework, start())
    optimizer = lesson.gradient_descent(network, rate)
    if loop == "fit":
        found = list(lesson.fit(network, optimizer, *data, random, 1))
    else:
        step = lesson.training_step(network, optimizer)
        found = list(scratch.train(step, *data, random, 1))
    return np.array(found), lesson.get_parameters(network)


@pytest.mark.parametrize("loop", ["train", "fit"])
def test_all_loops_give_the_same_losses_over_an_epoch(framework, loop, digits):
    expected, parameters = losses_of_loop("numpy", loop, digits)
    found, ends = losses_of_loop(framework, loop, digits)
    assert len(found) == 60 and found[-10:].mean() < 0.6 * found[0]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    for end, parameter in zip(ends, parameters, strict=True):
        np.testing.assert_allclose(end, parameter, atol=1e-5)


def test_another_order_gives_other_losses(digits):
    """Without this, the test above would pass for loops that are deaf to the order."""
    first, other = (losses_of_loop("numpy", "train", digits, seed)[0] for seed in (1, 2))
    assert np.abs(first / other - 1).max() > 0.05


@pytest.mark.parametrize("name", LOSSES)
def test_steps_agree_for_each_loss_and_a_small_last_batch(framework, name, digits):
    lesson, parameters = need(framework)[0], start()
    data = digits[0][:130], digits[1][:130]
    step = scratch.descent_step(parameters, 0.2, getattr(losses, name))
    expected = list(scratch.train(step, *data, np.random.default_rng(0), 2))
    network = twin(framework, start())
    optimizer = lesson.gradient_descent(network, 0.2)
    step = lesson.training_step(network, optimizer, getattr(lesson, LOSSES[name]))
    found = list(scratch.train(step, *data, np.random.default_rng(0), 2))
    assert len(found) == 6
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_weight_decay_is_the_step_on_the_page(framework, digits):
    """θ - η (gradient + λ θ), for weights and biases alike."""
    lesson, data = need(framework)[0], (digits[0][:50], digits[1][:50])
    parameters = start()
    for bias in parameters[1::2]:
        bias += 0.5
    network = twin(framework, parameters)
    lesson.training_step(network, lesson.gradient_descent(network, 0.1, 0.3))(*data)
    entering, scores = scratch.forward(parameters, data[0])
    slopes = scratch.backward(parameters, entering, losses.cross_entropy(scores, data[1])[1])
    for end, parameter, slope in zip(
        lesson.get_parameters(network), parameters, slopes, strict=True
    ):
        np.testing.assert_allclose(end, parameter - 0.1 * (slope + 0.3 * parameter), atol=1e-6)


def test_a_large_rate_kills_every_unit_and_nothing_says_so(digits):
    """The page's silent failure: no error, a loss near log 10, one answer for all."""
    parameters = start()
    step = scratch.descent_step(parameters, 3.0)
    data = digits[0][:3000], digits[1][:3000]
    found = list(scratch.train(step, *data, np.random.default_rng(1), 2))
    entering, scores = scratch.forward(parameters, digits[0][3000:])
    assert not (entering[2] > 0).any()
    assert found[-1] == pytest.approx(np.log(10), abs=0.15)
    assert len(set(scores.argmax(axis=1))) == 1


# Stopping early ---------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.integers(1, 5))
def test_training_stops_when_patience_ends_and_keeps_the_best(values, patience):
    done, asked = [], iter(values)
    found, best = stopping.train_watched(
        train_epoch=lambda: done.append(1),
        validate=lambda: next(asked),
        keep=lambda: len(done),
        epochs=len(values),
        patience=patience,
    )
    assert found == values[: len(found)] and len(done) == len(found)
    assert values[best - 1] == min(found)
    ends = [n for n in range(1, len(values) + 1) if n - 1 - np.argmin(values[:n]) >= patience]
    assert len(found) == min([*ends, len(values)])


# Checkpoints ------------------------------------------------------------------------------------


def advanced(seed=0):
    random = np.random.default_rng(seed)
    random.permutation(100)
    return random


def test_a_checkpoint_gives_back_all_that_went_in(tmp_path):
    path, random = tmp_path / "run.checkpoint", advanced()
    checkpoint.save_checkpoint(path, b"weights", random, 7)
    other = np.random.default_rng(5)
    assert checkpoint.load_checkpoint(path, other) == (b"weights", 7)
    assert np.array_equal(other.permutation(50), random.permutation(50))
    assert [each.name for each in tmp_path.iterdir()] == ["run.checkpoint"]


def test_a_death_while_writing_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "run.checkpoint"
    checkpoint.save_checkpoint(path, b"old", advanced(), 1)

    def die(file):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", die)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save_checkpoint(path, b"new" * 1000, advanced(), 2)
    assert checkpoint.load_checkpoint(path, advanced()) == (b"old", 1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoint") / "run.checkpoint"
    checkpoint.save_checkpoint(path, bytes(range(256)) * 4, advanced(), 3)
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_cut_checkpoint_is_one_clear_error(whole, share):
    content, cut = whole.read_bytes(), whole.with_name("cut.checkpoint")
    cut.write_bytes(content[: int(share * len(content))])
    with pytest.raises(checkpoint.CheckpointError, match=r"cut.checkpoint is not a whole") as error:
        checkpoint.load_checkpoint(cut, advanced())
    assert "delete it to start again" in str(error.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_flipped_bit_never_passes_for_another_state(whole, place, bit):
    content = bytearray(whole.read_bytes())
    content[place % len(content)] ^= 1 << bit
    bad, random = whole.with_name("bad.checkpoint"), np.random.default_rng(9)
    bad.write_bytes(content)
    try:
        found = checkpoint.load_checkpoint(bad, random)
    except checkpoint.CheckpointError:
        return
    assert found == (bytes(range(256)) * 4, 3)  # a bit of a date, say
    assert np.array_equal(random.permutation(50), advanced().permutation(50))


def adam(framework, network):
    if framework == "pytorch":
        import torch

        return torch.optim.Adam(network.parameters(), lr=0.002)
    import keras

    return keras.optimizers.Adam(0.002)


def test_state_goes_back_to_the_bit_and_only_into_the_same_network(framework, digits):
    lesson, data = need(framework)[0], (digits[0][:200], digits[1][:200])
    ends, state = [], None
    for again in (False, True):
        network = twin(framework, start())
        optimizer = adam(framework, network)
        step = lesson.training_step(network, optimizer)
        if again:
            lesson.unpack_state(network, optimizer, state)
        else:
            list(scratch.train(step, *data, np.random.default_rng(0), 2))
            state = lesson.pack_state(network, optimizer)
        list(scratch.train(step, *data, np.random.default_rng(1), 2))
        ends.append(lesson.get_parameters(network))
    assert all(map(np.array_equal, *ends))
    other = twin(framework, start(sizes=(784, 8, 10)))
    with pytest.raises(ValueError, match=r"the state has weights .*784.*, the network .*784"):
        lesson.unpack_state(other, adam(framework, other), state)


RUN = """
import sys, time
from functools import partial
from importlib import import_module
from pathlib import Path
import numpy as np
from lessons.data import load_digits
from lessons.training.checkpoint import train_resumably
from test_training import adam

framework, package, path, ends = sys.argv[1:]
lesson = import_module(f"lessons.training.{package}")
import_module(f"lessons.{package}").set_seed(0)
images, labels = load_digits()[:2]
data = images[:300].reshape(-1, 784), labels[:300]
network = lesson.dense_network((784, 16, 16, 10))
optimizer = adam(framework, network)
step = lesson.training_step(network, optimizer)

def slow_step(*batch):
    loss = step(*batch)
    print("step", flush=True)
    time.sleep(0.02)
    return loss

pack = partial(lesson.pack_state, network, optimizer)
unpack = partial(lesson.unpack_state, network, optimizer)
random = np.random.default_rng(3)
list(train_resumably(Path(path), slow_step, pack, unpack, data, random, epochs=5))
np.savez(ends, *lesson.get_parameters(network))
"""


def started(framework, path, ends):
    package = frameworks.PACKAGES[framework]
    command = [sys.executable, "-c", RUN, framework, package, str(path), str(ends)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"}
    folders = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    environment |= {"TF_NUM_INTEROP_THREADS": "1", "PYTHONPATH": folders}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL, which Windows lacks")
def test_a_killed_run_ends_in_the_same_bits(framework, tmp_path):
    """SIGKILL in mid-epoch, a new process, and the weights of a run left alone."""
    broken, ends = tmp_path / "broken.checkpoint", tmp_path / "ends.npz"
    process = started(framework, broken, ends)
    for _ in range(15):  # 6 steps an epoch: this is the middle of the third
        assert process.stdout.readline() == "step\n"
    process.kill()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    assert checkpoint.load_checkpoint(broken, advanced())[1] == 2 and not ends.exists()
    again = started(framework, broken, ends)
    assert again.communicate()[0].count("step") == 3 * 6 and again.returncode == 0
    alone = started(framework, tmp_path / "alone.checkpoint", tmp_path / "alone.npz")
    assert alone.communicate()[0].count("step") == 5 * 6 and alone.returncode == 0
    with np.load(ends) as ours, np.load(tmp_path / "alone.npz") as theirs:
        assert len(ours.files) == 6
        assert all(np.array_equal(ours[name], theirs[name]) for name in ours.files)


def test_a_damaged_checkpoint_does_not_start_training_anew(framework, tmp_path, digits):
    lesson = need(framework)[0]
    network = twin(framework, start())
    optimizer = adam(framework, network)
    step = lesson.training_step(network, optimizer)
    path = tmp_path / "run.checkpoint"
    path.write_bytes(b"half a file")
    pack, unpack = (
        partial(part, network, optimizer) for part in (lesson.pack_state, lesson.unpack_state)
    )
    data = digits[0][:50], digits[1][:50]
    run = checkpoint.train_resumably(path, step, pack, unpack, data, advanced(), 1)
    with pytest.raises(checkpoint.CheckpointError, match=r"not a whole checkpoint"):
        list(run)
    assert all(map(np.array_equal, lesson.get_parameters(network), start()))


# What the record says ---------------------------------------------------------------------------


@pytest.fixture
def recorded(framework):
    record = json.loads((ROOT / "docs/records/training.json").read_text(encoding="utf-8"))
    rows = [row for row in record["rows"] if row["device"] == "cpu"]
    (row,) = (row for row in rows if row["framework"] == framework)
    assert len(row["seeds"]) >= 5
    return row["metrics"]


def each(recorded, metric):
    return np.array(recorded[metric]["runs"])


def test_loops_agreed_in_every_seed(recorded):
    for loop in ("train", "fit"):
        assert each(recorded, f"{loop}_apart").shape == (5, 60)
        assert each(recorded, f"{loop}_apart").max() < 1e-5  # 1e-4 was asked for


def test_the_rate_decides(recorded):
    """The sweep: too small, right, too large, in every seed."""
    accuracy = each(recorded, "class_loss_accuracy")
    assert (accuracy[:, 0] < 0.5).all()
    assert (accuracy[:, 4] > 0.8).all()
    assert (accuracy[:, 7:] < 0.25).all() and (accuracy[:, 8] < 0.15).all()
    assert not each(recorded, "class_loss_stopped")[:, 7].any()  # nothing announces it


def test_the_small_network_learns(recorded):
    assert recorded["test_accuracy"]["low"] > 0.85


def test_losses_differ_more_in_their_best_rate_than_in_their_best_accuracy(recorded):
    best = {name: recorded[f"{name}_test"]["mean"] for name in LOSSES.values()}
    assert abs(best["class_loss"] - best["softmax_squared_loss"]) < 0.03
    ratio = each(recorded, "softmax_squared_loss_rate") / each(recorded, "class_loss_rate")
    assert (ratio > 2).all() and 9 <= np.median(ratio) <= 101
    at_one_rate = (each(recorded, f"{name}_accuracy")[:, 4] for name in LOSSES.values())
    right, _, squared = at_one_rate
    assert (right > squared + 0.2).all()


def test_overfitting_shows_in_the_loss_and_not_in_the_accuracy(recorded):
    training, share, held, accuracy = each(recorded, "few_curves").transpose(1, 0, 2)
    assert (training[:, -1] < 0.02).all() and (share[:, -1] == 1).all()
    assert (held[:, -1] > 1.1 * held.min(axis=1)).all()
    at_best = accuracy[np.arange(5), held.argmin(axis=1)]
    assert abs(accuracy[:, -1].mean() - at_best.mean()) < 0.02


def test_cures_are_as_the_page_says(recorded):
    few, stop, decay, more = (
        each(recorded, f"{name}_test").T for name in ("few", "stop", "decay", "more")
    )
    for cure in (stop, decay):
        assert (cure[0] < few[0]).all()
        assert abs(cure[1].mean() - few[1].mean()) < 0.02
    assert (more[0] < stop[0] - 0.1).all() and (more[1] > few[1] + 0.05).all()


def test_choosing_on_the_test_set_flatters(recorded):
    gap = each(recorded, "flattered_claim") - each(recorded, "flattered_truth")
    assert gap.mean() > 0.02 and (gap > 0).sum() >= 4


def test_labels_by_lot_are_learned_by_heart(recorded):
    assert recorded["lottery_training"]["low"] == 1
    assert recorded["lottery_test"]["high"] < 0.2


def test_the_loss_of_a_batch_often_rises(recorded):
    assert 0.3 < recorded["rises"]["mean"] < 0.6


def test_one_seed_of_the_record_is_no_fiction(framework, recorded):
    """Train once more with a seed that the record has not seen."""
    from lessons.training.record import Bench, long_run

    measured = dict(long_run(Bench(framework, "cpu", 17)))
    past = recorded["test_accuracy"]
    margin = MARGIN * max(past["high"] - past["low"], 0.02)
    assert past["low"] - margin <= measured["test_accuracy"] <= past["high"] + margin
