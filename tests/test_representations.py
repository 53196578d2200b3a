"""Doubts about representations: turns, the learned change, what measures layers, and the claims."""

import importlib.util
import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.data import load_digits, load_mnist
from lessons.introduction.numpy import best_threshold, decide, score
from lessons.representations import change, features, measures
from lessons.representations import numpy as plane

ROOT = Path(__file__).parents[1]
PACKAGES = {"pytorch": "torch", "tensorflow": "tensorflow"}


def need(framework):
    """Skip where a framework is not installed; return its lesson and its basics."""
    name = PACKAGES[framework]
    if not importlib.util.find_spec(name):
        pytest.skip(f"{framework} is not installed")
    return import_module(f"lessons.representations.{name}"), import_module(f"lessons.{name}")


@pytest.fixture(params=PACKAGES)
def framework(request):
    need(request.param)
    return request.param


def drawn(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


# Turned axes ---------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.floats(-720, 720))
@settings(deadline=None)
def test_a_turn_is_what_complex_numbers_do(seed, degrees):
    points = drawn(seed, 5, 2)
    turned = (points[:, 0] + 1j * points[:, 1]) * np.exp(-1j * np.radians(degrees))
    found = plane.turn(points, degrees)
    np.testing.assert_allclose(found, np.stack([turned.real, turned.imag], axis=1), atol=1e-9)


@pytest.mark.parametrize("shape", [(4,), (4, 3), (2, 4, 2)])
def test_what_is_no_point_of_the_plane_is_refused(shape):
    with pytest.raises(ValueError, match=r"points should be \(n, 2\), but are"):
        plane.turn(np.zeros(shape), 10)


@pytest.mark.parametrize("make", [plane.slanted_points, plane.band_points])
@pytest.mark.parametrize("seed", range(5))
def test_the_points_lie_on_the_board_half_of_each_class(make, seed):
    points, answers = make(np.random.default_rng(seed))
    assert points.shape == (60, 2) and np.abs(points).max() < 1
    assert sorted(np.bincount(answers)) == [30, 30]


@pytest.mark.parametrize("seed", range(5))
def test_the_change_by_hand_leaves_no_mistake(seed):
    random = np.random.default_rng(seed)
    points, answers = plane.slanted_points(random, count=500)
    assert score(decide(plane.turn(points, 50)[:, 0], 0.0), answers) == 1
    band, inside = plane.band_points(random, count=500)
    rule = best_threshold(plane.fold(band, 30), inside)
    assert score(decide(plane.fold(band, 30), *rule), inside) == 1


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=20)
def test_the_search_scores_each_angle_and_keeps_the_first_best(seed):
    random = np.random.default_rng(seed)
    points, answers = plane.band_points(random, count=12)
    angles = random.permutation(180)[:15]
    (degrees, threshold, above), scores = plane.search_turns(points, answers, angles)
    assert len(scores) == 15 and degrees == angles[scores.index(max(scores))]
    decisions = decide(plane.turn(points, degrees)[:, 0], threshold, above)
    assert score(decisions, answers) == max(scores)
    for angle, found in zip(angles, scores, strict=True):
        feature = plane.turn(points, angle)[:, 0]
        for cut in feature:  # no threshold is better than the one that was found
            assert max(score(decide(feature, cut, side), answers) for side in (0, 1)) <= found


def test_a_search_needs_something_to_try():
    with pytest.raises(ValueError, match="there is no angle to try; give at least one"):
        plane.search_turns(*plane.slanted_points(np.random.default_rng(0)), [])


def test_half_a_turn_changes_no_score():
    points, answers = plane.band_points(np.random.default_rng(3))
    near, far = (
        plane.search_turns(points, answers, start + np.arange(60))[1] for start in (0, 180)
    )
    assert near == far


# The learned change --------------------------------------------------------------------------


def cross_entropy(network, points, answers):
    scores = change.network_scores(network, points)
    return np.mean(np.logaddexp(0, scores) - answers * scores)


