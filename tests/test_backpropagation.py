"""Doubts about the lesson on backpropagation."""

import json
from itertools import pairwise
from pathlib import Path

import frameworks
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lessons.backpropagation import cost, engine
from lessons.backpropagation import numpy as scratch
from lessons.backpropagation.engine import Tensor
from lessons.data import load_digits

ROOT = Path(__file__).parents[1]
DEVICES = {"pytorch": "cpu", "tensorflow": "CPU:0"}
SIZES = (784, 16, 16, 10)


def need(framework):
    """Skip where a framework is not installed; return its lesson and its basics."""
    modules = "lessons.backpropagation.{}", "lessons.{}"
    return frameworks.need(framework, *modules)


@pytest.fixture(scope="module")
def batches():
    images, labels, _, _ = load_digits()
    return scratch.draw_batches(images, labels, steps=100, size=64, seed=0)


# Random graphs, in the engine and in both frameworks --------------------------------------------


class Engine:
    """The operations of random graphs, by the engine."""

    names = engine

    def leaf(self, numbers):
        return Tensor(numbers.copy())

    def matmul(self, a, b):
        return a @ b

    def cross_entropy(self, a, labels):
        return engine.cross_entropy(a, labels)

    def gradients(self, loss, leaves):
        loss.backward()
        return loss.data, [
            np.zeros(x.data.shape) if x.gradient is None else x.gradient for x in leaves
        ]

    def __getattr__(self, name):
        return getattr(engine, name)


class PyTorch:
    """The same by PyTorch, in float64."""

    def __init__(self):
        import torch

        self.torch = torch

    def leaf(self, numbers):
        return self.torch.tensor(numbers, requires_grad=True)

    def total(self, a, axis=None):
        return a.sum() if axis is None else a.sum(axis, keepdim=True)

    def mean(self, a, axis=None):
        return a.mean() if axis is None else a.mean(axis, keepdim=True)

    def power(self, a, n):
        return a**n

    def cross_entropy(self, a, labels):
        return self.torch.nn.functional.cross_entropy(a, self.torch.tensor(labels))

    def gradients(self, loss, leaves):
        found = self.torch.autograd.grad(loss, leaves, allow_unused=True)
        pairs = zip(found, leaves, strict=True)
        return loss.item(), [np.zeros(x.shape) if g is None else g.numpy() for g, x in pairs]

    def __getattr__(self, name):
        return getattr(self.torch, name)


class TensorFlow:
    """The same by TensorFlow, in float64."""

    def __init__(self):
        import tensorflow as tf

        self.tf, self.tape = tf, tf.GradientTape()
        self.tape.__enter__()

    def leaf(self, numbers):
        return self.tf.Variable(numbers)

    def total(self, a, axis=None):
        return self.tf.reduce_sum(a, axis, keepdims=axis is not None)

    def mean(self, a, axis=None):
        return self.tf.reduce_mean(a, axis, keepdims=axis is not None)

    def power(self, a, n):
        return a**n

    def relu(self, a):
        return self.tf.nn.relu(a)

    def cross_entropy(self, a, labels):
        losses = self.tf.nn.sparse_softmax_cross_entropy_with_logits(labels, a)
        return self.tf.reduce_mean(losses)

    def gradients(self, loss, leaves):
        self.tape.__exit__(None, None, None)
        found = self.tape.gradient(loss, leaves)
        pairs = zip(found, leaves, strict=True)
        dense = self.tf.convert_to_tensor
        return loss.numpy(), [
            np.zeros(x.shape) if g is None else dense(g).numpy() for g, x in pairs
        ]

    def __getattr__(self, name):
        return getattr(self.tf if name == "matmul" else self.tf.math, name)


STEPS = (
    "add",
    "multiply",
    "subtract",
    "matmul",
    "tanh",
    "relu",
    "exp",
    "log",
    "power",
    "total",
    "mean",
)
SHAPES = [(), (1,), (4,), (3, 1), (1, 4), (3, 4), (2, 3, 4), (2, 1, 1)]


