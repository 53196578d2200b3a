"""Doubts about the lesson on recurrence."""

import json
from pathlib import Path

import frameworks
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.recurrence import numpy as scratch
from lessons.recurrence import weather as year
from lessons.recurrence.names import LANGUAGES, last_letters, load_surnames, to_bags, to_rows
from lessons.recurrence.naming import to_sequences
from lessons.recurrence.recall import recall_task
from lessons.recurrence.writing import cut_pieces, softmax, write
from tools.bands import MARGIN

ROOT = Path(__file__).parents[1]
STEPS = {"rnn": scratch.rnn_step, "lstm": scratch.lstm_step, "gru": scratch.gru_step}
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}


def need(framework):
    """Skip where a framework is not installed; return its cells, lesson, writing and basics."""
    folder = "lessons.recurrence."
    modules = folder + "cells_{}", folder + "{}", folder + "writing_{}", "lessons.{}"
    return frameworks.need(framework, *modules)


def random_arrays(seed, *shapes):
    random = np.random.default_rng(seed)
    return [random.normal(size=shape).astype(np.float32) for shape in shapes]


def randomise(layer, seed):
    """Give a layer random weights and biases; a Keras layer's biases would start at 0."""
    random = np.random.default_rng(seed)
    if hasattr(layer, "set_weights"):
        layer.set_weights([random.normal(size=w.shape) / 2 for w in layer.get_weights()])
        return layer
    import torch

    with torch.no_grad():
        for weight in layer.parameters():
            weight.copy_(torch.from_numpy(random.normal(size=tuple(weight.shape)) / 2))
    return layer


def states_of(framework, layer, inputs):
    """What a framework's own layer makes of (batch, time, inputs), as an array."""
    if framework == "pytorch":
        import torch

        return layer(torch.from_numpy(inputs))[0].detach().numpy()
    return layer(inputs).numpy()


def unrolled(kind, inputs, units, weights):
    """The same from scratch."""
    starts = [np.zeros((len(inputs), units))] * (2 if kind == "lstm" else 1)
    return scratch.unroll(STEPS[kind], inputs.transpose(1, 0, 2), starts, weights).swapaxes(0, 1)


# From scratch, against both frameworks ----------------------------------------------------------


@pytest.mark.parametrize("kind", STEPS)
@given(seed=st.integers(0, 10**6), sizes=st.tuples(*[st.integers(1, 6)] * 4))
@settings(max_examples=15, deadline=None)
def test_cells_equal_pytorchs(kind, seed, sizes):
    cells_equal("pytorch", kind, seed, *sizes)


@pytest.mark.parametrize("kind", STEPS)
@given(seed=st.integers(0, 10**6), sizes=st.tuples(*[st.integers(1, 6)] * 4))
@settings(max_examples=8, deadline=None)
def test_cells_equal_tensorflows(kind, seed, sizes):
    cells_equal("tensorflow", kind, seed, *sizes)


def cells_equal(framework, kind, seed, batch, time, width, units):
    cells = need(framework)[0]
    layer = randomise(cells.recurrent_layer(kind, width, units), seed)
    (inputs,) = random_arrays(seed, (batch, time, width))
    ours = unrolled(kind, inputs, units, cells.cell_weights(layer))
    np.testing.assert_allclose(ours, states_of(framework, layer, inputs), atol=1e-5)


def test_a_gru_that_resets_before_equals_kerass():
    need("tensorflow")
    from functools import partial

    from keras import layers

    layer = layers.GRU(4, return_sequences=True, reset_after=False)
    layer.build((None, None, 3))
    randomise(layer, 0)
    (inputs,) = random_arrays(1, (2, 7, 3))
    W, U, b = layer.get_weights()
    assert b.shape == (12,)  # one bias, as the page says
    before = partial(scratch.gru_step, reset_after=False)
    weights, start = (W, U, b, np.zeros(12)), np.zeros((2, 4))
    ours = scratch.unroll(before, inputs.transpose(1, 0, 2), (start,), weights).swapaxes(0, 1)
    theirs = layer(inputs).numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    after = unrolled("gru", inputs, 4, weights)
    assert np.abs(after - theirs).max() > 0.01  # it is another definition


