"""Doubts about the introduction: the rules, the neuron, the tribes, and what the page claims."""

import json
from pathlib import Path

import frameworks
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label as regions

from lessons.data import load_digits, load_mnist
from lessons.introduction import neuron as scratch
from lessons.introduction import numpy as rules
from lessons.introduction import tribes
from tools.bands import MARGIN

ROOT = Path(__file__).parents[1]
MEASURES = rules.ink, rules.symmetry, rules.ink_on_the_left, rules.enclosed


def need(framework):
    """Skip where a framework is not installed; return its lesson and its basics."""
    modules = "lessons.introduction.{}", "lessons.{}"
    return frameworks.need(framework, *modules)


@pytest.fixture(scope="module")
def pair():
    """Training images and answers of 3 and 8, then the held-out ones."""
    images, labels, test_images, test_labels = load_digits()
    return *rules.pick(images, labels, 3, 8), *rules.pick(test_images, test_labels, 3, 8)


def blots(seed, count=3):
    """Random pictures with patches of ink and of paper."""
    random = np.random.default_rng(seed)
    coarse = random.random((count, 7, 7)) > random.uniform(0.2, 0.8)
    fine = random.random((count, 28, 28)) > 0.97
    return np.clip(coarse.repeat(4, 1).repeat(4, 2) + 0.6 * fine, 0, 1).astype(np.float32)


# Rules by hand -------------------------------------------------------------------------------


def test_pick_keeps_two_digits_and_says_which_is_which():
    images, labels = np.arange(5.0).reshape(5, 1, 1), np.array([3, 1, 8, 3, 0])
    chosen, answers = rules.pick(images, labels, 3, 8)
    assert chosen.ravel().tolist() == [0, 2, 3] and answers.tolist() == [0, 1, 0]
    assert answers.dtype == np.float32
    with pytest.raises(ValueError, match="no picture has the label 7; ask for another"):
        rules.pick(images, labels, 3, 7)


@given(st.integers(0, 10**6))
@settings(deadline=None)
def test_enclosed_paper_is_what_scipy_finds(seed):
    """Every region of paper, joined by sides, that the padded edge is not part of."""
    images = blots(seed)
    for image, found in zip(images, rules.enclosed(images), strict=True):
        named, count = regions(np.pad(image < 0.5, 1, constant_values=True))
        sizes = [np.sum(named == region) for region in range(1, count + 1)]
        assert found == sum(sizes) - np.sum(named == named[0, 0])


@given(st.integers(0, 10**6))
@settings(deadline=None)
def test_the_measures_are_what_their_names_say(seed):
    image = blots(seed, 1)
    image[0, 3, 3] = 1  # some ink
    pixels = image[0].astype(float)
    total = pixels.sum()
    mirrored = sum(
        min(pixels[row, column], pixels[row, 27 - column])
        for row in range(28)
        for column in range(28)
    )
    expected = {
        rules.ink: total / 784,
        rules.symmetry: mirrored / total,
        rules.ink_on_the_left: sum(pixels[row, :14].sum() for row in range(28)) / total,
        rules.ink_in_the_middle: sum(pixels[row, 12:16].sum() for row in range(12, 16)) / 16,
    }
    for measure, value in expected.items():
        assert measure(image)[0] == pytest.approx(value, abs=1e-5), measure.__name__


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1)), min_size=2, max_size=30))
def test_no_other_threshold_is_better(points):
    feature, answers = np.array(points, float).T
    if len(set(feature)) == 1:
        with pytest.raises(ValueError, match="no threshold parts that"):
            rules.best_threshold(feature, answers)
        return
    threshold, above = rules.best_threshold(feature, answers)
    ours = rules.score(rules.decide(feature, threshold, above), answers)
    for other in np.arange(feature.min() + 0.5, feature.max()):
        for side in (0, 1):
            decisions = [side if value > other else 1 - side for value in feature]
            assert ours >= rules.score(decisions, answers)


def test_decide_says_above_above_the_threshold_and_not_on_it():
    feature = np.array([1.0, 2.0, 3.0])
    assert rules.decide(feature, 2.0).tolist() == [0, 0, 1]
    assert rules.decide(feature, 2.0, above=0).tolist() == [1, 1, 0]


def test_score_refuses_what_does_not_fit():
    assert rules.score(np.array([1, 0, 1]), np.array([1.0, 1.0, 1.0])) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match=r"\(2,\) decisions do not fit \(3,\) answers"):
        rules.score(np.zeros(2), np.zeros(3))