def numbers_of(made):
    """The numbers that a framework's tensor holds."""
    if hasattr(made, "data") and isinstance(made, Tensor):
        return made.data
    return made.detach().numpy() if hasattr(made, "detach") else made.numpy()


def grow(backend, leaves, plan, kinks=None):
    """Follow a plan, a list of (operation, two numbers that choose its inputs), to one loss."""
    nodes = [backend.leaf(numbers) for numbers in leaves]
    made = list(nodes)
    for name, first, second in plan:
        a, b = made[first % len(made)], made[second % len(made)]
        shape, other = (tuple((x.data if isinstance(x, Tensor) else x).shape) for x in (a, b))
        if name in ("add", "multiply", "subtract"):
            try:
                np.broadcast_shapes(shape, other)
            except ValueError:
                continue
            made.append({"add": a.__add__, "multiply": a.__mul__, "subtract": a.__sub__}[name](b))
        elif name == "matmul":
            if len(shape) == len(other) == 2 and shape[1] == other[0]:
                made.append(backend.matmul(a, b))
        elif name == "exp":
            made.append(backend.exp(backend.tanh(a)))  # so that nothing overflows
        elif name == "log":
            made.append(backend.log(a * a + 0.5))
        elif name == "power":
            made.append(backend.power(a * a + 0.5, (-1.5, 0.5, 3.0)[second % 3]))
        elif name in ("total", "mean"):
            axis = (None, *range(len(shape)))[second % (len(shape) + 1)]
            made.append(getattr(backend, name)(a, axis))
        else:
            if name == "relu" and kinks is not None and numbers_of(a).size:
                kinks.append(np.abs(numbers_of(a)).min())
            made.append(getattr(backend, name)(a))
    loss = backend.mean(backend.tanh(made[0]))
    for node in made[1:]:
        loss = loss + backend.mean(backend.tanh(node))
    table = nodes[0] * nodes[1]  # (3, 4), whatever the plan
    return nodes, loss + backend.cross_entropy(table, np.array([1, 0, 3]))


graphs = st.tuples(
    st.integers(0, 10**6),
    st.lists(st.sampled_from(SHAPES), max_size=4),
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 50), st.integers(0, 50)), max_size=12
    ),
)


def drawn_leaves(seed, shapes):
    """Random arrays, of which the first two make a table of 3 x 4, and a third fits after it."""
    random = np.random.default_rng(seed)
    return [random.normal(size=shape) for shape in [(3, 4), (1, 4), (4, 3), *shapes]]


def assert_same_gradients(name, backend, graph):
    seed, shapes, plan = graph
    leaves = drawn_leaves(seed, shapes)
    nodes, loss = grow(Engine(), leaves, plan)
    ours, gradients = Engine().gradients(loss, nodes)
    nodes, loss = grow(backend, leaves, plan)
    theirs, expected = backend.gradients(loss, nodes)
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9), name
    for gradient, wanted in zip(gradients, expected, strict=True):
        assert gradient.shape == wanted.shape
        np.testing.assert_allclose(gradient, wanted, rtol=1e-6, atol=1e-6)


@given(graphs)
@settings(max_examples=100, deadline=None)
def test_random_graphs_have_pytorchs_gradients(graph):
    need("pytorch")
    assert_same_gradients("PyTorch", PyTorch(), graph)


@given(graphs)
@settings(max_examples=60, deadline=None)
def test_random_graphs_have_tensorflows_gradients(graph):
    need("tensorflow")
    assert_same_gradients("TensorFlow", TensorFlow(), graph)


