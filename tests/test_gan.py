"""Doubts about the lesson on generative adversarial networks."""

import json
from pathlib import Path

import frameworks
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from lessons import generators
from lessons.data import load_digits
from lessons.gan import layers, pictures
from lessons.gan import numpy as toy
from tools.bands import MARGIN

ROOT = Path(__file__).parents[1]
MODULES = "lessons.gan.{}", "lessons.gan.toy_{}", "lessons.gan.reader_{}", "lessons.{}"
GAME = "lessons.gan.play_{}"
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
GRID = np.linspace(-6, 6, 241)
STEP = GRID[1] - GRID[0]


def need(framework):
    return frameworks.need(framework, *MODULES)


def game_of(framework):
    (game,) = frameworks.need(framework, GAME)
    return game.play


def tensor(framework, images):
    """Pictures as the lesson's networks take them, on the CPU."""
    (digits,) = frameworks.need(framework, "lessons.convolutions.{}")
    return digits.to_tensor(images, CPU[framework])


def host(array):
    return array.detach().cpu().numpy() if hasattr(array, "detach") else array.numpy()


def mixture(random):
    """A density on the grid: two bumps in random places."""
    bumps = [
        toy.normal_density(GRID, random.uniform(-2, 2), random.uniform(0.3, 0.8)) for _ in range(2)
    ]
    return (bumps[0] + bumps[1]) / 2


# The value and its optimum ----------------------------------------------------------------------


@given(st.integers(0, 10**6))
def test_no_answers_have_a_larger_value_than_the_best(seed):
    random = np.random.default_rng(seed)
    real, fake = mixture(random), mixture(random)
    best = toy.best_discriminator(real, fake)
    largest = toy.value(real, fake, best, STEP)
    for scale in (1e-3, 0.1):
        others = np.clip(best + scale * random.standard_normal(len(best)), 1e-9, 1 - 1e-9)
        assert toy.value(real, fake, others, STEP) < largest
    assert toy.value(real, fake, np.full_like(best, 0.5), STEP) == pytest.approx(
        -np.log(4), abs=1e-5
    )


@given(st.integers(0, 10**6))
def test_the_value_is_the_divergence_less_log_4(seed):
    random = np.random.default_rng(seed)
    real, fake = mixture(random), mixture(random)
    middle = (real + fake) / 2
    parts = [density * np.log(np.maximum(density, 1e-300) / middle) for density in (real, fake)]
    expected = STEP * np.sum(parts) - np.log(4)
    found = toy.value(real, fake, toy.best_discriminator(real, fake), STEP)
    assert found == pytest.approx(expected, abs=1e-5)
    assert -np.log(4) - 1e-5 <= found <= 1e-9


def test_equal_densities_have_the_value_of_minus_log_4():
    real = toy.normal_density(GRID, 1, 0.5)
    best = toy.best_discriminator(real, real)
    assert np.array_equal(best, np.full(len(GRID), 0.5))  # also where both are 0
    assert toy.value(real, real, best, STEP) == pytest.approx(-np.log(4), abs=1e-9)
    assert np.array_equal(toy.best_discriminator(np.zeros(2), np.zeros(2)), [0.5, 0.5])


def test_a_parabola_is_all_that_the_toys_judge_needs():
    """For two normal densities, the best answers' score is a + bx + cx^2."""
    real, fake = toy.normal_density(GRID, 1, 0.5), toy.normal_density(GRID, -1, 1)
    middle = slice(80, 160)  # where no density is lost in rounding
    best = toy.best_discriminator(real, fake)[middle]
    scores = np.log(best / (1 - best))
    fitted = np.polynomial.polynomial.polyfit(GRID[middle], scores, 2)
    np.testing.assert_allclose(toy.toy_score(fitted, GRID[middle]), scores, atol=1e-8)


@pytest.mark.parametrize("wrong", [1.2, -0.1, float("nan")])
def test_answers_that_are_no_probabilities_are_refused(wrong):
    answers = np.full(len(GRID), 0.5)
    answers[7] = wrong
    density = toy.normal_density(GRID, 0, 1)
    with pytest.raises(ValueError, match=r"answer 7 is .*pass its scores through a sigmoid"):
        toy.value(density, density, answers, STEP)