def test_the_rule_by_hand_knows_no_place(pair):
    """The page: moved by up to four pixels, it loses not one digit."""
    from lessons.convolutions.numpy import shift

    images = pair[2]
    for pixels in (1, 2, 3, 4):
        np.testing.assert_array_equal(
            rules.enclosed(shift(images, 0, pixels)) > 2.5, rules.enclosed(images) > 2.5
        )


# The neuron ----------------------------------------------------------------------------------


def drawn(seed, count=12):
    random = np.random.default_rng(seed)
    inputs, answers = random.random((count, 784)), random.integers(0, 2, count).astype(float)
    return inputs, answers, random.normal(size=784) / 20, random.normal()


def gradients(framework, inputs, answers, weights, bias):
    """The gradients of the mean cross-entropy, by the framework, in float64."""
    if framework == "pytorch":
        import torch

        weights = torch.tensor(weights, requires_grad=True)
        bias = torch.tensor(bias, dtype=torch.float64, requires_grad=True)
        scores = torch.tensor(inputs) @ weights + bias
        function = torch.nn.functional.binary_cross_entropy_with_logits
        function(scores, torch.tensor(answers)).backward()
        return weights.grad.numpy(), bias.grad.item()
    import tensorflow as tf

    weights, bias = tf.Variable(weights), tf.Variable(np.float64(bias))
    with tf.GradientTape() as tape:
        scores = tf.linalg.matvec(tf.constant(inputs), weights) + bias
        losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.constant(answers), scores)
        loss = tf.reduce_mean(losses)
    found = tape.gradient(loss, [weights, bias])
    return found[0].numpy(), float(found[1])


@pytest.mark.parametrize("seed", range(5))
def test_a_step_follows_the_frameworks_gradient(framework, seed):
    inputs, answers, weights, bias = drawn(seed)
    found = scratch.step(inputs, answers, weights, bias, learning_rate=0.3)
    by_weight, by_bias = gradients(framework, inputs, answers, weights, bias)
    np.testing.assert_allclose(found[0], weights - 0.3 * by_weight, atol=1e-12)
    assert found[1] == pytest.approx(bias - 0.3 * by_bias, abs=1e-12)


def test_probability_is_a_softmax_over_two_scores():
    inputs, _, weights, bias = drawn(3)
    scores = inputs @ weights + bias
    softmax = np.exp(scores) / (np.exp(0) + np.exp(scores))
    np.testing.assert_allclose(scratch.probability(inputs, weights, bias), softmax)


def test_weights_that_are_no_numbers_are_named():
    inputs, answers, weights, bias = drawn(0)
    with pytest.raises(FloatingPointError, match="try a smaller learning rate"):
        scratch.step(inputs * np.inf, answers, weights, bias, learning_rate=0.1)


def test_learning_finds_the_digits_and_leaves_the_empty_pixels_alone(pair):
    images, answers, test_images, test_answers = pair
    weights, bias = scratch.learn(images, answers)
    decisions = scratch.probability(test_images.reshape(-1, 784), weights, bias) > 0.5
    assert rules.score(decisions, test_answers) >= 0.95
    assert not weights[images.reshape(-1, 784).max(axis=0) == 0].any()


def on_twenty(framework, pair, **settings):
    lesson, basics = need(framework)
    basics.set_seed(0)
    network = lesson.neuron()
    losses = lesson.train(network, pair[0][:20], pair[1][:20], **settings)
    return lesson, network, losses


def test_an_untrained_neuron_is_undecided_and_loses_log_two(framework, pair):
    lesson, network, losses = on_twenty(framework, pair, epochs=2, learning_rate=0.0)
    assert losses == pytest.approx([np.log(2)] * 2, rel=1e-5)
    np.testing.assert_allclose(lesson.probabilities(network, pair[2]), 0.5)


def test_the_frameworks_steps_are_ours(framework, pair):
    """Thirty epochs of one batch: the order within it makes no difference."""
    lesson, network, _ = on_twenty(framework, pair, epochs=30)
    weights, bias = np.zeros(784), 0.0
    inputs = pair[0][:20].reshape(20, 784)
    for _ in range(30):
        weights, bias = scratch.step(inputs, pair[1][:20], weights, bias, 0.05)
    expected = scratch.probability(pair[2].reshape(-1, 784), weights, bias)
    np.testing.assert_allclose(lesson.probabilities(network, pair[2]), expected, atol=1e-5)