def test_what_the_frameworks_define_differently_is_as_the_page_says():
    ours, theirs = need("pytorch"), need("tensorflow")
    counts = {}
    for kind in STEPS:
        layers = [each[0].recurrent_layer(kind, 5, 7) for each in (ours, theirs)]
        counts[kind] = [
            each[3].count_parameters(layer)
            for each, layer in zip((ours, theirs), layers, strict=True)
        ]
    assert counts == {"rnn": [98, 91], "lstm": [392, 364], "gru": [294, 294]}
    lstm = theirs[0].recurrent_layer("lstm", 16, 64)
    _, U, b = lstm.get_weights()
    np.testing.assert_array_equal(b, np.repeat([0.0, 1.0, 0.0], [64, 64, 128]))
    U = theirs[0].recurrent_layer("rnn", 16, 64).get_weights()[1]
    np.testing.assert_allclose(U.T @ U, np.eye(64), atol=1e-5)  # a rotation, or a reflection
    largest = max(w.abs().max().item() for w in ours[0].recurrent_layer("gru", 16, 64).parameters())
    assert largest == pytest.approx(1 / 8, rel=0.01) and largest <= 1 / 8


def test_only_the_sum_of_pytorchs_two_biases_counts_but_not_in_a_gru():
    cells = need("pytorch")[0]
    import torch

    (inputs,) = random_arrays(0, (2, 5, 3))
    for kind, same in (("rnn", True), ("lstm", True), ("gru", False)):
        layer = randomise(cells.recurrent_layer(kind, 3, 4), 1)
        before = states_of("pytorch", layer, inputs)
        with torch.no_grad():
            layer.bias_ih_l0 += 0.5
            layer.bias_hh_l0 -= 0.5
        assert np.allclose(before, states_of("pytorch", layer, inputs), atol=1e-5) == same


# Backpropagation through time -------------------------------------------------------------------


def plain_arrays(seed, time=6, batch=3, width=4, units=5):
    random = np.random.default_rng(seed)
    shapes = (time, batch, width), (batch, units), (batch, units), (width, units), (units, units)
    return [random.normal(size=shape) / 2 for shape in (*shapes, (units,))]