@pytest.mark.parametrize("hidden", [1, 2, 5])
def test_a_step_goes_against_the_slopes(hidden):
    """Each parameter changes by the rate times the slope that finite differences find."""
    random = np.random.default_rng(hidden)
    points, answers = plane.band_points(random, count=20)
    network = change.start_network(random, hidden)
    before = [part.copy() for part in network]
    loss = change.learning_step(network, points, answers, learning_rate=0.1)
    assert loss == pytest.approx(cross_entropy(before, points, answers), abs=1e-12)
    for part, stepped in zip(before, network, strict=True):
        for place in np.ndindex(part.shape):
            kept, losses = part[place], []
            for nudge in (1e-5, -1e-5):
                part[place] = kept + nudge
                losses.append(cross_entropy(before, points, answers))
            part[place] = kept
            slope = (losses[0] - losses[1]) / 2e-5
            assert stepped[place] == pytest.approx(kept - 0.1 * slope, abs=1e-8)


@pytest.mark.parametrize("hidden", [1, 2, 3])
def test_the_frameworks_learn_the_same_change(framework, hidden):
    lesson, _ = need(framework)
    random = np.random.default_rng(hidden)
    points, answers = plane.band_points(random)
    start = change.start_network(random, hidden)
    network = lesson.change_network(*[part.copy() for part in start])
    theirs = lesson.train_change(network, points, answers, steps=300)
    ours = change.learn_change(start, points, answers, steps=300)
    np.testing.assert_allclose(theirs, ours, rtol=1e-9)
    assert ours[-1] < ours[0]


def test_two_units_fold_the_band():
    band, inside = plane.band_points(np.random.default_rng(4))
    network = change.start_network(np.random.default_rng(5))
    change.learn_change(network, band, inside)
    hidden = change.new_coordinates(network, band)
    assert hidden.shape == (60, 2) and np.abs(hidden).max() <= 1
    assert max(plane.search_turns(hidden, inside, np.arange(180))[1]) == 1  # one threshold now


def test_a_loss_that_is_no_number_is_named_with_its_step():
    network = change.start_network(np.random.default_rng(0))
    network[2][:] = np.nan
    with pytest.raises(FloatingPointError, match="the loss is nan at step 0; try a smaller"):
        change.learn_change(network, *plane.band_points(np.random.default_rng(0)))


# What measures a representation --------------------------------------------------------------


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=25)
def test_the_probe_is_scikit_learns_ridge_regression(seed):
    from sklearn.linear_model import Ridge

    random = np.random.default_rng(seed)
    inputs, labels = random.normal(3, 2, size=(40, 6)), random.integers(0, 10, 40)
    spread = (inputs - inputs.mean(axis=0)).std()
    weights, biases = measures.fit_probe(inputs, labels, penalty=0.3)
    theirs = Ridge(alpha=0.3 * 40).fit(inputs / spread, np.eye(10)[labels])
    asked = random.normal(size=(5, 6))
    np.testing.assert_allclose(asked @ weights + biases, theirs.predict(asked / spread), atol=1e-8)


def test_the_probe_takes_any_scale_for_the_same():
    inputs, labels = drawn(0, 60, 8), np.arange(60) % 10
    one, other = (measures.fit_probe(scale * inputs, labels) for scale in (1, 1000))
    np.testing.assert_allclose(one[0], 1000 * other[0], rtol=1e-8)
    np.testing.assert_allclose(one[1], other[1], atol=1e-9)


def test_the_probe_score_is_the_share_of_right_names_on_what_is_asked():
    labels = np.arange(200) % 10
    inputs = np.eye(10)[labels] + 0.01 * drawn(1, 200, 10)
    expected = labels.copy()
    expected[:50] = (expected[:50] + 1) % 10  # a quarter is asked for wrongly
    assert measures.probe_score(inputs, labels, inputs, expected) == pytest.approx(0.75)


def test_a_probe_says_what_it_cannot_fit():
    with pytest.raises(ValueError, match="there are 3 inputs and 4 labels"):
        measures.fit_probe(np.zeros((3, 2)), np.zeros(4, int))
    with pytest.raises(ValueError, match="all inputs are alike"):
        measures.fit_probe(np.ones((3, 2)), np.zeros(3, int))


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=20)
def test_the_nearest_are_those_at_the_least_distance(seed):
    random = np.random.default_rng(seed)
    seen, asked = random.normal(size=(30, 4)), random.normal(size=(6, 4))
    for point, found in zip(asked, measures.nearest(seen, asked, count=5), strict=True):
        distances = np.linalg.norm(seen - point, axis=1)
        assert found.tolist() == np.argsort(distances)[:5].tolist()