def test_a_rate_that_is_too_large_is_named(framework, pair):
    lesson, basics = need(framework)
    basics.set_seed(0)
    with pytest.raises(FloatingPointError, match=r"loss of epoch \d is .*; try a smaller"):
        lesson.train(lesson.dense_network(), *pair[:2], epochs=5, learning_rate=1e30)


@pytest.mark.parametrize("shape", [(4, 27, 28), (28, 28), (4, 28, 28, 1)])
def test_pictures_of_another_shape_are_refused(framework, shape):
    with pytest.raises(ValueError, match=r"images should be \(batch, 28, 28\), but are"):
        need(framework)[0].to_tensor(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("neuron", 784 + 1),
        ("dense_network", 784 * 64 + 64 + 64 * 64 + 64 + 64 + 1),
        ("deep_network", 8 * 26 + 16 * (8 * 25 + 1) + 400 + 1),
    ],
)
def test_parameters_are_counted(framework, name, parameters):
    lesson, basics = need(framework)
    assert basics.count_parameters(getattr(lesson, name)()) == parameters


@pytest.mark.parametrize("name", ["dense_network", "deep_network"])
def test_same_weights_give_the_same_probabilities(name, pair):
    (ours, basics), (theirs, _) = need("pytorch"), need("tensorflow")
    basics.set_seed(1)
    pytorch, keras = getattr(ours, name)(), getattr(theirs, name)()
    for variable, weight in zip(keras.trainable_variables, pytorch.parameters(), strict=True):
        array = weight.detach().numpy()
        if array.ndim == 4:
            array = array.transpose(2, 3, 1, 0)
        elif array.shape == (1, 400):  # from channel, row, column to row, column, channel
            array = array.reshape(1, 16, 5, 5).transpose(0, 2, 3, 1).reshape(1, 400).T
        variable.assign(array.T if array.ndim == 2 and array.shape[0] != 400 else array)
    images = pair[2]
    np.testing.assert_allclose(
        ours.probabilities(pytorch, images), theirs.probabilities(keras, images), atol=1e-5
    )


# The tribes ----------------------------------------------------------------------------------


def test_the_tree_asks_what_scikit_learns_tree_asks(pair):
    from sklearn.tree import DecisionTreeClassifier

    inked, answers = pair[0].reshape(-1, 784) > 0.5, pair[1]
    theirs = DecisionTreeClassifier(max_depth=1, random_state=0).fit(inked, answers)
    tree = tribes.grow_tree(inked, answers, depth=1)
    impurity = []
    for pixel in (tree[0], theirs.tree_.feature[0]):
        sides = (answers[inked[:, pixel]], answers[~inked[:, pixel]])
        impurity.append(sum(len(side) * side.mean() * (1 - side.mean()) for side in sides))
    assert impurity[0] == pytest.approx(impurity[1])
    scores = []
    for depth in (1, 3, 6, 20):
        tree = tribes.grow_tree(inked, answers, depth)
        scores.append(np.mean([tribes.ask_tree(tree, one) for one in inked] == answers))
    assert scores == sorted(scores) and scores[-1] == 1  # no two alike pictures disagree


def test_belief_is_scikit_learns_naive_bayes(pair):
    from sklearn.naive_bayes import BernoulliNB

    inked, answers = pair[0].reshape(-1, 784) > 0.5, pair[1]
    weights, bias = tribes.believe(inked, answers)
    theirs = BernoulliNB(alpha=1.0).fit(inked, answers).predict_joint_log_proba(inked)
    np.testing.assert_allclose(inked @ weights + bias, theirs[:, 1] - theirs[:, 0], rtol=1e-6)


def test_most_alike_is_the_nearest_neighbour(pair):
    seen, asked = pair[0].reshape(-1, 784)[:60], pair[2].reshape(-1, 784)[:30]
    answers = np.arange(60)  # so that each neighbour has a name
    by_hand = [np.argmin([np.sum((one - other) ** 2) for other in seen]) for one in asked]
    assert tribes.most_alike(seen, answers, asked).tolist() == by_hand


def test_evolution_never_goes_back(pair):
    seen, answers = pair[0].reshape(-1, 784)[:200], pair[1][:200]
    losses = []
    for generations in (0, 5, 20, 60):
        scores = (2 * answers - 1) * (seen @ tribes.evolve(seen, answers, generations))
        losses.append(np.logaddexp(0, -scores).mean())
    assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0] / 2


# What the record says ------------------------------------------------------------------------


@pytest.fixture
def recorded(framework):
    record = json.loads((ROOT / "docs/records/introduction.json").read_text(encoding="utf-8"))
    rows = [row for row in record["rows"] if row["device"] == "cpu"]
    (row,) = (row for row in rows if row["framework"] == framework)
    assert len(row["seeds"]) >= 5
    return row["metrics"]


