"""Doubts about the lesson on depth."""

import json
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import frameworks
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.data import load_digits
from lessons.depth import layers_numpy, optimizers_numpy
from lessons.depth import numpy as scratch
from tools.bands import MARGIN

ROOT = Path(__file__).parents[1]
ACTIVATIONS = ("sigmoid", "tanh", "relu", "gelu")


def need(framework):
    """Skip where a framework is not installed; return its lesson and its basics."""
    modules = "lessons.depth.{}", "lessons.{}"
    return frameworks.need(framework, *modules)


@pytest.fixture(scope="module")
def digits():
    images, labels = load_digits()[:2]
    return scratch.to_vectors(images, 0.1311, 0.28), labels


def tensor(framework, array):
    need(framework)
    package = import_module(frameworks.PACKAGES[framework])
    return package.from_numpy(array) if framework == "pytorch" else package.constant(array)


def host(values):
    return values.detach().cpu().numpy() if hasattr(values, "detach") else np.asarray(values)


# From scratch, against both frameworks ----------------------------------------------------------


def activated(framework, sums, name):
    """A framework's own activation, and the derivative that it finds by itself."""
    if framework == "pytorch":
        import torch

        sums = torch.from_numpy(sums).requires_grad_()
        kinds = {"gelu": torch.nn.functional.gelu}
        signal = kinds.get(name, getattr(torch, name, None))(sums)
        signal.sum().backward()
        return host(signal), host(sums.grad)
    import keras
    import tensorflow as tf

    sums = tf.constant(sums)
    with tf.GradientTape() as tape:
        tape.watch(sums)
        signal = getattr(keras.activations, name)(sums)
    return host(signal), host(tape.gradient(signal, sums))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_derivatives_equal_the_frameworks(framework, name):
    sums = np.random.default_rng(0).normal(0, 3, (40, 7))
    for ours, theirs in zip(scratch.activate(sums, name), activated(framework, sums, name)):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-9)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="no activation 'swish'; use linear, sigmoid"):
        scratch.activate(np.zeros(3), "swish")
    with pytest.raises(ValueError, match="no scheme 'xaver'; use 'xavier', 'he' or a float"):
        scratch.draw_weights(np.random.default_rng(0), 3, 3, "xaver")


stacks = st.tuples(
    st.integers(0, 10**6),
    st.integers(1, 4),
    st.lists(st.integers(1, 6), min_size=2, max_size=6),
    st.sampled_from(ACTIVATIONS),
)


@given(stacks)
@settings(max_examples=40, deadline=None)
def test_backward_is_the_gradient(drawn):
    """Against PyTorch's own differentiation, at the sums of every layer."""
    need("pytorch")
    import torch

    seed, batch, sizes, activation = drawn
    random = np.random.default_rng(seed)
    weights = [random.normal(size=pair) for pair in pairwise(sizes)]
    images, error = random.normal(size=(batch, sizes[0])), random.normal(size=(batch, sizes[-1]))
    signals, slopes = scratch.forward(images, weights, activation)
    gradients = scratch.backward(error, weights, slopes)
    signal, kept = torch.from_numpy(images), []
    act = torch.nn.functional.gelu if activation == "gelu" else getattr(torch, activation)
    for matrix in weights:
        kept.append((signal @ torch.from_numpy(matrix)).requires_grad_())
        kept[-1].retain_grad()
        signal = act(kept[-1])
    (signal * torch.from_numpy(error)).sum().backward()
    np.testing.assert_allclose(signals[-1], host(signal), rtol=1e-9, atol=1e-12)
    assert len(gradients) == len(kept)
    for ours, theirs in zip(gradients, kept):
        np.testing.assert_allclose(ours, host(theirs.grad), rtol=1e-9, atol=1e-12)


def test_weights_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"layer 2: weights \(5, 2\) do not fit .* \(3, 4\)"):
        scratch.forward(np.zeros((3, 6)), [np.zeros((6, 4)), np.zeros((5, 2))], "relu")


def test_pictures_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"images should be \(n, 28, 28\), but are \(3, 27, 28\)"):
        scratch.to_vectors(np.zeros((3, 27, 28)), 0, 1)


def test_halved_pictures_hold_means_of_four_pixels():
    image = np.random.default_rng(0).random((2, 28, 28))
    small = scratch.to_vectors(image, 0.5, 2.0)
    assert small.shape == (2, 196)
    by_hand = (image[1, 4:6, 10:12].mean() - 0.5) / 2
    assert small[1, 2 * 14 + 5] == pytest.approx(by_hand)