def test_the_flat_map_is_scikit_learns():
    from sklearn.decomposition import PCA

    inputs = drawn(2, 50, 7) * np.arange(1, 8) + 4
    places, share = measures.flat_map(inputs)
    theirs = PCA(2).fit(inputs)
    assert share == pytest.approx(theirs.explained_variance_ratio_.sum())
    expected = theirs.transform(inputs)
    signs = np.sign((places * expected).sum(axis=0))
    np.testing.assert_allclose(places, expected * signs, atol=1e-9)


# Features by hand ----------------------------------------------------------------------------


def test_zones_are_means_of_squares():
    image = np.random.default_rng(0).random((2, 28, 28))
    found = features.zones(image)
    assert found.shape == (2, 49)
    assert found[1, 7 * 2 + 3] == pytest.approx(image[1, 8:12, 12:16].mean())


def slope(degrees):
    """A picture whose brightness rises in a direction, the same everywhere."""
    down, right = np.mgrid[:28, :28]
    angle = np.radians(degrees)
    return (0.01 * (right * np.cos(angle) + down * np.sin(angle)))[np.newaxis]


@pytest.mark.parametrize("direction", range(9))
def test_an_edge_is_counted_in_its_direction_alone(direction):
    cells = features.oriented_gradients(slope(40 * direction)).reshape(7, 7, 9)
    np.testing.assert_allclose(np.delete(cells, direction, axis=2), 0, atol=1e-5)
    expected = 0.16 / np.sqrt(0.16**2 + 0.1)  # 16 pixels with a gradient of 0.01
    np.testing.assert_allclose(cells[..., direction], expected, rtol=1e-4)


def test_an_edge_between_two_directions_is_shared():
    cells = features.oriented_gradients(slope(350)).reshape(7, 7, 9)  # 40 · 8.75
    np.testing.assert_allclose(cells[3, 3, 0] / cells[3, 3, 8], 3, rtol=1e-3)


def test_paper_has_no_edges_and_no_division_by_zero():
    assert not features.oriented_gradients(np.zeros((1, 28, 28))).any()


def test_cells_that_do_not_fill_the_picture_are_refused():
    with pytest.raises(ValueError, match=r"cells of 5 do not fill images \(2, 28, 28\)"):
        features.oriented_gradients(np.zeros((2, 28, 28)), cell=5)


# The networks --------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(4, 27, 28), (28, 28), (4, 28, 28, 1)])
def test_pictures_of_another_shape_are_refused(framework, shape):
    with pytest.raises(ValueError, match=r"images should be \(batch, 28, 28\), but are"):
        need(framework)[0].to_tensor(np.zeros(shape, np.float32))


def test_a_loss_that_is_no_number_is_named_with_its_epoch(framework):
    lesson, basics = need(framework)
    images, labels, *_ = load_digits()
    basics.set_seed(0)
    with pytest.raises(FloatingPointError, match=r"loss of epoch \d is .*; try a smaller"):
        network = lesson.dense_network()
        lesson.train(network, images[:200], labels[:200], epochs=3, learning_rate=np.inf)


@pytest.mark.parametrize(
    ("name", "parameters", "first", "last"),
    [
        ("dense_network", 785 * 64 + 2 * 65 * 64 + 65 * 10, 784, 64),
        ("conv_network", 26 * 8 + 201 * 16 + 257 * 64 + 650, None, 64),
    ],
)
def test_activations_run_from_the_pixels_to_the_scores(framework, name, parameters, first, last):
    lesson, basics = need(framework)
    network, images = getattr(lesson, name)(), load_digits()[0][:7]
    assert basics.count_parameters(network) == parameters
    found = lesson.activations(network, images)
    assert found[-1].shape == (7, 10) and found[-2].shape == (7, last)
    assert found[-2].min() >= 0  # after the rectifier
    if first:
        np.testing.assert_array_equal(found[0], images.reshape(7, -1))
        assert [layer.shape[1] for layer in found] == [784, 64, 64, 64, 10]


def to_keras(array, from_maps=False):
    """Turn PyTorch's weights into Keras's; from_maps: the inputs are flattened maps."""
    if array.ndim == 4:
        return array.transpose(2, 3, 1, 0)
    if from_maps:
        array = array.reshape(len(array), 16, 4, 4).transpose(0, 2, 3, 1).reshape(len(array), -1)
    return array.T