def test_a_trained_network_finds_the_formula(framework):
    _, lesson, _, basics = need(framework)
    real, fake = toy.normal_density(GRID, 1, 0.5), toy.normal_density(GRID, -1, 1)
    basics.set_seed(3)
    answers = lesson.train_toy(lesson.toy_discriminator(), GRID, real, fake)
    best = toy.best_discriminator(real, fake)
    largest = toy.value(real, fake, best, STEP)
    assert largest - 0.01 < toy.value(real, fake, answers, STEP) <= largest
    assert abs(answers - best)[real + fake > 0.02].max() < 0.15


# The toy game -----------------------------------------------------------------------------------


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=20)
def test_gradients_are_autograds_and_finite_differences(seed):
    random = np.random.default_rng(seed)
    weights, player = random.standard_normal(3), random.standard_normal(2)
    real, noise = random.standard_normal((2, 8))
    fake = player[0] + player[1] * noise

    # Softplus in place of the logarithm of a sigmoid: it stays exact where a score is large.
    def judged(w):
        scores = toy.toy_score(w, real), toy.toy_score(w, fake)
        return np.logaddexp(0, -scores[0]).mean() + np.logaddexp(0, scores[1]).mean()

    def written(g):
        return np.logaddexp(0, -toy.toy_score(weights, g[0] + g[1] * noise)).mean()

    ours = (
        toy.discriminator_gradient(weights, real, fake),
        toy.generator_gradient(weights, *player, noise),
    )
    for loss, place, gradient in ((judged, weights, ours[0]), (written, player, ours[1])):
        for n, step in enumerate(1e-6 * np.eye(len(place))):
            slope = (loss(place + step) - loss(place - step)) / 2e-6
            assert gradient[n] == pytest.approx(slope, rel=1e-4, abs=1e-4)
    for framework in frameworks.PACKAGES:
        lesson = need(framework)[1]
        theirs = lesson.toy_gradients(weights, player, real, noise)
        for gradient, wanted in zip(theirs, ours, strict=True):
            np.testing.assert_allclose(gradient, wanted, atol=1e-12)


def test_the_toy_overshoots_and_damping_settles_it():
    for seed in range(5):
        free, damped = toy.play_toy(2000, seed), toy.play_toy(2000, seed, damping=0.3)
        assert free[:500, 1].min() < 0.05 and free[300:, 1].max() > 0.6
        assert damped[:500, 1].min() > 0.3 and damped[500:, 1].max() < 0.6
        for history in (free[-100:], damped[-100:]):
            np.testing.assert_allclose(history.mean(axis=0), [1, 0.5], atol=0.1)


# Pictures ---------------------------------------------------------------------------------------


def by_framework(framework, images, kernels, stride, padding):
    """A framework's own transposed convolution."""
    if framework == "pytorch":
        import torch

        arrays = torch.from_numpy(images), torch.from_numpy(kernels)
        settings = {"stride": stride, "padding": padding}
        return torch.nn.functional.conv_transpose2d(*arrays, **settings).numpy()
    import tensorflow as tf

    (batch, _, *size), (_, out, *kernel) = images.shape, kernels.shape
    full = [(n - 1) * stride + k for n, k in zip(size, kernel, strict=True)]
    turned = images.transpose(0, 2, 3, 1), kernels.transpose(2, 3, 1, 0)
    canvas = tf.nn.conv2d_transpose(*turned, (batch, *full, out), stride, "VALID")
    high, wide = (n - padding for n in full)
    return canvas.numpy().transpose(0, 3, 1, 2)[:, :, padding:high, padding:wide]


@pytest.mark.parametrize(
    ("stride", "padding", "kernel"), [(1, 0, 3), (2, 1, 4), (2, 0, 3), (3, 1, 2)]
)
def test_transposed_convolution_is_the_frameworks(framework, stride, padding, kernel):
    need(framework)
    random = np.random.default_rng(kernel)
    images = random.standard_normal((2, 3, 4, 5))
    kernels = random.standard_normal((3, 2, kernel, kernel + 1))
    ours = layers.transposed_convolution(images, kernels, stride, padding)
    theirs = by_framework(framework, images, kernels, stride, padding)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, atol=1e-10)