@given(st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_blame_through_time_equals_finite_differences(seed):
    inputs, start, last, *weights = plain_arrays(seed)

    def loss(inputs, start, *weights):
        return (scratch.unroll(scratch.rnn_step, inputs, (start,), weights)[-1] * last).sum()

    hidden = scratch.unroll(scratch.rnn_step, inputs, (start,), weights)
    *found, to_hidden = scratch.rnn_backward(inputs, hidden, start, last, *weights[:2])
    given_arrays = [inputs, *weights]
    for number, gradient in enumerate(found):
        place = tuple(np.random.default_rng(seed).integers(gradient.shape))
        ends = []
        for nudge in (1e-5, -1e-5):
            moved = [array.copy() for array in given_arrays]
            moved[number][place] += nudge
            ends.append(loss(moved[0], start, *moved[1:]))
        assert gradient[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-4, abs=1e-8)
    np.testing.assert_array_equal(to_hidden[-1], last)


def test_blame_through_time_equals_pytorchs():
    need("pytorch")
    import torch

    inputs, start, last, *weights = plain_arrays(0)
    hidden = scratch.unroll(scratch.rnn_step, inputs, (start,), weights)
    found = scratch.rnn_backward(inputs, hidden, start, last, *weights[:2])
    tensors = [torch.from_numpy(array).requires_grad_() for array in (inputs, *weights)]
    state = torch.from_numpy(start)
    for x in tensors[0]:
        state = torch.tanh(x @ tensors[1] + state @ tensors[2] + tensors[3])
    (state * torch.from_numpy(last)).sum().backward()
    for ours, theirs in zip(found, tensors, strict=False):
        np.testing.assert_allclose(ours, theirs.grad, rtol=1e-9, atol=1e-12)


def test_blame_through_time_equals_tensorflows():
    need("tensorflow")
    import tensorflow as tf

    inputs, start, last, *weights = plain_arrays(1)
    hidden = scratch.unroll(scratch.rnn_step, inputs, (start,), weights)
    found = scratch.rnn_backward(inputs, hidden, start, last, *weights[:2])
    tensors, state = [tf.Variable(array) for array in (inputs, *weights)], tf.constant(start)
    with tf.GradientTape() as tape:
        for time in range(len(inputs)):
            state = tf.tanh(tensors[0][time] @ tensors[1] + state @ tensors[2] + tensors[3])
        total = tf.reduce_sum(state * last)
    for ours, theirs in zip(found, tape.gradient(total, tensors), strict=False):
        theirs = tf.convert_to_tensor(theirs)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_the_bound_on_the_gradient_holds():
    """The page's inequality, in steps of which none has a slope above 1."""
    random = np.random.default_rng(0)
    for gain in (0.7, 1.0, 1.5):
        inputs, start, last, W, U, b = plain_arrays(2, time=30)
        U = gain * scratch.orthogonal(5, random)
        np.testing.assert_allclose(U @ U.T, gain**2 * np.eye(5), atol=1e-12)
        hidden = scratch.unroll(scratch.rnn_step, inputs, (start,), (W, U, b))
        to_hidden = scratch.rnn_backward(inputs, hidden, start, last, W, U)[-1]
        sizes = np.linalg.norm(to_hidden, axis=2)[::-1]
        powers = gain ** np.arange(30)[:, np.newaxis]
        assert (sizes <= powers * np.linalg.norm(last, axis=1) * (1 + 1e-9)).all()


@pytest.mark.parametrize("kind", STEPS)
def test_a_sequence_of_length_zero_is_named(kind):
    starts = [np.zeros((3, 7))] * (2 if kind == "lstm" else 1)
    with pytest.raises(ValueError, match=r"inputs \(0, 3, 5\) have no steps; give at least one"):
        scratch.unroll(STEPS[kind], np.zeros((0, 3, 5)), starts, (np.zeros((5, 7)), np.eye(7), 0))


@pytest.mark.parametrize(("inputs", "state"), [((4, 3, 6), (3, 7)), ((4, 3, 5), (3, 8))])
def test_shapes_that_do_not_fit_are_named(inputs, state):
    weights = np.zeros((5, 7)), np.eye(7), np.zeros(7)
    with pytest.raises(ValueError, match=r"do not fit weights \(5, 7\) and \(7, 7\); .* be 5 and"):
        scratch.unroll(scratch.rnn_step, np.zeros(inputs), (np.zeros(state),), weights)


def test_the_sigmoid_does_not_overflow():
    with np.errstate(all="raise"):
        found = scratch.sigmoid(np.array([-1000.0, 0.0, 3.0, 1000.0]))
    np.testing.assert_allclose(found, [0, 0.5, 1 / (1 + np.exp(-3)), 1])


# What is remembered -----------------------------------------------------------------------------


def test_gradient_by_lag_is_the_gradient_by_the_inputs(framework):
    cells = need(framework)[0]
    layer = cells.recurrent_layer("rnn", 4, 6)
    (inputs,) = random_arrays(0, (3, 9, 4))
    W, U, b = cells.cell_weights(layer)
    start, by_time = np.zeros((3, 6)), inputs.transpose(1, 0, 2)
    hidden = scratch.unroll(scratch.rnn_step, by_time, (start,), (W, U, b))
    by_inputs = scratch.rnn_backward(by_time, hidden, start, np.ones((3, 6)), W, U)[0]
    sizes = np.linalg.norm(by_inputs, axis=2).mean(axis=1)[::-1]
    found = cells.gradient_by_lag(layer, inputs)
    np.testing.assert_allclose(found, sizes / sizes[0], rtol=1e-4)


def test_an_open_forget_gate_keeps_what_a_closed_one_loses(framework):
    cells, *_, basics = need(framework)
    (noise,) = random_arrays(0, (5, 31, 16))
    basics.set_seed(0)
    ends = []
    for bias in (-3, 0, 3):
        layer = cells.recurrent_layer("lstm", 16, 32)
        cells.open_forget_gate(layer, bias)
        _, _, b = cells.cell_weights(layer)
        np.testing.assert_allclose(b[32:64], bias, atol=1e-6)
        ends.append(cells.gradient_by_lag(layer, noise)[30])
    assert ends[0] < ends[1] / 100 and ends[1] < 1e-6 and ends[2] > 0.02


@pytest.mark.parametrize("kind", ["rnn", "gru"])
def test_a_layer_without_a_forget_gate_is_refused(framework, kind):
    cells = need(framework)[0]
    with pytest.raises(TypeError, match=r"only an LSTM has a forget gate, not (RNN|SimpleRNN|GRU)"):
        cells.open_forget_gate(cells.recurrent_layer(kind, 4, 6), 1)


def test_whole_numbers_get_gradients_too():
    """Characters are often given as zeros and ones; their gradients are no whole numbers."""
    inputs, start, last, *weights = plain_arrays(0)
    ones = (inputs > 0).astype(int)
    hidden = scratch.unroll(scratch.rnn_step, ones, (start,), weights)
    found, expected = (
        scratch.rnn_backward(each, hidden, start, last, *weights[:2])[0]
        for each in (ones, ones.astype(float))
    )
    np.testing.assert_array_equal(found, expected)
    assert np.abs(found).max() > 0.01


def test_the_recall_task_asks_for_the_first_symbol():
    sequences, first = recall_task(length=30, count=500, seed=0)
    assert sequences.shape == (500, 30) and sequences.dtype == np.int64
    np.testing.assert_array_equal(first, sequences[:, 0])
    assert set(first) == set(range(8))
    assert not np.array_equal(sequences, recall_task(30, 500, seed=1)[0])
    with pytest.raises(ValueError, match="sequences of 0 symbols have no first"):
        recall_task(length=0, count=5, seed=0)


# Names ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def surnames():
    return load_surnames()


def test_no_test_name_is_learned_from(surnames):
    names, languages, test_names, test_languages = surnames
    assert not set(names) & set(test_names)
    assert (len(names), len(test_names)) == (len(languages), len(test_languages)) == (4003, 997)
    counts = np.bincount(np.concatenate([languages, test_languages]))
    assert len(counts) == len(LANGUAGES) == 13 and counts.max() == 400 and counts.min() == 200
    assert np.bincount(test_languages).max() / len(test_names) < 0.09
    assert all(name == name.lower() for name in names)
    repeated = load_surnames()
    assert repeated[0] == names and np.array_equal(repeated[3], test_languages)


def test_rows_end_with_the_last_letter_and_bags_lose_the_order():
    rows = to_rows(["ab", "ba", "abcabc"], "abc")
    assert rows.shape == (3, 16) and rows.dtype == np.int64
    assert rows[0].tolist() == [0] * 14 + [1, 2] and rows[1].tolist() == [0] * 14 + [2, 1]
    assert to_bags(rows, "abc").tolist() == [[1, 1, 0], [1, 1, 0], [2, 2, 2]]
    assert last_letters(rows, 2)[2].tolist() == [0] * 14 + [2, 3]
    np.testing.assert_array_equal(last_letters(rows, 16), rows)


@pytest.mark.parametrize(
    ("name", "problem"),
    [("abc", r"unknown letters \['c'\]"), ("", "0 letters"), ("a" * 17, "17 letters")],
)
def test_names_that_cannot_be_read_are_named(name, problem):
    with pytest.raises(ValueError, match=f"the name '{name}' has {problem}; use 1 to 16"):
        to_rows(["ab", name], "ab")


def test_sequences_name_the_language_first_and_end_with_zeros():
    found = to_sequences(to_rows(["ab", "cab"], "abc"), np.array([0, 2]), "abc")
    assert found.tolist() == [[4, 1, 2, *[0] * 15], [6, 3, 1, 2, *[0] * 14]]
    with pytest.raises(ValueError, match="language -1 at place 1 is below 0"):
        to_sequences(to_rows(["ab", "cab"], "abc"), np.array([0, -1]), "abc")
    with pytest.raises(ValueError, match="2 names and 1 languages do not fit"):
        to_sequences(to_rows(["ab", "cab"], "abc"), np.array([0]), "abc")


# The weather ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def airports():
    return year.load_weather()


def test_windows_end_twelve_hours_before_what_is_asked_for():
    weather = np.zeros((100, 7), np.float32)
    weather[:, 0] = np.arange(100)
    windows, later, guesses = year.cut_windows(weather)
    assert windows.shape == (65, 24, 7)
    np.testing.assert_array_equal(windows[:, -1, 0] + 12, later)
    np.testing.assert_array_equal(guesses[:, 0] + 12, later)
    np.testing.assert_array_equal(guesses[:, 1] + 24, later)


def test_no_window_reaches_from_one_part_into_the_other(airports):
    (_, later, _), (test_windows, _, _) = year.split_windows(airports)
    assert len(later) == 3 * (year.SPLIT - 35) and len(test_windows) == 3 * (8730 - 6552 - 35)
    first = airports["EWR"][year.SPLIT]
    np.testing.assert_array_equal(test_windows[0, 0], first)


def test_a_gap_keeps_the_last_value_and_never_a_later_one(airports):
    rows = [
        {"time_hour": f"2013-01-01T{hour:02}:00:00Z", "temp": temp, "dewp": "1", "pressure": "NA"}
        | {"wind_speed": "10", "wind_dir": direction}
        for hour, temp, direction in ((6, "30", "180"), (7, "NA", "270"), (10, "50", "360"))
    ]
    found = year.hourly(rows)
    assert found[:, 0].tolist() == [30, 30, 30, 30, 50]
    np.testing.assert_allclose(found[0, 3:5], [10, 0], atol=1e-5)  # wind from the south
    np.testing.assert_allclose(found[1, 3:5], [0, 10], atol=1e-5)  # from the west
    assert set(airports) == {"EWR", "JFK", "LGA"}
    assert all(np.isfinite(weather).all() for weather in airports.values())
    assert all(weather.shape == (8730, 7) for weather in airports.values())


def test_too_few_hours_are_named():
    with pytest.raises(ValueError, match=r"24 \+ 12 hours, but weather is \(35, 7\)"):
        year.cut_windows(np.zeros((35, 7)))


def test_the_line_has_the_least_squared_error():
    windows, _ = random_arrays(0, (400, 24, 7), (1,))
    change = windows[:, 3, 2] * 2 - windows[:, 5, 1] + 7
    weights = year.fit_line(windows, change)
    np.testing.assert_allclose(year.with_one(windows) @ weights, change, atol=1e-3)


def test_what_rounding_leaves_of_a_repeated_column_gets_no_weight(airports):
    (windows, later, guesses), _ = year.split_windows(airports)
    scaled = (windows - windows.mean(axis=(0, 1))) / windows.std(axis=(0, 1))
    change = later - guesses[:, 0]
    weights = year.fit_line(scaled, change)
    assert np.abs(weights).max() < 20  # two million where each column gets its own
    columns = np.arange(1 + 24 * 7)
    repeated = (columns > 7) & np.isin(columns % 7, (6, 0))  # sine and cosine of later hours
    once = year.with_one(scaled).astype(float)[:, ~repeated]
    expected = once @ np.linalg.lstsq(once, change, rcond=None)[0]
    np.testing.assert_allclose(year.with_one(scaled) @ weights, expected, atol=1e-3)


# Networks and training --------------------------------------------------------------------------


def copied_pair(make):
    """A network of each framework with the same weights, and the parameters of PyTorch's."""
    pytorch, keras = (make(need(framework)) for framework in ("pytorch", "tensorflow"))
    cells = need("pytorch")[0]
    layers = [each for each in keras.layers if each.weights]
    ours = [each for each in pytorch.children() if list(each.parameters())]
    for layer, source in zip(layers, ours, strict=True):
        kind = type(source).__name__
        if kind == "Embedding":
            layer.set_weights([source.weight.detach().numpy()])
        elif kind == "Linear":
            layer.set_weights([source.weight.detach().numpy().T, source.bias.detach().numpy()])
        else:
            W, U, *b = cells.cell_weights(source)
            layer.set_weights([W, U, np.array(b) if kind == "GRU" else b[0]])
    return pytorch, keras


@pytest.mark.parametrize("name", ["name_reader", "forecaster", "Writer"])
def test_same_weights_give_the_same_scores(name):
    need("pytorch"), need("tensorflow")
    import torch

    random = np.random.default_rng(0)
    given_inputs = {
        "name_reader": (lambda of: of[1].name_reader(9, 4), random.integers(0, 10, (5, 16))),
        "forecaster": (
            lambda of: of[1].forecaster(7),
            random.normal(size=(5, 24, 7)).astype(np.float32),
        ),
        "Writer": (lambda of: built(of[2].Writer(11, 20, 6)), random.integers(0, 11, (5, 30))),
    }
    make, inputs = given_inputs[name]
    pytorch, keras = copied_pair(make)
    ours = pytorch.eval()(torch.from_numpy(inputs)).detach().numpy()
    np.testing.assert_allclose(ours, keras(inputs).numpy(), rtol=1e-4, atol=1e-5)
    again = need("tensorflow")[1].predict(keras, inputs)
    np.testing.assert_allclose(need("pytorch")[1].predict(pytorch, inputs), again, atol=1e-5)


def built(writer):
    """A writer whose weights exist: Keras makes them at the first call."""
    if hasattr(writer, "set_weights"):
        writer(np.zeros((1, 1), np.int64))
    return writer


def small_task(seed=0):
    """Names of two letters; the class is the last one."""
    rows = np.random.default_rng(seed).integers(1, 4, (130, 16))
    return rows, rows[:, -1] - 1


def test_reported_loss_is_the_mean_over_the_data(framework):
    """With a rate of 0 nothing changes, and without dropout the loss can be found by hand."""
    _, lesson, writing, basics = need(framework)
    numbers = np.random.default_rng(0).integers(0, 5, 400)
    pieces = cut_pieces(numbers, length=7, count=130, seed=0)  # 130: the last batch is small
    basics.set_seed(1)
    writer = writing.Writer(5, units=6, width=3)
    settings = {"epochs": 2, "learning_rate": 0.0}
    reported = list(lesson.train(writer, *pieces, lesson.name_loss, **settings))
    chances = softmax(lesson.predict(writer, pieces[0]))
    right = np.take_along_axis(chances, pieces[1][..., np.newaxis], axis=2)
    assert reported == pytest.approx([-np.log(right).mean()] * 2, rel=1e-4)


def test_a_reader_learns_and_the_same_seed_learns_the_same(framework):
    _, lesson, _, basics = need(framework)
    runs = []
    for seed in (3, 3, 4):
        basics.set_seed(seed)
        reader = lesson.name_reader(3, 3, units=8)
        runs.append(list(lesson.train(reader, *small_task(), lesson.name_loss, 3, 32, 0.05)))
    assert runs[0] == pytest.approx(runs[1], rel=1e-3)
    assert runs[0] != pytest.approx(runs[2], rel=1e-3)
    assert runs[0][-1] < runs[0][0] - 0.1


def test_a_loss_that_is_no_number_is_named(framework):
    _, lesson, _, basics = need(framework)
    basics.set_seed(0)
    windows, change = random_arrays(0, (64, 24, 7), (64,))
    windows[3] = np.nan
    with pytest.raises(FloatingPointError, match="the loss is nan; try a smaller learning rate"):
        list(lesson.train(lesson.forecaster(7, units=3), windows, change, lesson.change_loss, 1))


@pytest.mark.parametrize("counts", [(64, 63), (0, 0)])
def test_inputs_without_as_many_targets_are_refused(framework, counts):
    lesson = need(framework)[1]
    data = np.zeros((counts[0], 24, 7), np.float32), np.zeros(counts[1], np.float32)
    problem = f"{counts[0]} inputs and {counts[1]} targets do not fit"
    with pytest.raises(ValueError, match=problem):
        list(lesson.train(lesson.forecaster(7, units=3), *data, lesson.change_loss, 1))


def test_the_error_of_a_change_is_absolute(framework):
    lesson = need(framework)[1]
    changes, targets = np.array([[1.0], [-2.0]], np.float32), np.array([3.0, -1.0], np.float32)
    if framework == "pytorch":
        import torch

        assert lesson.change_loss(*map(torch.from_numpy, (changes, targets))).item() == 1.5
    else:
        assert np.mean(lesson.change_loss(targets[:, np.newaxis], changes)) == 1.5


def test_gradients_are_cut_to_a_norm_of_one(framework, monkeypatch):
    _, lesson, _, basics = need(framework)
    basics.set_seed(0)
    network = lesson.name_reader(3, 3, units=4)
    data = *small_task(), lesson.name_loss
    if framework == "tensorflow":
        list(lesson.train(network, *data, epochs=1))
        assert network.optimizer.global_clipnorm == 1.0
        return
    cut = []
    monkeypatch.setattr(
        lesson.nn.utils, "clip_grad_norm_", lambda parameters, norm: cut.append(norm)
    )
    list(lesson.train(network, *data, epochs=1))
    assert cut == [1.0] * 3


def test_the_rate_falls_along_half_a_cosine():
    need("pytorch"), need("tensorflow")
    import keras
    import torch

    optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=0.005)
    ours = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 40)
    theirs = keras.optimizers.schedules.CosineDecay(0.005, 40)
    for step in range(41):
        assert float(theirs(step)) == pytest.approx(ours.get_last_lr()[0], abs=1e-7)
        optimizer.step()
        ours.step()