@given(graphs)
@settings(max_examples=40, deadline=None)
def test_random_graphs_have_the_slopes_of_finite_differences(graph):
    seed, shapes, plan = graph
    leaves, kinks = drawn_leaves(seed, shapes), []
    nodes, loss = grow(Engine(), leaves, plan, kinks)
    assume(min(kinks, default=1) > 1e-3)  # at a kink of relu there is no slope to agree on
    _, gradients = Engine().gradients(loss, nodes)
    for leaf, gradient in zip(leaves, gradients, strict=True):
        nudged = scratch.finite_differences(lambda: grow(Engine(), leaves, plan)[1].data, leaf)
        np.testing.assert_allclose(gradient, nudged, rtol=1e-4, atol=1e-4)


def test_every_operation_of_the_engine_is_in_the_random_graphs():
    source = (ROOT / "lessons/backpropagation/engine.py").read_text(encoding="utf-8")
    helpers = {"array", "broadcast", "unbroadcast", "ancestors", "cross_entropy"}
    defined = {line[4:].split("(")[0] for line in source.split("\n") if line.startswith("def ")}
    assert defined - helpers <= set(STEPS)


# The engine by itself ---------------------------------------------------------------------------


def test_the_engine_is_short():
    lines = (ROOT / "lessons/backpropagation/engine.py").read_text(encoding="utf-8").split("\n")
    code = [line for line in lines if line.strip() and "--8<--" not in line]
    page = (ROOT / "docs/backpropagation.md").read_text(encoding="utf-8")
    assert len(code) <= 120
    assert f"{len(code)} lines of code" in page


@given(st.integers(0, 10**6), st.sampled_from(SHAPES), st.sampled_from(SHAPES))
def test_blame_has_the_shape_of_what_it_blames(seed, first, second):
    random = np.random.default_rng(seed)
    try:
        shape = np.broadcast_shapes(first, second)
    except ValueError:
        for operation in (engine.add, engine.multiply):
            with pytest.raises(ValueError) as caught:
                operation(np.zeros(first), Tensor(np.zeros(second)))
            assert str(first) in str(caught.value) and str(second) in str(caught.value)
        return
    a, b = Tensor(random.normal(size=first)), Tensor(random.normal(size=second))
    weights = random.normal(size=shape)
    engine.total(engine.multiply(a, b) * weights).backward()
    assert a.gradient.shape == first and b.gradient.shape == second
    whole = np.broadcast_to(b.data, shape) * weights
    assert a.gradient.sum() == pytest.approx(whole.sum(), rel=1e-9, abs=1e-9)


def test_thousands_of_links_and_thousands_of_ways():
    start = Tensor(1.0)
    end = start
    for _ in range(5000):
        end = end * 0.5 + end * 0.5  # 2 to the power of 5000 ways from start to end
    end.backward()
    assert start.gradient == 1.0
    assert len(engine.ancestors(end)) == 15_001


def test_each_tensor_comes_after_its_parents():
    a = Tensor(2.0)
    b = a * a
    c = b + a
    loss = c * b + a
    order = engine.ancestors(loss)
    place = {id(tensor): number for number, tensor in enumerate(order)}
    assert len(place) == len(order)
    for tensor in order:
        assert all(place[id(parent)] < place[id(tensor)] for parent, _ in tensor.parents)


def test_a_second_backward_does_not_add_up():
    a = Tensor(3.0)
    loss = a * a
    loss.backward()
    loss.backward()
    assert a.gradient == 6.0


def test_arrays_are_constants_on_either_side():
    weights = Tensor(np.ones((3, 2)))
    pixels, shift = np.arange(6.0).reshape(2, 3), np.ones(2)
    result = pixels @ weights + shift
    result = shift + result - shift * 2
    engine.total(2 * result).backward()
    np.testing.assert_array_equal(weights.gradient, 2 * pixels.sum(axis=0)[:, None] * np.ones(2))
    assert result.parents and all(isinstance(parent, Tensor) for parent, _ in result.parents)