def test_a_padding_that_leaves_nothing_is_refused():
    with pytest.raises(ValueError, match="padding 2 cuts all of 4 x 4 off; use less"):
        layers.transposed_convolution(np.ones((1, 1, 1, 1)), np.ones((1, 1, 4, 4)), 1, 2)


def test_it_is_the_transpose_and_not_the_inverse_of_a_convolution():
    from lessons.convolutions.numpy import convolution_layer

    random = np.random.default_rng(0)
    image, small = random.standard_normal((1, 2, 8, 8)), random.standard_normal((1, 3, 4, 4))
    kernels = random.standard_normal((3, 2, 4, 4))
    there = convolution_layer(image, kernels, np.zeros(3), stride=2, padding=1)
    back = layers.transposed_convolution(small, kernels)
    assert np.sum(there * small) == pytest.approx(np.sum(image * back))
    returned = layers.transposed_convolution(there, kernels)
    assert returned.shape == image.shape
    assert abs(np.corrcoef(returned.ravel(), image.ravel())[0, 1]) < 0.95


def test_kernels_for_other_channels_are_refused():
    with pytest.raises(ValueError, match=r"images \(1, 3, 4, 4\) and kernels .* do not fit; pass"):
        layers.transposed_convolution(np.zeros((1, 3, 4, 4)), np.zeros((2, 3, 4, 4)))


def test_classes_are_counted_by_their_shares():
    shares = pictures.class_shares(np.repeat([0, 1, 2], [980, 15, 5]))
    assert shares.tolist() == [0.98, 0.015, 0.005, *[0] * 7]
    assert pictures.covered(shares) == 2
    assert pictures.effective_classes(np.full(10, 0.1)) == pytest.approx(10)
    assert pictures.effective_classes(np.eye(10)[3]) == pytest.approx(1)
    assert pictures.effective_classes(np.array([0.5, 0.5, 0])) == pytest.approx(2)


@given(st.integers(0, 10**6), st.integers(2, 6))
@settings(deadline=None)
def test_frechet_distance_is_scipys(seed, width):
    random = np.random.default_rng(seed)
    some, others = (
        random.standard_normal((60, width)) @ random.standard_normal((width, width))
        + random.standard_normal(width)
        for _ in range(2)
    )
    first, second = (np.cov(each.T) for each in (some, others))
    shift = some.mean(axis=0) - others.mean(axis=0)
    root = np.real(sqrtm(first @ second))
    expected = shift @ shift + np.trace(first + second - 2 * root)
    found = pictures.frechet_distance(some, others)
    scale = np.trace(first + second)
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-4 * scale)
    assert found == pytest.approx(pictures.frechet_distance(others, some), abs=1e-6 * scale)
    assert pictures.frechet_distance(some, some) == pytest.approx(0, abs=1e-6 * scale)


def test_too_few_pictures_for_a_covariance_are_refused():
    with pytest.raises(ValueError, match=r"features \(4, 4\) are too few .* more than 4 pictures"):
        pictures.frechet_distance(np.zeros((9, 4)), np.zeros((4, 4)))


def test_measures_are_four_and_read_as_a_line():
    random = np.random.default_rng(0)
    features, chances = random.standard_normal((50, 3)), np.eye(10)[np.arange(50) % 5]
    found = pictures.measure(features, 0.9 * chances + 0.01, features, sure=0.9)
    assert found == pytest.approx((5, 5.0, 1.0, 0.0), abs=1e-9)
    assert pictures.measure(features, 0.9 * chances + 0.01, features, sure=0.92)[2] == 0
    moved = pictures.measure(features + [2, 0, 0], 0.9 * chances + 0.01, features)[3]
    assert moved == pytest.approx(4 / features.var(axis=0).sum())
    line = pictures.describe("here", (5, 4.96, 0.5, 0.1234))
    assert line == "here: 5 classes (5.0 effective), sure of 0.50, distance 0.123"


def test_the_nearest_is_found():
    random = np.random.default_rng(0)
    some, known = random.random((5, 4, 4)), random.random((7, 4, 4))
    expected = [min(np.linalg.norm(one - other) for other in known) for one in some]
    np.testing.assert_allclose(pictures.distance_to_nearest(some, known), expected)
    assert pictures.distance_to_nearest(known, known).max() < 1e-6
    bright, dark = np.full((1, 2, 2), 200, np.uint8), np.zeros((1, 2, 2), np.uint8)
    assert pictures.distance_to_nearest(bright, dark) == 400