def test_what_is_written_by_hand_is_as_recorded(recorded, pair):
    """No seed is in it, so one run must give the recorded numbers."""
    images, answers, test_images, test_answers = pair
    for measure, seen, held_out in zip(
        MEASURES, recorded["hand_seen"]["mean"], recorded["hand_held_out"]["mean"], strict=True
    ):
        rule = rules.best_threshold(measure(images), answers)
        assert rules.score(rules.decide(measure(images), *rule), answers) == pytest.approx(seen)
        found = rules.score(rules.decide(measure(test_images), *rule), test_answers)
        assert found == pytest.approx(held_out)
    assert recorded["middle"]["low"] > 0.95


def test_enclosed_paper_is_the_best_idea_and_two_are_hardly_better_than_a_coin(recorded):
    ink, symmetry, left, enclosed = recorded["hand_seen"]["mean"]
    assert ink < 0.6 and symmetry < 0.6 and left < enclosed and enclosed > 0.95


def test_the_neuron_never_passes_the_rule_and_the_deep_network_does_from_300_on(recorded):
    hand, neuron, deep = (
        recorded[f"{name}_by_examples"] for name in ("hand", "neuron", "deep_network")
    )
    examples = recorded["examples"]["mean"]
    assert examples[:4] == [10, 30, 100, 300] and examples[-1] == 11_982
    assert all(n < h for n, h in zip(neuron["mean"], hand["mean"], strict=True))
    for count, by_hand, learned in zip(examples, hand["mean"], deep["mean"], strict=True):
        assert (learned > by_hand) == (count >= 300), count
    assert deep["low"][-1] > hand["high"][-1] > neuron["high"][-1]
    assert hand["mean"][1] > 0.96 > hand["mean"][0]  # thirty examples are enough, ten may not be
    assert hand["low"][0] < 0.8


def test_layers_alone_did_little_and_convolutions_much(recorded):
    neuron, dense, deep = (
        recorded[f"{name}_held_out"] for name in ("neuron", "dense_network", "deep_network")
    )
    assert abs(dense["mean"] - neuron["mean"]) < 0.01
    assert deep["mean"] > max(neuron["mean"], dense["mean"]) + 0.01
    assert abs(recorded["helped"]["mean"] - deep["mean"]) < 0.01


def test_moving_undoes_what_was_learned_and_not_what_was_written(recorded):
    assert len(set(recorded["hand_moved"]["low"] + recorded["hand_moved"]["high"])) == 1
    assert recorded["hand_inverted"]["mean"] == 0.5
    assert abs(recorded["neuron_moved"]["mean"][4] - 0.5) < 0.04
    assert recorded["neuron_inverted"]["high"] < 0.1
    deep = recorded["deep_network_moved"]
    assert deep["low"][0] - deep["high"][3] > 0.1
    assert recorded["taught_moved"]["low"][3] > deep["high"][3]
    assert recorded["taught_moved"]["mean"][3] > deep["mean"][3] + 0.1


def test_probabilities_do_not_warn(recorded):
    assert recorded["deep_network_sure"]["low"] > 0.1
    assert recorded["deep_network_certainty"]["low"] > 0.8


def test_without_expected_outputs_nothing_is_learned(recorded):
    assert abs(recorded["misled"]["mean"] - 0.5) < 0.1


def test_naive_bayes_is_last_of_the_tribes(recorded):
    tree, evolved, bayes, alike = recorded["tribes"]["mean"]
    assert bayes < min(tree, evolved, alike, recorded["neuron_held_out"]["mean"])


def test_one_seed_of_the_record_is_no_fiction(framework, recorded, pair):
    """Train the neuron once more, with a seed that the record has not seen."""
    from lessons.introduction.record import Bench

    images, answers, test_images, test_answers = pair
    bench = Bench(framework)
    found = bench.score(bench.train("neuron", 17, images, answers), test_images, test_answers)
    past = recorded["neuron_held_out"]
    margin = MARGIN * (past["high"] - past["low"]) + 0.01
    assert past["low"] - margin <= found <= past["high"] + margin


@pytest.mark.data("mnist.npz")
def test_mnist_has_as_many_threes_and_eights_as_the_page_says():
    _, labels, _, test_labels = load_mnist()
    assert [int(np.isin(each, (3, 8)).sum()) for each in (labels, test_labels)] == [11_982, 1_984]