def test_large_scores_do_not_overflow():
    scores = Tensor(np.array([[1000.0, -1000.0], [0.0, 3000.0]]))
    loss = engine.cross_entropy(scores, np.array([0, 1]))
    loss.backward()
    assert loss.data == 0.0 and np.isfinite(scores.gradient).all()


def test_the_class_before_the_last_takes_what_the_others_had_too_much():
    """The page's formula: probability minus 1 at the label, by the number of examples."""
    scores = Tensor(np.random.default_rng(0).normal(size=(5, 4)))
    labels = np.array([0, 1, 2, 3, 2])
    engine.cross_entropy(scores, labels).backward()
    powers = np.exp(scores.data)
    expected = powers / powers.sum(axis=1, keepdims=True)
    expected[np.arange(5), labels] -= 1
    np.testing.assert_allclose(scores.gradient, expected / 5, atol=1e-12)


# Bad input is named ------------------------------------------------------------------------------


@pytest.mark.parametrize("shapes", [((4, 3), (4,)), ((2, 3), (3, 2)), ((2, 2, 2), (3, 1, 2))])
@pytest.mark.parametrize("operation", [engine.add, engine.multiply])
def test_shapes_that_do_not_broadcast_are_named(operation, shapes):
    first, second = shapes
    with pytest.raises(ValueError) as caught:
        operation(Tensor(np.zeros(first)), np.zeros(second))
    message = str(caught.value)
    assert message.startswith(f"{operation.__name__}: {first} and {second} do not broadcast")
    assert "equal, or one of them 1" in message


@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((3,), (3, 2)), ((2, 3), (3,))])
def test_matrices_that_do_not_fit_are_named(shapes):
    with pytest.raises(ValueError) as caught:
        engine.matmul(Tensor(np.zeros(shapes[0])), np.zeros(shapes[1]))
    assert str(caught.value) == f"matmul: {shapes[0]} and {shapes[1]} are no (n, k) and (k, m)"


@pytest.mark.parametrize(("wrong", "place"), [(10, 2), (-1, 0), (255, 4)])
def test_a_label_out_of_range_is_named_with_its_index(wrong, place):
    labels = np.array([3, 1, 4, 1, 5])
    labels[place] = wrong
    with pytest.raises(ValueError, match=f"label {wrong} at index {place} is not in 0 to 9"):
        engine.cross_entropy(Tensor(np.zeros((5, 10))), labels)


@pytest.mark.parametrize(
    ("scores", "labels"),
    [((5, 10), np.zeros(4, int)), ((10,), np.zeros(10, int)), ((5, 10), np.zeros(5))],
)
def test_scores_and_labels_that_do_not_fit_are_named(scores, labels):
    with pytest.raises(ValueError, match=r"give \(n, k\) and n whole numbers") as caught:
        engine.cross_entropy(Tensor(np.zeros(scores)), labels)
    assert f"{scores} scores and {labels.shape} labels, {labels.dtype}" in str(caught.value)


def test_going_backwards_from_more_than_one_number_is_refused():
    with pytest.raises(ValueError, match=r"backward: \(4, 3\) is no single loss; take a mean"):
        (Tensor(np.ones((4, 3))) * 2).backward()


def test_a_loss_that_is_not_finite_is_refused():
    for factor in (np.inf, np.nan):
        with pytest.raises(FloatingPointError, match=f"backward: the loss is {factor}"):
            (Tensor(1.0) * factor).backward()


def test_training_names_the_step_at_which_the_loss_is_lost(batches):
    arrays = scratch.initial_parameters(SIZES, 0)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError) as caught:
        list(scratch.engine_train(arrays, batches, learning_rate=1e200))
    assert str(caught.value).startswith("the loss is nan at step ")
    assert str(caught.value).endswith("try a smaller learning rate")
    step = int(str(caught.value).split("step ")[1].split(";")[0])
    assert len(list(scratch.engine_train(arrays, batches[:1], 1e200))) == 1 <= step