# Writing ----------------------------------------------------------------------------------------


def test_pieces_and_what_follows_them():
    numbers = np.arange(50)
    pieces, following = cut_pieces(numbers, length=8, count=200, seed=0)
    assert pieces.shape == following.shape == (200, 8)
    np.testing.assert_array_equal(pieces + 1, following)
    assert {pieces.min(), following.max()} == {0, 49}  # both ends are reached
    for length in (0, 50):
        with pytest.raises(ValueError, match=f"pieces of {length} \\+ 1 numbers do not fit"):
            cut_pieces(numbers, length, 1, 0)


@pytest.fixture
def writer(framework):
    _, lesson, writing, basics = need(framework)
    basics.set_seed(2)
    network = built(writing.Writer(6, units=5, width=3))
    return lesson, writing, network


def test_the_steps_from_scratch_write_what_the_network_expects(writer):
    """Nearly cold, each number is the likeliest of the framework's own scores."""
    lesson, writing, network = writer
    weights, random = writing.writer_weights(network), np.random.default_rng(0)
    written = write(weights, [1, 4], 12, 1e-3, random)
    whole = np.array([[1, 4, *written]])
    best = lesson.predict(network, whole)[0, 1:-1].argmax(axis=1)
    assert written == best.tolist()


def test_draws_follow_the_chances_of_the_network(writer):
    lesson, writing, network = writer
    weights, random = writing.writer_weights(network), np.random.default_rng(1)
    drawn = [write(weights, [2], 1, 0.5, random)[0] for _ in range(3000)]
    expected = softmax(lesson.predict(network, np.array([[2]]))[0, -1], 0.5)
    np.testing.assert_allclose(np.bincount(drawn, minlength=6) / 3000, expected, atol=0.04)