def test_a_walk_keeps_to_the_arc():
    random = np.random.default_rng(0)
    start, end = random.standard_normal((2, 16))
    path = pictures.walk(start, end, steps=9)
    np.testing.assert_allclose(path[[0, -1]], [start, end], atol=1e-12)
    lengths = np.linalg.norm(path, axis=1)
    np.testing.assert_allclose(np.diff(lengths), np.diff(lengths)[0], atol=1e-12)
    units = path / lengths[:, np.newaxis]
    angles = np.arccos(np.clip((units[1:] * units[:-1]).sum(axis=1), -1, 1))
    np.testing.assert_allclose(angles, angles[0])
    straight = np.linalg.norm((start + end) / 2)
    assert straight < 0.85 * lengths[4]  # the empty middle


@pytest.mark.parametrize("factor", [1.0, 2.0, -1.0, 0.0])
def test_a_walk_along_a_line_through_the_middle_is_refused(factor):
    start = np.random.default_rng(0).standard_normal(16)
    with pytest.raises(ValueError, match="start and end lie on one line through 0"):
        pictures.walk(start, factor * start, steps=9)


# Networks ---------------------------------------------------------------------------------------


def build(framework, name, **settings):
    lesson, *_, basics = need(framework)
    basics.set_seed(1)
    with frameworks.in_float64(framework):
        return getattr(lesson, name)(**settings)


def test_parameters_are_as_the_page_counts_them(framework):
    lesson, *_, basics = need(framework)
    assert basics.count_parameters(lesson.generator()) == 35_217 < 60_000
    assert basics.count_parameters(lesson.discriminator()) == 10_129
    assert basics.count_parameters(lesson.discriminator(normalise=False)) == 10_065


def with_biases(framework, network):
    """A network whose biases are not 0 any more, as after a training."""
    if framework == "pytorch":
        for layer in network:
            if getattr(layer, "weight", np.zeros(1)).ndim > 1:
                layer.bias.data.fill_(5)
        return network
    for weight in network.trainable_variables:
        if weight.name == "bias":
            weight.assign(np.full(weight.shape, 5))
    return network


def test_started_weights_are_small_and_biases_zero(framework):
    lesson, *_, basics = need(framework)
    basics.set_seed(0)
    players = lesson.generator(), lesson.discriminator()
    for network in (lesson.start(with_biases(framework, player)) for player in players):
        if framework == "pytorch":
            arrays = {name: host(weight) for name, weight in network.named_parameters()}
        else:
            arrays = {weight.path: host(weight) for weight in network.trainable_variables}
        for name, array in arrays.items():
            if array.ndim > 1:
                assert array.std() == pytest.approx(0.02, rel=0.15), name
            else:
                assert set(np.unique(array)) <= {0.0, 1.0}, name  # biases, and scales of norms


def layered(network):
    """The layers of a network that hold weights, in order."""
    layers = network.layers if hasattr(network, "layers") else network
    names = ("Linear", "Conv", "BatchNorm", "Dense")
    return [layer for layer in layers if type(layer).__name__.startswith(names)]


def copy_weights(ours, theirs):
    """Give a Keras network the weights of a PyTorch network."""
    for layer, twin in zip(layered(ours), layered(theirs), strict=True):
        state = {name: host(part) for name, part in layer.state_dict().items()}
        kind = type(layer).__name__
        if kind.startswith("BatchNorm"):
            names = ("weight", "bias", "running_mean", "running_var")
            twin.set_weights([state[name] for name in names])
            continue
        weight, bias = state["weight"], state["bias"]
        if kind == "Linear" and weight.shape[0] > 1:  # to 7 x 7: rows from CHW to HWC
            weight = weight.reshape(-1, 7, 7, weight.shape[1]).transpose(1, 2, 0, 3)
            weight = weight.reshape(-1, weight.shape[-1])
            bias = bias.reshape(-1, 7, 7).transpose(1, 2, 0).ravel()
        elif kind == "Linear":  # from 7 x 7: columns likewise
            weight = weight.reshape(1, -1, 7, 7).transpose(0, 2, 3, 1).reshape(1, -1)
        twin.set_weights([weight.T if weight.ndim == 2 else weight.transpose(2, 3, 1, 0), bias])