# Variances ---------------------------------------------------------------------------------------


SIZES = {"square": [64] * 7, "narrowing": [200, 120, 60, 30], "widening": [30, 60, 120]}


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("scheme", ["xavier", "he", 0.01, 0.3])
@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_ratio_of_variances_matches_the_theory(activation, scheme, sizes):
    measured = scratch.measure_ratios(np.random.default_rng(1), sizes, activation, scheme, 400)
    half = {"linear": 1, "relu": 0.5}[activation]
    for ratio, (inputs, outputs) in zip(measured, pairwise(sizes), strict=True):
        variance = {"xavier": 2 / (inputs + outputs), "he": 2 / inputs}
        theory = inputs * half * (variance[scheme] if scheme in variance else scheme**2)
        assert scratch.expected_ratio(inputs, outputs, activation, scheme) == pytest.approx(theory)
        assert ratio == pytest.approx(theory, rel=0.1)


@pytest.mark.parametrize("scheme", ["xavier", "he", 0.2])
def test_drawn_weights_have_the_variance_and_the_shape(scheme):
    weights = scratch.draw_weights(np.random.default_rng(0), 300, 100, scheme)
    variance = {"xavier": 2 / 400, "he": 2 / 300, 0.2: 0.04}[scheme]
    assert weights.shape == (300, 100)
    assert weights.var() == pytest.approx(variance, rel=0.05)
    assert abs(weights.mean()) < 0.01
    if scheme == "xavier":
        assert np.abs(weights).max() <= np.sqrt(6 / 400)
        assert np.abs(weights).max() > 0.99 * np.sqrt(6 / 400)


def test_gradients_vanish_where_the_page_says():
    images = np.random.default_rng(0).normal(size=(100, 196))
    for activation, scheme, low, high in (
        ("sigmoid", 0.01, 1e-40, 1e-32),
        ("sigmoid", "xavier", 1e-15, 1e-10),
        ("relu", "he", 0.05, 20),
        ("relu", 0.5, 100, 1e9),
    ):
        gradients = scratch.measure_signals(np.random.default_rng(3), images, activation, scheme)[1]
        assert low < gradients[0] / gradients[-1] < high
        assert len(gradients) == 20


@pytest.mark.parametrize("scheme", ["xavier", "he", 0.05])
def test_frameworks_draw_the_same_kinds_of_weights(framework, scheme):
    lesson, basics = need(framework)
    basics.set_seed(0)
    weights, bias = first_weights(framework, lesson.dense(600, 200, scheme))
    variance = {"xavier": 2 / 800, "he": 2 / 600, 0.05: 0.0025}[scheme]
    assert weights.shape == (600, 200)
    assert weights.var() == pytest.approx(variance, rel=0.03)
    assert not bias.any()
    spread = np.abs(weights).max() / weights.std()
    assert spread < 1.74 if scheme == "xavier" else spread > 3.5  # even, or normal and not cut


def first_weights(framework, layer):
    """The weights (inputs, outputs) and the biases of a layer with 600 inputs."""
    if framework == "pytorch":
        return host(layer.weight).T, host(layer.bias)
    layer.build((None, 600))
    return host(layer.kernel), host(layer.bias)


def test_default_weights_are_as_the_page_says():
    ours, _ = first_weights("pytorch", need("pytorch")[0].dense(600, 200, "default"))
    theirs, _ = first_weights("tensorflow", need("tensorflow")[0].dense(600, 200, "default"))
    assert np.abs(ours).max() == pytest.approx(1 / np.sqrt(600), rel=0.01)
    assert ours.var() == pytest.approx(1 / 1800, rel=0.03)
    assert np.abs(theirs).max() == pytest.approx(np.sqrt(6 / 800), rel=0.01)


def test_he_normal_of_keras_is_cut_and_that_of_pytorch_is_not():
    need("pytorch"), need("tensorflow")
    import keras
    import torch

    cut = np.asarray(keras.initializers.HeNormal(seed=0)((600, 200)))
    assert cut.var() == pytest.approx(2 / 600, rel=0.03)
    assert np.abs(cut).max() < 2.3 * np.sqrt(2 / 600)
    whole = torch.nn.init.kaiming_normal_(torch.empty(200, 600), nonlinearity="relu").numpy()
    assert whole.var() == pytest.approx(2 / 600, rel=0.03)
    assert np.abs(whole).max() > 3.5 * np.sqrt(2 / 600)