def test_writing_ends_at_the_stop(writer):
    _, writing, network = writer
    weights = writing.writer_weights(network)
    stopped = [write(weights, [2], 9, 1.0, np.random.default_rng(n), stop=3) for n in range(20)]
    free = [write(weights, [2], 9, 1.0, np.random.default_rng(n)) for n in range(20)]
    for some, whole in zip(stopped, free, strict=True):
        assert some == whole[: whole.index(3)] if 3 in whole else some == whole


@pytest.mark.parametrize(("start", "temperature"), [([], 1.0), ([1], 0.0), ([1], float("nan"))])
def test_a_start_or_a_temperature_that_cannot_be_is_named(start, temperature):
    problem = f"{len(start)} numbers to start from, temperature {temperature}"
    with pytest.raises(ValueError, match=problem):
        write(None, start, 5, temperature, None)


def test_nats_are_the_mean_of_what_the_steps_give(writer):
    lesson, writing, network = writer
    numbers = np.random.default_rng(3).integers(0, 6, 62)  # 2 are left over
    rows = numbers[:60].reshape(3, 20)
    chances = softmax(lesson.predict(network, rows[:, :-1]))
    right = np.take_along_axis(chances, rows[:, 1:, np.newaxis], axis=2)
    found = writing.nats(network, numbers, streams=3)
    assert found == pytest.approx(-np.log(right).mean(), rel=1e-4)
    with pytest.raises(ValueError, match="5 characters are too few for 3 streams; give at least 6"):
        writing.nats(network, numbers[:5], streams=3)