@pytest.fixture
def pairs():
    """Both networks in both frameworks, in float64, with the same weights."""
    need("pytorch"), need("tensorflow")
    import torch

    found = {}
    for name in ("generator", "discriminator"):
        ours, theirs = build("pytorch", name), build("tensorflow", name)
        for layer in ours:
            if isinstance(layer, torch.nn.BatchNorm2d):
                torch.nn.init.normal_(layer.weight, 1, 0.2)
                torch.nn.init.normal_(layer.bias, 0, 0.2)
                layer.running_mean.normal_(0, 0.5)
                layer.running_var.uniform_(0.5, 2)
        copy_weights(ours, theirs)
        found[name] = ours, theirs
    return found


@pytest.mark.parametrize("training", [True, False])
def test_same_weights_give_the_same_pictures_and_scores(pairs, training):
    import torch

    random = np.random.default_rng(2)
    noise, images = random.standard_normal((6, 16)), random.random((6, 28, 28))
    ours, theirs = pairs["generator"]
    written = host(ours.train(training)(torch.from_numpy(noise)))[:, 0]
    np.testing.assert_allclose(written, theirs(noise, training=training)[..., 0], rtol=1e-5)
    assert written.min() >= 0 and written.max() <= 1
    ours, theirs = pairs["discriminator"]
    scores = host(ours.train(training)(torch.from_numpy(images)[:, None]))
    found = theirs(images[..., None], training=training)
    np.testing.assert_allclose(scores, found, rtol=1e-5, atol=1e-8)


def test_normalisations_that_differ_are_as_the_page_says():
    need("pytorch"), need("tensorflow")
    import keras
    import torch

    ours, theirs = torch.nn.BatchNorm1d(1), keras.layers.BatchNormalization()
    assert (ours.momentum, ours.eps) == (0.1, 1e-5)
    assert (theirs.momentum, theirs.epsilon) == (0.99, 1e-3)
    batch, alike = np.array([[0.0], [1.0], [5.0]], np.float32), {"momentum": 0.9, "epsilon": 1e-5}
    theirs = keras.layers.BatchNormalization(**alike)
    ours(torch.from_numpy(batch)), theirs(batch, training=True)
    assert host(ours.running_var)[0] == pytest.approx(0.9 + 0.1 * batch.var(ddof=1))
    assert host(theirs.moving_variance)[0] == pytest.approx(0.9 + 0.1 * batch.var())


def test_losses_are_the_logarithms_that_the_page_names(framework):
    lesson = need(framework)[0]
    real, fake = np.random.default_rng(0).normal(0, 3, (2, 20, 1))
    if framework == "pytorch":
        import torch

        given = torch.from_numpy(real), torch.from_numpy(fake)
    else:
        import tensorflow as tf

        given = tf.constant(real), tf.constant(fake)
    answers = toy.sigmoid(real), toy.sigmoid(fake)
    judged = -np.log(answers[0]).mean() - np.log(1 - answers[1]).mean()
    assert float(lesson.discriminator_loss(*given)) == pytest.approx(judged)
    assert float(lesson.generator_loss(given[1])) == pytest.approx(-np.log(answers[1]).mean())


def test_both_frameworks_play_the_same_game(pairs, monkeypatch):
    """Same weights, batch and noise: the same losses, round after round."""
    import tensorflow as tf
    import torch

    random = np.random.default_rng(5)
    noise, images = random.standard_normal((8, 16)), random.random((8, 28, 28))
    order = np.arange(8)
    monkeypatch.setattr(torch, "randn", lambda *_, **__: torch.from_numpy(noise))
    monkeypatch.setattr(torch, "randint", lambda *_, **__: torch.from_numpy(order))
    monkeypatch.setattr(tf.random, "normal", lambda *_, **__: tf.constant(noise))
    monkeypatch.setattr(tf.random, "uniform", lambda *_, **__: tf.constant(order))
    ours, theirs = ([pair[n] for pair in pairs.values()] for n in (0, 1))
    settings = {"rounds": 6, "batch_size": 8}
    mine = list(game_of("pytorch")(*ours, tensor("pytorch", images), **settings))
    other = game_of("tensorflow")(*theirs, tensor("tensorflow", images), **settings)
    np.testing.assert_allclose(mine, list(other), rtol=2e-3)
    assert mine[-1][0] < mine[0][0]  # the judge learns to tell these eight apart


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def weights_of(network):
    parameters = getattr(network, "trainable_variables", None) or network.parameters()
    return [host(weight).copy() for weight in parameters]