# Optimizers --------------------------------------------------------------------------------------


def definitions(framework):
    """Our optimizers in a framework's definition, and the framework's own beside them."""
    one, two = np.float64(0.9), np.float64(0.999)  # Keras rounds Python's numbers to float32
    SGD, Momentum = optimizers_numpy.SGD, optimizers_numpy.Momentum
    RMSProp, Adam = optimizers_numpy.RMSProp, optimizers_numpy.Adam
    if framework == "pytorch":
        from torch import optim

        return {
            "sgd": (SGD(), optim.SGD, {}),
            "momentum": (Momentum(), optim.SGD, {"momentum": 0.9}),
            "rmsprop": (RMSProp(), optim.RMSprop, {}),
            "adam": (Adam(), optim.Adam, {}),
        }
    from keras import optimizers

    return {
        "sgd": (SGD(), optimizers.SGD, {}),
        "momentum": (Momentum(inside=True), optimizers.SGD, {"momentum": one}),
        "rmsprop": (RMSProp(0.9, 1e-7, inside=True), optimizers.RMSprop, {}),
        "adam": (Adam(epsilon=1e-7, hat=True), optimizers.Adam, {"beta_1": one, "beta_2": two}),
    }


plans = st.tuples(
    st.integers(0, 10**6),
    st.lists(st.sampled_from([2.0**-k for k in range(3, 12)]), min_size=1, max_size=12),
    st.floats(-9, 2),  # the power of ten of the gradients: small ones show where ε stands
)