def test_what_was_not_recorded_cannot_go_backwards():
    weight = Tensor(2.0)
    with cost.no_recording():
        loss = weight * weight
    with pytest.raises(RuntimeError, match="nothing was recorded"):
        loss.backward()
    (weight * weight).backward()  # and recording is on again
    assert weight.gradient == 4.0


def test_recording_comes_back_after_an_error_and_from_within():
    with pytest.raises(KeyError), cost.no_recording():
        raise KeyError
    assert Tensor.recording
    with cost.no_recording():
        with cost.no_recording():
            pass
        assert not Tensor.recording


# The digit network --------------------------------------------------------------------------------


def test_the_network_has_13_002_parameters():
    assert sum(array.size for array in scratch.initial_parameters(SIZES, 0)) == 13_002


@pytest.mark.parametrize("seed", [0, 17])  # 17 is in no record
def test_the_engine_trains_along_the_framework_s_curve(framework, seed):
    """1e-6 over 100 steps in float64, from the same weights on the same batches."""
    lesson, _ = need(framework)
    images, labels, _, _ = load_digits()
    arrays = scratch.initial_parameters(SIZES, seed)
    drawn = scratch.draw_batches(images, labels, 100, 64, seed)
    before = [array.copy() for array in arrays]
    ours = list(scratch.engine_train(arrays, drawn, 0.1))
    device = DEVICES[framework]
    tensors = lesson.to_parameters(arrays, device)
    theirs = list(lesson.train(tensors, lesson.to_batches(drawn, device), 0.1))
    assert len(ours) == len(theirs) == 100
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)
    assert ours[-1] < 0.4 * ours[0]
    for array, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, kept)  # nobody trained the arrays that were given


def test_all_gradients_are_the_framework_s(framework, batches):
    lesson, _ = need(framework)
    arrays = scratch.initial_parameters(SIZES, 3)
    loss, ours = scratch.engine_gradients(arrays, *batches[0])
    device = DEVICES[framework]
    (batch,) = lesson.to_batches(batches[:1], device)
    theirs, expected = lesson.gradients(lesson.to_parameters(arrays, device), *batch)
    assert loss == pytest.approx(theirs, abs=1e-12)
    for gradient, wanted in zip(ours, expected, strict=True):
        np.testing.assert_allclose(gradient, wanted, rtol=1e-6, atol=1e-12)


def test_gradients_of_the_digit_network_are_what_nudges_say(batches):
    arrays = scratch.initial_parameters(SIZES, 4)
    small = [part[:8] for part in batches[0]]
    _, exact = scratch.engine_gradients(arrays, *small)
    parameters = [Tensor(array) for array in arrays]
    for parameter, gradient in list(zip(parameters, exact, strict=True))[1:]:  # 458 of them
        nudged = scratch.finite_differences(
            lambda: scratch.engine_loss(parameters, *small).data, parameter.data
        )
        np.testing.assert_allclose(nudged, gradient, atol=1e-4)


def test_by_hand_is_the_engine():
    inputs = {"w": 0.3, "x": -1.2, "b": 0.7, "y": -0.4}
    loss, gradients = scratch.by_hand(**inputs)
    tensors = {name: Tensor(value) for name, value in inputs.items()}
    output = engine.tanh(tensors["w"] * tensors["x"] + tensors["b"])
    found = (output - tensors["y"]) ** 2
    found.backward()
    assert loss == pytest.approx(float(found.data))
    for name, tensor in tensors.items():
        assert gradients[name] == pytest.approx(float(tensor.gradient)), name


def test_higher_derivatives_are_sympy_s(framework):
    import sympy

    lesson, _ = need(framework)
    x = sympy.symbols("x")
    if framework == "pytorch":
        import torch

        here, detached = torch.tensor(0.5, dtype=torch.float64, requires_grad=True), {"force": True}
    else:
        import tensorflow as tf

        here, detached = tf.constant(0.5, dtype=tf.float64), {}
    slope = lesson.tanh_of_sine
    for order in (1, 2, 3, 4):
        slope = lesson.derivative(slope)
        expected = sympy.tanh(sympy.sin(x)).diff(x, order).subs(x, 0.5)
        assert slope(here).numpy(**detached) == pytest.approx(float(expected), rel=1e-12)