def test_a_game_without_images_is_refused(framework, digits):
    lesson, *_ = need(framework)
    players = lesson.generator(), lesson.discriminator()
    with pytest.raises(ValueError, match="there are no images; give at least one"):
        list(game_of(framework)(*players, tensor(framework, digits[0][:0]), 1))


@pytest.mark.parametrize("asleep", [0, 1])
def test_a_player_with_a_rate_of_zero_does_not_learn(framework, digits, asleep):
    lesson, *_, basics = need(framework)
    basics.set_seed(0)
    players = [lesson.start(lesson.generator()), lesson.start(lesson.discriminator())]
    before = [weights_of(player) for player in players]
    rates = [0.002, 0.002]
    rates[asleep] = 0.0
    list(game_of(framework)(*players, tensor(framework, digits[0][:64]), 2, rates=tuple(rates)))
    for n, player in enumerate(players):
        pairs = zip(before[n], weights_of(player), strict=True)
        moved = max(abs(old - new).max() for old, new in pairs)
        assert moved == 0 if n == asleep else moved > 1e-3


def test_same_seed_plays_the_same_game(framework, digits):
    lesson, *_, basics = need(framework)
    runs = []
    for seed in (3, 3, 4):
        basics.set_seed(seed)
        players = [lesson.start(lesson.generator()), lesson.start(lesson.discriminator())]
        runs.append(list(game_of(framework)(*players, tensor(framework, digits[0][:200]), 3)))
    np.testing.assert_allclose(runs[0], runs[1], rtol=1e-4)
    assert not np.allclose(runs[0], runs[2], rtol=1e-3)


def test_a_rate_that_is_too_large_is_named(framework, digits):
    lesson, *_, basics = need(framework)
    basics.set_seed(0)
    players = [lesson.generator(), lesson.discriminator()]
    game = game_of(framework)(*players, tensor(framework, digits[0][:64]), 9, rates=(1e30, 1e30))
    with pytest.raises(FloatingPointError, match=r"round \d: the losses are .* smaller rates"):
        list(game)


def test_pictures_do_not_depend_on_their_neighbours(framework):
    """Generating uses running statistics, and leaves the network ready to learn."""
    lesson = need(framework)[0]
    writer = lesson.generator()
    noise = np.random.default_rng(0).standard_normal((20, 16)).astype(np.float32)
    many, few = (lesson.generate(writer, some, CPU[framework]) for some in (noise, noise[:3]))
    assert many.shape == (20, 28, 28)
    np.testing.assert_allclose(many[:3], few, atol=1e-6)
    assert framework == "tensorflow" or writer.training


@pytest.mark.parametrize("shape", [(3, 15), (16,), (2, 16, 1)])
def test_noise_of_another_shape_is_refused(framework, shape):
    lesson = need(framework)[0]
    with pytest.raises(ValueError, match=r"noise should be \(n, 16\), but is"):
        lesson.generate(lesson.generator(), np.zeros(shape, np.float32), CPU[framework])


def test_noise_may_be_of_double_precision_as_a_walk_is(framework):
    lesson = need(framework)[0]
    path = pictures.walk(np.eye(16)[0], np.eye(16)[1], steps=3)
    assert lesson.generate(lesson.generator(), path, CPU[framework]).shape == (3, 28, 28)


def test_pictures_of_another_size_are_refused(framework):
    with pytest.raises(ValueError, match=r"images should be \(batch, 28, 28\), but are"):
        tensor(framework, np.zeros((4, 32, 32), np.float32))


def test_the_reader_gives_features_and_chances(framework, digits):
    _, _, readers, _ = need(framework)
    features, chances = readers.read(readers.digit_reader(), tensor(framework, digits[2][:40]))
    assert features.shape == (40, 32) and features.min() >= 0  # after the rectifier
    assert chances.shape == (40, 10)
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-5)