def test_softmax_sharpens_and_flattens():
    scores = np.array([[1.0, 2.0, 1003.0], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(softmax(scores), [[0, 0, 1], [1 / 3] * 3], atol=1e-12)
    cold, warm, hot = (softmax(np.array([1.0, 2.0]), each) for each in (0.1, 1.0, 10.0))
    assert cold[1] > 0.999 > warm[1] > hot[1] > 0.5
    assert warm[1] == pytest.approx(1 / (1 + np.exp(-1)))


# What the record says ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows():
    record = json.loads((ROOT / "docs/records/recurrence.json").read_text(encoding="utf-8"))
    rows = {row["framework"]: row for row in record["rows"] if row["device"] == "cpu"}
    assert all(len(row["seeds"]) >= 5 for row in rows.values())
    return {name: row["metrics"] for name, row in rows.items()}


@pytest.fixture
def recorded(framework, rows):
    return rows[framework]


def test_surnames_are_told_as_well_as_asked(recorded):
    assert recorded["name_accuracy"]["mean"] >= 0.65
    assert recorded["name_accuracy"]["low"] > recorded["bag_accuracy"]["high"] + 0.05
    counts = np.sum(recorded["name_confusion"]["runs"], axis=0)
    assert counts.sum() == 5 * 997
    czech, slovak = list(LANGUAGES).index("Czech"), list(LANGUAGES).index("Slovak")
    assert counts[czech, slovak] > counts[czech, czech] * 0.8  # taken for its neighbour


def test_a_reader_of_whole_names_needs_most_of_them(recorded):
    ends = recorded["name_ends"]["mean"]
    assert ends[0] < 0.3 and ends[2] < 0.5 and ends[15] >= 0.65
    assert ends[5] > ends[2] > ends[0]


def test_the_forecast_beats_the_free_ones_by_a_quarter_and_not_the_line(recorded):
    free = min(recorded["persistence_error"]["mean"], recorded["yesterday_error"]["mean"])
    assert recorded["weather_error"]["high"] < 0.75 * free
    assert abs(recorded["weather_error"]["mean"] - recorded["line_error"]["mean"]) < 0.15


def test_gradients_vanish_as_the_page_says(framework, recorded):
    lags = {name[:-5]: found["mean"] for name, found in recorded.items() if "_lags" in name}
    assert lags["gain7"][12] < 1e-7 and 0.2 < lags["gain10"][12] < 1 < lags["gain15"][8]
    assert max(lags["gru"][12], lags["closed"][12]) < 1e-9
    assert 1e-3 < lags["closed"][2] < 1e-2  # "less than one in a hundred after ten"
    assert lags["ajar"][12] < 1e-3 < 0.1 < lags["open"][12]
    if framework == "pytorch":
        assert lags["rnn"][12] < lags["gru"][12]
    else:
        assert lags["rnn"][12] > 30 * max(lags["gru"][12], lags["closed"][12])


def test_only_an_open_gate_recalls(recorded):
    guesses = [recorded[f"{name}_recall"]["high"] for name in ("rnn", "gru", "closed")]
    assert max(guesses) < 0.2
    assert recorded["open_recall"]["low"] > max(guesses) + 0.1
    assert recorded["open_recall"]["mean"] > 0.6


def test_after_one_reading_the_writer_lies_between_4_and_5_grams(recorded):
    same, every = recorded["ngram_same_nats"]["mean"], recorded["ngram_nats"]["mean"]
    assert same[4] + 0.01 < recorded["writer_nats"]["mean"] < same[3]
    assert np.argmin(every) == np.argmin(same) == 4 and every[4] < same[4]


def test_the_frameworks_accuracies_lie_near_each_other(rows):
    ours, theirs = (rows[name]["name_accuracy"] for name in ("pytorch", "tensorflow"))
    assert ours["low"] <= theirs["high"] + 0.01 and theirs["low"] <= ours["high"] + 0.01


def test_one_seed_of_the_record_is_no_fiction(framework, recorded):
    """Train the forecaster once more, with a seed that the record has not seen."""
    from lessons.recurrence.record import Bench, weather

    measured = dict(weather(Bench(framework, "cpu"), 17))
    past = recorded["weather_error"]
    margin = MARGIN * (past["high"] - past["low"]) + 0.05
    assert past["low"] - margin <= measured["weather_error"] <= past["high"] + margin


@pytest.mark.slow
def test_one_seed_of_the_names_is_no_fiction(framework, recorded):
    from lessons.recurrence.record import Bench, surnames

    measured = dict(surnames(Bench(framework, "cpu"), 17))
    past = recorded["name_accuracy"]
    margin = MARGIN * (past["high"] - past["low"]) + 0.01
    assert past["low"] - margin <= measured["name_accuracy"] <= past["high"] + margin


# On a GPU ---------------------------------------------------------------------------------------


@pytest.mark.gpu
def test_gpu_gives_the_scores_of_the_cpu_and_learns_as_well(framework, surnames, record_property):
    """Same weights, same scores; trained on the GPU, an accuracy as good as on the CPU."""
    from lessons.recurrence.record import Bench
    from lessons.recurrence.record import surnames as measure

    gpu = Bench(framework, "gpu")
    if "cpu" in str(gpu.device).lower():
        pytest.skip(f"{framework} sees no GPU here")
    gpu.basics.set_seed(0)
    reader = gpu.build(gpu.lesson.name_reader, 61, 13)
    rows = to_rows(surnames[2][:100], "".join(sorted(set("".join(surnames[0] + surnames[2])))))
    there = gpu.lesson.predict(reader, rows)
    cpu = Bench(framework, "cpu")
    twin = cpu.build(cpu.lesson.name_reader, 61, 13)
    if framework == "pytorch":
        twin.load_state_dict(reader.state_dict())
    else:
        twin.set_weights(reader.get_weights())
    here = cpu.lesson.predict(twin, rows)
    np.testing.assert_allclose(there, here, atol=5e-3 * np.abs(here).max())  # TF32 has 10 bits
    measured = dict(measure(gpu, 0))
    record_property("seconds", measured["name_seconds"])
    print(f"{framework}: {measured['name_seconds']:.1f} s, {measured['name_accuracy']:.3f}")
    assert measured["name_accuracy"] >= 0.63