def test_the_page_shows_the_four_formulas_that_sympy_checked():
    """What stands in LaTeX on the page is what the snippet subtracts."""
    page = (ROOT / "docs/backpropagation.md").read_text(encoding="utf-8")
    shown = [
        r"f'' g'^2 + f' g'' ,",
        r"f''' g'^3 + 3 f'' g' g'' + f' g''' ,",
        r"f'''' g'^4 + 6 f''' g'^2 g'' + f'' \left( 3 g''^2 + 4 g' g''' \right) + f' g''''",
    ]
    assert all(formula in page for formula in shown)
    import sympy

    x = sympy.symbols("x")
    for outer, inner in ((sympy.exp, sympy.sin), (sympy.tanh, sympy.cos), (sympy.log, sympy.cosh)):
        u = sympy.symbols("u")
        f = [outer(u).diff(u, n).subs(u, inner(x)) for n in range(5)]
        g = [inner(x).diff(x, n) for n in range(5)]
        fourth = (
            f[4] * g[1] ** 4
            + 6 * f[3] * g[1] ** 2 * g[2]
            + f[2] * (3 * g[2] ** 2 + 4 * g[1] * g[3])
            + f[1] * g[4]
        )
        difference = (outer(inner(x)).diff(x, 4) - fourth).subs(x, sympy.Rational(7, 10))
        assert abs(float(difference)) < 1e-9


# What it costs -----------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 500), min_size=3, max_size=8), st.integers(1, 64))
def test_all_gradients_take_less_than_three_times_the_products(sizes, batch):
    forwards, backwards = cost.multiplications(sizes, batch)
    assert forwards == batch * sum(a * b for a, b in pairwise(sizes))
    assert forwards <= forwards + backwards < 3 * forwards


def test_products_are_counted_as_the_engine_makes_them(monkeypatch, batches):
    made = []

    class Counted(np.ndarray):
        def __matmul__(self, other):
            made.append(self.shape[0] * self.shape[1] * other.shape[1])
            return np.asarray(self) @ np.asarray(other)

    monkeypatch.setattr(
        engine,
        "array",
        lambda x: (x.data if isinstance(x, Tensor) else np.asarray(x, float)).view(Counted),
    )
    arrays = scratch.initial_parameters(SIZES, 0)
    parameters = [Tensor(array) for array in arrays]
    loss = scratch.engine_loss(parameters, *batches[0])
    forwards, backwards = cost.multiplications(SIZES, batch=64)
    assert sum(made) == forwards
    assert loss.data.shape == ()
    made.clear()
    loss.backward()
    assert sum(made) == backwards


def test_bytes_that_are_kept_are_counted(framework, batches):
    lesson, _ = need(framework)
    arrays, device = scratch.initial_parameters(SIZES, 0), DEVICES[framework]
    (batch,) = lesson.to_batches(batches[:1], device)
    kept = lesson.kept_bytes(lesson.to_parameters(arrays, device), *batch)
    assert kept == 64 * (16 + 16 + 10) * 8


def test_inference_keeps_nothing_and_answers_the_same(batches):
    parameters = [Tensor(array) for array in scratch.initial_parameters(SIZES, 0)]
    recorded = scratch.engine_loss(parameters, *batches[0])
    with cost.no_recording():
        unrecorded = scratch.engine_loss(parameters, *batches[0])
    assert recorded.data == unrecorded.data
    assert cost.engine_kept_bytes(unrecorded) == 0 < cost.engine_kept_bytes(recorded)


# What the record says -----------------------------------------------------------------------------