# The demo's weights -----------------------------------------------------------------------------


def test_folded_generators_draw_the_same_pictures(pairs):
    import torch

    noise = np.random.default_rng(3).standard_normal((4, 16))
    ours, theirs = pairs["generator"]
    wanted = host(ours.eval()(torch.from_numpy(noise)))[:, 0]  # in float64, as they are here
    for arrays in (generators.torch_arrays(ours), generators.keras_arrays(theirs)):
        np.testing.assert_allclose(generators.paint(arrays, noise), wanted, rtol=1e-6)


def test_a_file_is_small_and_bends_no_pixel_by_a_level(pairs):
    from safetensors.numpy import load

    noise = np.random.default_rng(3).standard_normal((20, 16))
    writer = pairs["generator"][0].float()
    file = generators.pack(writer, noise.astype(np.float32))
    arrays = load(file)
    assert len(file) < 80_000 and {array.dtype for array in arrays.values()} == {np.dtype("f2")}
    wanted = generators.paint(generators.torch_arrays(writer), noise)
    assert abs(generators.paint(arrays, noise) - wanted).max() < 1 / 255


def test_weights_that_rounding_would_bend_stay_whole(pairs):
    import torch
    from safetensors.numpy import load

    writer = pairs["generator"][0].float()
    with torch.no_grad():
        writer[7].weight.mul_(3000)
    with np.errstate(over="ignore"):
        file = generators.pack(writer, np.random.default_rng(3).standard_normal((5, 16)))
    assert {array.dtype for array in load(file).values()} == {np.dtype("f4")}


# What the record says ---------------------------------------------------------------------------


@pytest.fixture
def recorded(framework):
    record = json.loads((ROOT / "docs/records/gan.json").read_text(encoding="utf-8"))
    rows = [row for row in record["rows"] if row["device"] == "cpu"]
    (row,) = (row for row in rows if row["framework"] == framework)
    assert len(row["seeds"]) >= 5
    return row["metrics"]


def test_the_toy_reaches_its_optimum_in_every_seed(recorded):
    assert recorded["toy_equal_value"]["mean"] == pytest.approx(-np.log(4), abs=1e-4)
    assert recorded["toy_best_value"]["mean"] - recorded["toy_value"]["low"] < 0.005
    assert recorded["toy_difference"]["high"] < 0.12


def test_every_class_is_covered_and_recognised(recorded):
    assert recorded["game_classes"]["low"][-1] == 10
    assert recorded["game_effective"]["low"][-1] > 8.5
    assert recorded["game_sure"]["low"][-1] > 0.3
    assert recorded["game_sure"]["high"][0] < 0.05


def test_the_distance_falls_with_training(recorded):
    runs = np.array(recorded["game_distance"]["runs"])  # (seed, place)
    assert (runs[:, 3] < 0.25 * runs[:, 0]).all()
    assert (runs[:, -1] < runs[:, 3]).all()
    means = runs.mean(axis=0)
    assert (np.diff(means[[0, 1, 3, 5, -1]]) < 0).all()
    assert recorded["real_distance"]["high"] < runs.min()


def test_a_sleeping_judge_lets_the_game_go_and_waking_cures_it(recorded):
    effective = np.array(recorded["asleep_effective"]["runs"])
    assert (effective[:, -1] < 0.95 * effective[:, 0]).all()
    assert effective[:, -1].mean() < 0.75 * effective[:, 0].mean()
    assert effective[:, -1].min() < 4
    distances = np.array(recorded["asleep_distance"]["runs"])
    assert (distances[:, -1] > 5 * distances[:, 0]).all()
    assert distances[:, -1].mean() > 10 * distances[:, 0].mean()
    awake = {name: recorded[f"awake_{name}"] for name in ("effective", "distance", "classes")}
    assert awake["effective"]["mean"][0] > 9 and awake["effective"]["low"][-1] > 9
    assert awake["classes"]["low"][-1] == 10
    assert awake["distance"]["high"][-1] < 0.2 * distances[:, -1].min()
    losses = np.array(recorded["asleep_loss"]["runs"])
    assert (losses[:, -1] < 0.1 * losses[:, 0]).all()