@pytest.mark.parametrize("name", ["dense_network", "conv_network"])
def test_same_weights_give_the_same_activations(name):
    (ours, basics), (theirs, _) = need("pytorch"), need("tensorflow")
    basics.set_seed(1)
    network, twin = getattr(ours, name)(), getattr(theirs, name)()
    arrays = [weight.detach().numpy() for weight in network.parameters()]
    twin.set_weights([to_keras(array, array.shape == (64, 256)) for array in arrays])
    images = load_digits()[2][:20]
    for depth in (-2, -1):
        one, other = (
            lesson.activations(each, images)[depth]
            for lesson, each in ((ours, network), (theirs, twin))
        )
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_training_makes_the_last_layer_readable_and_its_lack_does_not(framework):
    """One seed of what the record claims, on the thousand held-out digits."""
    lesson, basics = need(framework)
    images, labels, test_images, test_labels = load_digits()
    basics.set_seed(7)
    network, scores = lesson.dense_network(), []
    for epochs in (0, 10):
        if epochs:
            lesson.train(network, images, labels, epochs=epochs)
        layers = (lesson.activations(network, some) for some in (images, test_images))
        pairs = list(zip(*layers, strict=True))
        scores.append(
            [measures.probe_score(seen, labels, asked, test_labels) for seen, asked in pairs[:4]]
        )
    untrained, trained = scores
    assert untrained[0] == pytest.approx(trained[0])
    assert untrained[3] < untrained[1] < untrained[0] < trained[1] and trained[3] > untrained[0]


# What the record says ------------------------------------------------------------------------


@pytest.fixture
def recorded(framework):
    record = json.loads((ROOT / "docs/records/representations.json").read_text(encoding="utf-8"))
    rows = [row for row in record["rows"] if row["device"] == "cpu"]
    (row,) = (row for row in rows if row["framework"] == framework)
    assert len(row["seeds"]) >= 5
    return row["metrics"]


def test_no_axis_will_do_a_turn_does_and_no_turn_does_for_the_band(recorded):
    assert max(recorded["axes"]["high"]) < 0.95
    assert recorded["turned"]["low"] == 1
    assert recorded["turned_held_out"]["low"] > 0.9 and recorded["turned_held_out"]["mean"] > 0.95
    assert recorded["band_turned"]["high"] < 0.9
    assert recorded["band_folded_held_out"]["low"] > 0.98
    assert recorded["band_solved"]["low"] >= 0.9
    assert recorded["band_learned_held_out"]["low"] > 0.9
    assert recorded["band_learned_held_out"]["mean"] > 0.97


def test_the_probe_rises_with_trained_depth_and_falls_with_untrained_in_every_seed(recorded):
    for trained in recorded["probe"]["runs"]:
        assert trained == sorted(trained) and len(set(trained)) == 4
    for untrained in recorded["probe_untrained"]["runs"]:
        assert untrained == sorted(untrained, reverse=True) and len(set(untrained)) == 4


def test_ten_neighbours_gain_and_the_nearest_gains_little(recorded):
    ten, nearest = recorded["of_ten"]["mean"], recorded["nearest"]["mean"]
    assert ten[3] > ten[0] + 0.03
    assert abs(nearest[3] - nearest[0]) < 0.02


def test_the_map_leaves_out_about_half(recorded):
    assert 0.4 < recorded["map_share"]["low"][3] < recorded["map_share"]["high"][3] < 0.6
    assert recorded["map_share"]["mean"][3] == max(recorded["map_share"]["mean"])


def test_the_bad_idea_is_worse_than_pixels_and_the_good_one_than_no_dense_layer(recorded):
    assert recorded["zones"]["mean"] < recorded["probe"]["mean"][0]
    assert recorded["gradients"]["mean"] > max(recorded["probe"]["high"]) + 0.03
    assert abs(recorded["gradients"]["mean"] - recorded["conv"]["mean"]) < 0.015


def test_features_by_hand_lead_up_to_3000_examples_and_learned_ones_at_60000(recorded):
    assert recorded["examples"]["mean"] == [100, 300, 1000, 3000, 10_000, 60_000]
    hand, learned = (recorded[f"{name}_by_examples"] for name in ("gradients", "conv"))
    assert all(h > c for h, c in zip(hand["mean"][:4], learned["mean"][:4], strict=True))
    assert learned["low"][5] > hand["high"][5]


@pytest.mark.data("mnist.npz")
def test_features_by_hand_are_as_recorded(recorded):
    """No seed is in them, so one run must give the recorded numbers."""
    images, labels, *_ = load_digits()
    _, _, many, names = load_mnist()
    found = measures.probe_score(features.zones(images), labels, features.zones(many), names)
    assert found == pytest.approx(recorded["zones"]["mean"], abs=2e-4)