@pytest.fixture
def recorded(framework):
    record = json.loads((ROOT / "docs/records/backpropagation.json").read_text(encoding="utf-8"))
    rows = [row for row in record["rows"] if row["device"] == "cpu"]
    (row,) = (row for row in rows if row["framework"] == framework)
    assert len(row["seeds"]) >= 5
    return row["metrics"]


def test_the_curves_are_one_in_every_seed(recorded):
    assert recorded["loss_difference"]["high"] < 1e-12  # "less than" on the page; asked for: 1e-6
    assert recorded["gradient_difference"]["high"] < 1e-12
    assert recorded["nudge_difference"]["high"] < 1e-4
    assert all(len(run) == 100 and run[-1] < 0.5 * run[0] for run in recorded["losses"]["runs"])


def test_a_gradient_takes_a_few_forward_passes(recorded):
    for metric in ("ratio", "engine_ratio"):
        assert min(recorded[metric]["low"]) > 1.2
        assert max(recorded[metric]["high"]) < 6  # the bound of Griewank and Walther
    back = np.array(recorded["ratio"]["mean"]) - 1  # "one and a little over two" on the page
    assert (back > 1).all() and (back < 2.3).all()


def test_nudging_takes_thousands_of_times_as_long(recorded):
    seconds = recorded["nudge_seconds"]["low"]
    assert seconds > 1000 * recorded["backward_milliseconds"]["high"] / 1000


def test_bytes_grow_with_depth_and_inference_keeps_none(recorded):
    from lessons.backpropagation.record import BATCH, DEEP_WIDTH, DEPTHS

    expected = [8 * BATCH * (DEEP_WIDTH * depth + 10) for depth in DEPTHS]
    assert recorded["kept_bytes"]["mean"] == expected
    assert not any(recorded["inference_kept_bytes"]["mean"])
    ours = np.array(recorded["engine_kept_bytes"]["mean"]) / expected
    assert (ours > 2).all() and (ours < 3.1).all()  # "three times as steep" in the figure's text


def test_the_best_step_is_near_the_one_that_the_page_names(recorded):
    from lessons.backpropagation.record import NUDGES

    both, one = (
        np.array(recorded[f"{name}_errors"]["mean"]) for name in ("two_sided", "one_sided")
    )
    best = NUDGES[both.argmin()]
    assert 1e-7 < best < 1e-3
    assert both[0] / both[1] == pytest.approx(100, rel=0.2)
    assert one[1] / one[2] == pytest.approx(10, rel=0.2)
    assert both[-1] > 100 * both.min()


def test_one_seed_of_the_record_is_no_fiction(framework, recorded):
    """Train seed 2 anew: the losses are those of the record."""
    lesson, _ = need(framework)
    images, labels, _, _ = load_digits()
    arrays = scratch.initial_parameters(SIZES, 2)
    drawn = scratch.draw_batches(images, labels, 100, 64, 2)
    device = DEVICES[framework]
    losses = lesson.train(
        lesson.to_parameters(arrays, device), lesson.to_batches(drawn, device), 0.1
    )
    np.testing.assert_allclose(list(losses), recorded["losses"]["runs"][2], rtol=1e-6)


# On a GPU -----------------------------------------------------------------------------------------


@pytest.mark.gpu
def test_gpu_gives_the_gradients_of_the_engine(framework, batches):
    lesson, basics = need(framework)
    device = basics.choose_device()
    if "cpu" in str(device).lower() or "mps" in str(device):
        pytest.skip(f"{framework} sees no GPU here that computes in float64")
    arrays = scratch.initial_parameters(SIZES, 0)
    _, ours = scratch.engine_gradients(arrays, *batches[0])
    (batch,) = lesson.to_batches(batches[:1], device)
    _, theirs = lesson.gradients(lesson.to_parameters(arrays, device), *batch)
    for gradient, wanted in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(gradient, wanted, rtol=1e-6, atol=1e-9)