def test_a_measure_of_single_pictures_does_not_see_a_collapse(recorded):
    """In one seed at least the reader is sure, and all that it sees is one class."""
    sure, effective = (
        np.array(recorded[f"plain_{n}"]["runs"])[:, 2] for n in ("sure", "effective")
    )
    assert ((sure > recorded["real_sure"]["mean"]) & (effective < 1.1)).any()


def test_a_judge_without_normalisation_covers_less(recorded):
    plain, game = (np.array(recorded[f"{n}_effective"]["runs"])[:, 2:4] for n in ("plain", "game"))
    assert (plain.mean(axis=1) < game.mean(axis=1)).all()
    distances = [np.array(recorded[f"{n}_distance"]["runs"])[:, 2:4] for n in ("plain", "game")]
    assert (distances[0].mean(axis=1) > distances[1].mean(axis=1)).all()


def test_a_judge_of_single_pictures_starts_collapsed_and_is_still_gaining(recorded):
    effective = recorded["plain_effective"]["mean"]
    assert effective[0] < 1.1 and effective[2] < 2.5 < effective[-2] < effective[-1]
    assert np.argmin(recorded["plain_distance"]["mean"]) == len(effective) - 1


def test_classes_covered_see_less_of_a_collapse_than_effective_ones(recorded):
    classes, effective = (recorded[f"asleep_{n}"] for n in ("classes", "effective"))
    assert classes["high"][-1] == 10  # all ten in one seed
    shares = classes["mean"][-1] / classes["mean"][0], effective["mean"][-1] / effective["mean"][0]
    assert shares[1] + 0.1 < shares[0] < 0.9


def test_a_sleeping_judge_makes_the_reader_surer_in_one_seed(framework, recorded):
    if framework == "tensorflow":
        pytest.skip("the words are those of PyTorch's figure")
    sure = np.array(recorded["asleep_sure"]["runs"])
    assert (sure[:, -1] > sure[:, 0]).sum() == 1 and sure[:, -1].mean() < sure[:, 0].mean()


def test_generated_digits_are_no_copies(recorded):
    assert recorded["written_nearest"]["low"] > 0.7 * recorded["unseen_nearest"]["mean"]


@pytest.mark.slow
def test_one_seed_of_the_record_is_no_fiction(framework, recorded, digits):
    """Play 300 rounds with a seed that the record has not seen."""
    from lessons.gan.record import ROUNDS, Bench, Judged

    bench, place = Bench(framework, "cpu"), ROUNDS.index(300)
    bench.basics.set_seed(17)
    reader = bench.train_reader(digits[0], digits[1])
    real, _ = bench.readers.read(reader, bench.tensor(digits[2]))
    game = Judged(bench, reader, real, 17)
    game.follow(bench.build(), bench.tensor(digits[0]), (300,))
    found = dict(game.columns("game"))
    for name in ("game_effective", "game_distance"):
        past = recorded[name]
        margin = MARGIN * (past["high"][place] - past["low"][place])
        assert past["low"][place] - margin <= found[name][0] <= past["high"][place] + margin


# On a GPU ---------------------------------------------------------------------------------------


@pytest.mark.gpu
def test_gpu_plays_as_well_as_the_cpu(framework, digits, record_property):
    """The same pictures from the same weights, and a game that reaches the record's range."""
    from lessons.gan.record import Bench, Judged

    gpu = Bench(framework, "gpu")
    if "cpu" in str(gpu.device).lower():
        pytest.skip(f"{framework} sees no GPU here")
    gpu.basics.set_seed(0)
    reader = gpu.train_reader(digits[0], digits[1])
    real, _ = gpu.readers.read(reader, gpu.tensor(digits[2]))
    networks, game = gpu.build(), Judged(gpu, reader, real, 0)
    arrays = generators.torch_arrays if framework == "pytorch" else generators.keras_arrays
    here = generators.paint(arrays(networks[0]), game.noise[:20])
    there = gpu.lesson.generate(networks[0], game.noise[:20], gpu.device)
    np.testing.assert_allclose(there, here, atol=5e-3)
    game.follow(networks, gpu.tensor(digits[0]), (600,))
    found = dict(game.columns("game"))
    record_property("seconds", game.seconds)
    print(f"{framework}: {game.seconds:.1f} s, {found}")
    assert found["game_classes"][0] == 10