@pytest.mark.parametrize("name", ["sgd", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize("whose", frameworks.PACKAGES)
@given(plan=plans)
@settings(max_examples=15, deadline=None)
def test_optimizers_equal_the_frameworks_step_by_step(whose, name, plan):
    lesson = need(whose)[0]
    seed, rates, power = plan
    random = np.random.default_rng(seed)
    gradients = 10**power * random.normal(size=(len(rates), 3, 2))
    start = random.normal(size=(3, 2))
    ours, kind, settings = definitions(whose)[name]

    def gradient_of(at, step):
        return gradients[step] + 10**power * at

    path = optimizers_numpy.descend(ours, gradient_of, start, rates)
    theirs = lesson.follow(kind, gradient_of, start, rates, **settings)
    assert path.shape == theirs.shape == (len(rates) + 1, 3, 2)
    moved = np.abs(np.diff(theirs, axis=0)).max()
    np.testing.assert_allclose(np.diff(path, axis=0), np.diff(theirs, axis=0), atol=1e-7 * moved)
    np.testing.assert_allclose(path, theirs, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", ["sgd", "momentum", "rmsprop", "adam"])
def test_optimizers_equal_the_frameworks_on_real_gradients(framework, name, digits):
    images, labels = digits[0].astype(float), digits[1]
    weights = np.random.default_rng(0).normal(0, 0.1, (196, 10))
    rates = [1 / 128] * 50 + [1 / 512] * 50

    def gradient_of(at, step):
        batch = slice(40 * step, 40 * step + 40)
        return optimizers_numpy.softmax_gradient(at, images[batch], labels[batch])

    ours, kind, settings = definitions(framework)[name]
    path = optimizers_numpy.descend(ours, gradient_of, weights, rates)
    theirs = need(framework)[0].follow(kind, gradient_of, weights, rates, **settings)
    np.testing.assert_allclose(path, theirs, rtol=0, atol=1e-12)
    assert np.abs(path[-1] - path[0]).max() > 0.01


def test_momentums_part_only_where_the_rate_changes():
    def gradient_of(at, step):
        return np.cos(at + step)

    for rates, alike in (([0.1] * 9, True), ([0.1] * 5 + [0.05] * 4, False)):
        paths = [
            optimizers_numpy.descend(
                optimizers_numpy.Momentum(inside=inside), gradient_of, np.ones(3), rates
            )
            for inside in (False, True)
        ]
        assert np.allclose(*paths, rtol=0, atol=1e-12) == alike
        steps = [np.abs(np.diff(path, axis=0)) for path in paths]
        np.testing.assert_allclose(steps[0][:4], steps[1][:4], atol=1e-12)
        if not alike:  # exercise 2: Keras's first step at the new rate is the larger one
            assert (steps[1][5] > steps[0][5]).all()


def test_defaults_that_differ_are_as_the_page_says():
    need("pytorch"), need("tensorflow")
    import keras
    import torch

    weight = [torch.zeros(1)]
    assert torch.optim.Adam(weight).defaults["eps"] == 1e-8
    assert torch.optim.RMSprop(weight).defaults["eps"] == 1e-8
    assert torch.optim.RMSprop(weight).defaults["alpha"] == 0.99
    assert torch.optim.AdamW(weight).defaults["weight_decay"] == 0.01
    assert keras.optimizers.Adam().epsilon == keras.optimizers.RMSprop().epsilon == 1e-7
    assert keras.optimizers.RMSprop().rho == 0.9
    assert keras.optimizers.AdamW().weight_decay == 0.004
    ours, theirs = torch.nn.BatchNorm1d(3), keras.layers.BatchNormalization()
    assert (ours.momentum, ours.eps) == (0.1, 1e-5)
    assert (theirs.momentum, theirs.epsilon) == (0.99, 1e-3)
    assert torch.nn.GELU().approximate == "none"


def test_weight_decay_of_adam_means_two_things():
    """Added to the gradient in PyTorch's Adam; decay itself in Keras's, and in both AdamWs."""
    need("pytorch"), need("tensorflow")
    import keras
    import tensorflow as tf
    import torch

    for name, in_pytorch, in_keras in (("Adam", 10 - 0.01, 9.94), ("AdamW", 9.94, 9.94)):
        weight = torch.tensor([10.0])
        optimizer = getattr(torch.optim, name)([weight], lr=0.01, weight_decay=0.5)
        weight.grad = torch.tensor([1.0])
        optimizer.step()
        assert weight.item() == pytest.approx(in_pytorch, abs=1e-5)
        variable = keras.Variable([10.0])
        optimizer = getattr(keras.optimizers, name)(learning_rate=0.01, weight_decay=0.5)
        optimizer.apply([tf.constant([1.0])], [variable])
        assert float(variable.numpy()[0]) == pytest.approx(in_keras, abs=1e-5)


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_softmax_gradient_is_the_gradient(seed):
    need("pytorch")
    import torch

    random = np.random.default_rng(seed)
    weights, images = random.normal(size=(5, 4)), 10 * random.normal(size=(7, 5))
    labels = random.integers(0, 4, 7)
    theirs = torch.tensor(weights, requires_grad=True)
    scores = torch.from_numpy(images) @ theirs
    torch.nn.functional.cross_entropy(scores, torch.from_numpy(labels)).backward()
    ours = optimizers_numpy.softmax_gradient(weights, images, labels)
    np.testing.assert_allclose(ours, host(theirs.grad), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("label", [-1, 4])
def test_labels_out_of_range_are_named(label):
    labels = np.array([0, 3, label, 1])
    with pytest.raises(ValueError, match=f"label {label} at index 2 is none of the classes 0 to 3"):
        optimizers_numpy.softmax_gradient(np.zeros((5, 4)), np.zeros((4, 5)), labels)


def test_images_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"images \(4, 6\) and weights \(5, 4\) do not fit"):
        optimizers_numpy.softmax_gradient(np.zeros((5, 4)), np.zeros((4, 6)), np.zeros(4, int))


def test_a_descent_that_explodes_names_its_step():
    def gradient_of(at, step):
        return np.array([np.inf]) if step == 3 else at

    with pytest.raises(FloatingPointError, match="gradient of step 3 is not finite; try a smaller"):
        optimizers_numpy.descend(optimizers_numpy.SGD(), gradient_of, np.ones(1), [0.1] * 9)


# Batch normalisation and dropout -----------------------------------------------------------------


def twin_norms(framework, features):
    """The framework's own batch normalisation, and ours with its conventions."""
    if framework == "pytorch":
        import torch

        return torch.nn.BatchNorm1d(features).double(), layers_numpy.BatchNorm(features)
    import keras

    theirs = keras.layers.BatchNormalization(dtype="float64")
    return theirs, layers_numpy.BatchNorm(features, keep=0.99, epsilon=1e-3, unbiased=False)


@given(st.integers(0, 10**6), st.integers(2, 6), st.integers(1, 4))
@settings(max_examples=15, deadline=None)
@pytest.mark.parametrize("name", frameworks.PACKAGES)
def test_batch_norm_equals_the_frameworks_in_training_and_after(name, seed, batch, features):
    need(name)
    random = np.random.default_rng(seed)
    theirs, ours = twin_norms(name, features)
    for _ in range(4):
        sums = random.normal(2, 3, (batch, features))
        expected = theirs(tensor(name, sums), **({"training": True} if name != "pytorch" else {}))
        np.testing.assert_allclose(ours(sums, training=True), host(expected), atol=1e-6)
    if name == "pytorch":
        theirs.eval()
    sums = random.normal(2, 3, (1, features))
    np.testing.assert_allclose(
        ours(sums, training=False), host(theirs(tensor(name, sums))), rtol=1e-5, atol=1e-6
    )
    statistics = (
        (theirs.running_mean, theirs.running_var)
        if name == "pytorch"
        else (theirs.moving_mean, theirs.moving_variance)
    )
    np.testing.assert_allclose(ours.mean, host(statistics[0]), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(ours.variance, host(statistics[1]), rtol=1e-5)


def test_a_batch_of_one_has_no_variance():
    norm = layers_numpy.BatchNorm(3)
    with pytest.raises(ValueError, match=r"a batch \(1, 3\) has no variance; train on 2 or more"):
        norm(np.zeros((1, 3)), training=True)
    assert norm(np.zeros((1, 3)), training=False).shape == (1, 3)


def test_dropout_drops_with_its_probability_in_all_three(framework):
    ones = np.ones((400, 500), np.float32)
    if framework == "pytorch":
        import torch

        theirs = host(torch.nn.Dropout(0.2)(torch.from_numpy(ones)))
    else:
        import keras

        theirs = host(keras.layers.Dropout(0.2)(ones, training=True))
    ours = layers_numpy.dropout(np.random.default_rng(0), ones, 0.2)
    for dropped in (ours, theirs):
        assert np.mean(dropped == 0) == pytest.approx(0.2, abs=0.01)
        np.testing.assert_allclose(dropped[dropped > 0], 1.25)
    np.testing.assert_array_equal(layers_numpy.dropout(np.random.default_rng(0), ones, 0.0), ones)


@pytest.mark.parametrize("drop", [-0.1, 1.0])
def test_dropout_of_everything_is_refused(drop):
    with pytest.raises(ValueError, match="give a probability from 0 to below 1"):
        layers_numpy.dropout(np.random.default_rng(0), np.ones(3), drop)


# Networks and training ---------------------------------------------------------------------------


def copied_pair(activation):
    """A PyTorch and a Keras network of 20 layers with the same weights, in float64."""
    pytorch, keras = need("pytorch")[0], need("tensorflow")[0]
    with frameworks.in_float64("tensorflow"):
        theirs = keras.deep_network(activation, "he")
    need("pytorch")[1].set_seed(0)
    ours = pytorch.deep_network(activation, "he").double()
    arrays = [host(weight) for weight in ours.parameters()]
    for variable, array in zip(theirs.trainable_variables, arrays, strict=True):
        variable.assign(array.T)
    return ours, theirs


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_same_weights_give_the_same_scores_and_gradients(activation):
    import tensorflow as tf
    import torch

    ours, theirs = copied_pair(activation)
    random = np.random.default_rng(0)
    images, weights = random.normal(size=(6, 196)), random.normal(size=(6, 10))
    (ours(torch.from_numpy(images)) * torch.from_numpy(weights)).sum().backward()
    with tf.GradientTape() as tape:
        scores = theirs(tf.constant(images), training=True)
        total = tf.reduce_sum(scores * weights)
    # TensorFlow's exact GELU divides by a square root of two that is rounded to float32.
    close = 1e-6 if activation == "gelu" else 1e-12
    expected = host(ours(torch.from_numpy(images)))
    np.testing.assert_allclose(host(scores), expected, rtol=close, atol=close * expected.std())
    gradients = tape.gradient(total, theirs.trainable_variables)
    for gradient, weight in zip(gradients, ours.parameters(), strict=True):
        expected = host(weight.grad).T
        scale = np.abs(expected).max()
        np.testing.assert_allclose(host(gradient), expected, rtol=close, atol=close * scale)


@pytest.mark.parametrize(
    ("settings", "parameters"),
    [
        ({}, 196 * 32 + 32 + 18 * (32 * 32 + 32) + 32 * 10 + 10),
        ({"norm": True}, 25_642 + 19 * 2 * 32),
        ({"depth": 3, "width": 128, "drop": 0.2}, 196 * 128 + 128 + 128 * 128 + 128 + 1290),
    ],
)
def test_parameters_are_counted(framework, settings, parameters):
    lesson, basics = need(framework)
    assert basics.count_parameters(lesson.deep_network("relu", "he", **settings)) == parameters


def trained(framework, digits, rates, activation="tanh"):
    """Losses, first and last scores of one small network trained on 200 digits."""
    lesson, basics = need(framework)
    basics.set_seed(2)
    network = lesson.deep_network(activation, "xavier", depth=3)
    images, labels = (tensor(framework, each[:200]) for each in digits)
    before = host(network(images))
    module = import_module({"pytorch": "torch.optim", "tensorflow": "keras.optimizers"}[framework])
    arguments = [network.parameters()] if framework == "pytorch" else []
    optimizer = module.SGD(*arguments)
    losses = list(lesson.train(network, images, labels, optimizer, rates))
    return losses, before, host(network(images))


def test_a_rate_of_zero_changes_nothing_and_reports_the_loss(framework, digits):
    losses, before, after = trained(framework, digits, np.zeros(8, np.float32))
    scores = before.astype(float)
    targets = scores[np.arange(200), digits[1][:200]]
    by_hand = np.mean(np.log(np.exp(scores).sum(axis=1)) - targets)
    assert losses == pytest.approx([by_hand, by_hand], rel=1e-5)
    np.testing.assert_allclose(before, after, atol=1e-6)


def test_each_step_has_its_own_rate(framework, digits):
    """Only the third of four batches has a rate, and a doubled rate moves twice as far."""
    moves = []
    for rate in (1e-4, 2e-4):
        _, before, after = trained(framework, digits, np.float32([0, 0, rate, 0]))
        moves.append(np.abs(after - before).mean())
    assert moves[0] > 0
    assert moves[1] / moves[0] == pytest.approx(2, rel=0.05)


def test_a_loss_that_is_no_number_names_its_step(framework, digits):
    rates = np.float32([0.01, 0.01, 1e30, 0.01, 0.01, 0.01, 0.01, 0.01])
    with pytest.raises(FloatingPointError, match=r"the loss of step [345] is not finite"):
        trained(framework, digits, rates, activation="relu")


def test_accuracy_is_measured_without_dropout_and_batch_statistics(framework, digits):
    lesson, basics = need(framework)
    basics.set_seed(0)
    network = lesson.deep_network("relu", "he", depth=3, norm=True, drop=0.5)
    images, labels = (tensor(framework, each[:300]) for each in digits)
    first, second = (lesson.accuracy(network, images, labels) for _ in range(2))
    assert first == second
    one = lesson.accuracy(network, images[:1], labels[:1])  # a batch of one is no fault
    assert one in (0.0, 1.0)


@given(st.integers(10, 300), st.floats(0, 0.9), st.floats(1e-4, 1.0), st.booleans())
def test_learning_rates_rise_and_fall_as_the_formula_says(steps, warm, peak, cosine):
    rates = scratch.learning_rates(peak, steps, warm, cosine)
    rising = int(warm * steps)
    for step in range(1, steps + 1):
        angle = np.pi * (step - 1 - rising) / (steps - rising)
        later = peak / 2 * (1 + np.cos(angle)) if cosine else peak
        expected = peak * step / rising if step <= rising else later
        assert rates[step - 1] == pytest.approx(expected, rel=1e-4, abs=1e-7 * peak)


def test_layer_gradients_are_those_of_the_first_to_the_last_layer(framework, digits):
    lesson, basics = need(framework)
    basics.set_seed(0)
    images, labels = (tensor(framework, each[:100]) for each in digits)
    sizes = lesson.layer_gradients(lesson.deep_network("sigmoid", "xavier"), images, labels)
    assert len(sizes) == 20
    assert all(first < last for first, last in pairwise(sizes[1:]))  # they fade on the way back
    assert sizes[0] < 1e-9 * sizes[-1]


# What the record says ----------------------------------------------------------------------------


@pytest.fixture
def recorded(framework):
    record = json.loads((ROOT / "docs/records/depth.json").read_text(encoding="utf-8"))
    rows = [row for row in record["rows"] if row["device"] == "cpu"]
    (row,) = (row for row in rows if row["framework"] == framework)
    assert len(row["seeds"]) >= 5
    return {
        name.removesuffix("_accuracy"): metric
        for name, metric in row["metrics"].items()
        if name.endswith("_accuracy") or name.startswith("depth_")
    }


def test_the_deep_network_fails_and_then_trains(recorded):
    assert recorded["start"]["high"] <= 0.11
    assert recorded["final"]["low"] >= 0.8
    assert recorded["adam"]["low"] >= 0.8


def test_each_cure_alone_is_not_enough(recorded):
    for name in ("small_relu", "small_adam", "xavier_sigmoid"):
        assert recorded[name]["high"] <= 0.11


def test_he_beats_small_random_and_xavier_in_every_seed(recorded):
    assert recorded["he_relu"]["low"] > 3 * recorded["small_relu"]["high"]
    assert recorded["he_relu"]["low"] > recorded["xavier_relu"]["high"]


def test_relu_beats_the_sigmoid_and_tanh_beats_relu(recorded):
    assert recorded["he_relu"]["low"] > 3 * recorded["xavier_sigmoid"]["high"]
    assert recorded["xavier_tanh"]["mean"] > recorded["he_relu"]["mean"]


def test_sigmoids_fade_with_depth_and_the_others_do_not(recorded):
    assert recorded["depth_sigmoid"]["low"][0] > 0.85
    assert recorded["depth_sigmoid"]["high"][2] <= 0.11
    assert min(recorded[f"depth_{name}"]["low"][2] for name in ("tanh", "relu")) > 0.8


def test_batch_norm_bears_large_rates_and_rescues_small_weights_in_part(recorded):
    assert recorded["steep"]["high"] < 0.25 < 0.8 < recorded["steep_norm"]["low"]
    assert recorded["small_norm"]["low"] > 2 * recorded["small_relu"]["high"]
    assert recorded["small_norm"]["mean"] < recorded["he_relu"]["mean"]


def test_batch_norm_is_no_gain_at_a_small_rate_and_a_loss_with_adam(recorded):
    assert recorded["norm"]["mean"] < recorded["he_relu"]["mean"] + 0.02
    assert recorded["adam_norm"]["high"] < recorded["adam"]["low"]


def test_dropout_and_weight_decay_gain_less_than_the_seed_does(recorded):
    plain = recorded["few"]
    for name in ("few_drop", "few_decay"):
        assert plain["low"] <= recorded[name]["high"] and recorded[name]["low"] <= plain["high"]
        assert -0.005 < recorded[name]["mean"] - plain["mean"] < 0.02
    assert abs(recorded["wide_drop"]["mean"] - recorded["wide"]["mean"]) < 0.01
    assert recorded["adam_drop"]["high"] < 0.6 * recorded["adam"]["low"]


def test_where_the_rate_is_too_high_its_fall_helps_and_warm_up_alone_is_not_settled(recorded):
    level, warm, plan = (recorded[name] for name in ("fast", "fast_warm", "fast_plan"))
    assert plan["low"] > level["high"]
    assert plan["mean"] > warm["mean"] + 0.05
    assert level["low"] <= warm["high"] and warm["low"] <= level["high"]  # the ranges overlap


def test_a_schedule_changes_little_where_the_rate_is_right(recorded):
    assert recorded["final"]["low"] <= recorded["adam"]["high"]
    assert recorded["adam"]["low"] <= recorded["final"]["high"]


def test_adaptive_optimizers_beat_plain_descent_in_the_mean(recorded):
    for name in ("rmsprop", "adam"):
        assert recorded[name]["mean"] > recorded["he_relu"]["mean"] + 0.03


def test_deeper_is_not_better_here(recorded):
    assert recorded["wide"]["low"] > recorded["final"]["high"]
    assert recorded["depth_relu"]["low"][0] > recorded["depth_relu"]["mean"][2]


@pytest.mark.parametrize("name", ["start", "adam"])
def test_one_seed_of_the_record_is_no_fiction(framework, recorded, name):
    """Train the network that fails, and one that trains, with a seed the record has not seen."""
    from lessons.depth.record import RUNS, Bench

    bench = Bench(framework, "cpu")
    bench.basics.set_seed(17)
    activation, scheme, more, kind, peak, how = RUNS[name]
    network = bench.build(activation, scheme, **more)
    bench.train(network, kind, peak, **how)
    past = recorded[name]
    margin = MARGIN * (past["high"] - past["low"]) + 0.005
    assert past["low"] - margin <= bench.accuracy(network) <= past["high"] + margin
