"""Doubts about the lesson on architectures."""

import copy
import json
import math
import re
import sys
from importlib import import_module
from pathlib import Path

import frameworks
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.data import load_digits
from lessons.imagenet import numpy as scratch
from tools.bands import MARGIN

ROOT = Path(__file__).parents[1]
NETWORKS = {  # module, size, parameters, multiply-adds as published or counted by others (10^9)
    "alexnet": ("classic", 227, 60_965_224, 0.724),
    "vgg16": ("classic", 224, 138_357_544, 15.47),
    "googlenet": ("inception", 224, 6_998_552, 1.58),
    "resnet18": ("residual", 224, 11_689_512, 1.81),
    "resnet50": ("residual", 224, 25_557_032, 3.86),
    "resnet152": ("residual", 224, 60_192_808, 11.28),
    "mobilenet": ("mobile", 224, 4_231_976, 0.569),
    "efficientnet": ("mobile", 224, 5_288_548, 0.386),
}
SCALED = (  # width, depth, size and parameters of EfficientNet-B1 to -B7, as torchvision has them
    (1.0, 1.1, 240, 7_794_184),
    (1.1, 1.2, 260, 9_109_994),
    (1.2, 1.4, 300, 12_233_232),
    (1.4, 1.8, 380, 19_341_616),
    (1.6, 2.2, 456, 30_389_784),
    (1.8, 2.6, 528, 43_040_704),
    (2.0, 3.1, 600, 66_347_960),
)
each_network = pytest.mark.parametrize("name", NETWORKS)


def need(framework, family=""):
    """Skip where a framework is not installed; return a module of the lesson for it."""
    module = f"lessons.imagenet.{family}_{{}}" if family else "lessons.imagenet.{}"
    return frameworks.need(framework, module)[0]


def builder(framework, name):
    return getattr(need(framework, NETWORKS[name][0]), name)


@pytest.fixture(autouse=True)
def forget_graphs():
    """Give the memory of Keras's networks back."""
    yield
    if "keras" in sys.modules:
        sys.modules["keras"].backend.clear_session()


# Sizes ------------------------------------------------------------------------------------------


@each_network
def test_parameters_equal_the_reference_and_work_is_within_one_per_cent(framework, name):
    _, size, parameters, work = NETWORKS[name]
    counting = need(framework, "counting")
    found = counting.totals(counting.count_by_stage(builder(framework, name), size))
    assert found[0] == parameters
    assert found[1] / 1e9 == pytest.approx(work, rel=0.01)


@pytest.mark.parametrize("width, depth, size, parameters", SCALED)
def test_scaled_efficientnets_equal_the_references(width, depth, size, parameters):
    counting, build = need("pytorch", "counting"), builder("pytorch", "efficientnet")
    counted = counting.count_by_stage(build, size, width=width, depth=depth)
    assert counting.totals(counted)[0] == parameters


@pytest.mark.parametrize("name", ["MobileNet", "EfficientNetB0", "VGG16"])
def test_keras_own_networks_have_the_same_parameters(name):
    frameworks.need("tensorflow")
    import keras

    theirs = getattr(keras.applications, name)(weights=None)
    found = sum(math.prod(weight.shape) for weight in theirs.trainable_variables)
    ours = {"MobileNet": "mobilenet", "EfficientNetB0": "efficientnet", "VGG16": "vgg16"}[name]
    assert found == NETWORKS[ours][2]


def test_keras_resnet_50_has_biases_that_the_page_names():
    frameworks.need("tensorflow")
    import keras

    theirs = keras.applications.ResNet50(weights=None).trainable_variables
    assert sum(math.prod(weight.shape) for weight in theirs) == 25_583_592
    biases = [w for w in theirs if w.path.endswith("_conv/bias")]
    assert 25_583_592 - sum(math.prod(w.shape) for w in biases) == NETWORKS["resnet50"][2]


def test_a_late_stride_costs_work_and_no_parameters(framework):
    counting, build = need(framework, "counting"), builder(framework, "resnet50")
    early, late = (
        counting.totals(counting.count_by_stage(build, 224, late=late)) for late in (False, True)
    )
    assert early[0] == late[0]
    assert [early[1] / 1e9, late[1] / 1e9] == pytest.approx([3.86, 4.09], rel=0.002)


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "resnet18", "mobilenet", "efficientnet"])
def test_scaled_networks_count_alike_in_both_frameworks(name):
    """Stage by stage, and as the demo's golden values say."""
    need("pytorch"), need("tensorflow")
    golden = json.loads((ROOT / "tests/live/sizes.json").read_text(encoding="utf-8"))
    chosen = [each for each in golden if each["network"] == name and each["width"] < 0.5]
    assert chosen
    for each in chosen:
        how = {key: each[key] for key in ("size", "width", "depth")}
        for framework in ("pytorch", "tensorflow"):
            counting = need(framework, "counting")
            found = counting.count_by_stage(builder(framework, name), **how)
            assert {stage: list(both) for stage, both in found.items()} == each["stages"]


@given(
    st.integers(1, 8), st.integers(1, 8), st.integers(1, 5), st.integers(1, 3), st.integers(1, 9)
)
def test_cost_of_a_convolution_is_what_pytorch_multiplies(inputs, outputs, kernel, groups, size):
    need("pytorch")
    import torch

    inputs, outputs = inputs * groups, outputs * groups
    layer = torch.nn.Conv2d(inputs, outputs, kernel, groups=groups, bias=False)
    output = layer(torch.zeros(1, inputs, size + kernel - 1, size + kernel - 1))
    weights, work = scratch.convolution_cost(inputs, outputs, kernel, size, groups)
    assert weights == layer.weight.numel()
    assert work == output.numel() * layer.weight[0].numel()


def test_groups_that_do_not_divide_are_named():
    with pytest.raises(ValueError, match="3 groups do not divide 8 and 9 channels"):
        scratch.convolution_cost(8, 9, 3, size=4, groups=3)


@given(st.integers(1, 300).map(lambda n: 8 * n), st.integers(1, 60).map(lambda n: n / 20))
def test_channels_are_multiples_of_8_near_what_was_asked(channels, width):
    found = scratch.scale_channels(channels, width)
    assert found % 8 == 0 and found >= 0.9 * channels * width
    assert found == 8 or abs(found - channels * width) <= 8
    assert scratch.scale_channels(channels, 1.0) == channels


@pytest.mark.parametrize("function", ["scale_channels", "scale_repeats"])
def test_a_scale_of_nothing_is_refused(function):
    with pytest.raises(ValueError, match=r"(width|depth) should be above 0, but is -1"):
        getattr(scratch, function)(8, -1)


# Bad pictures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "size", "least"), [("alexnet", 66, 67), ("vgg16", 31, 32)])
def test_pictures_that_are_too_small_are_named(framework, name, size, least):
    with pytest.raises(ValueError, match=f"{size} pixels wide.* needs at least {least}"):
        builder(framework, name)(size)


def test_the_smallest_pictures_pass(framework):
    counting = need(framework, "counting")
    for name, size in (("alexnet", 67), ("vgg16", 32)):
        how = {"width": 0.05}
        assert counting.count_by_stage(builder(framework, name), size, **how)["stage5"][1] > 0


def test_pictures_of_another_size_are_named(framework):
    network = builder(framework, "resnet18")(64, width=0.1)
    pictures = np.zeros((1, 96, 96, 3), np.float32)
    if framework == "pytorch":
        import torch

        pictures = torch.from_numpy(pictures).permute(0, 3, 1, 2)
    with pytest.raises(ValueError) as raised:
        network(pictures)
    assert "64" in str(raised.value) and "96" in str(raised.value)


@pytest.mark.parametrize("shape", [(4, 28, 28), (14, 14), (4, 14, 14, 1)])
def test_digits_of_another_shape_are_refused(framework, shape):
    with pytest.raises(ValueError, match=r"images should be \(n, 14, 14\), but are"):
        need(framework).to_tensor(np.zeros(shape, np.float32), "cpu")


def test_only_28_x_28_is_halved():
    with pytest.raises(ValueError, match=r"images should be \(n, 28, 28\), but are"):
        scratch.halve(np.zeros((4, 14, 14)))


@pytest.mark.parametrize("depth", [2, 9, 54])
def test_depths_of_another_form_are_refused(framework, depth):
    with pytest.raises(ValueError, match=rf"6n \+ 2, such as 8, 20 or 56, but is {depth}"):
        need(framework).small_network(depth, residual=True)


# The frameworks agree ---------------------------------------------------------------------------


@pytest.fixture
def double():
    """Keras in float64, and back."""
    with frameworks.in_float64("tensorflow"):
        yield


def in_layers(network):
    """Keras's convolutions, normalisations and dense layers by their parts, in order."""
    kinds = {"Conv2D", "BatchNormalization", "Dense"}
    every = [layer for stage in network.layers for layer in stage.layers]
    return [layer for layer in every if type(layer).__name__ in kinds]


def fill(network, seed=0):
    """Give every part of a Keras network random values that keep the signal's size."""
    random = np.random.default_rng(seed)
    for layer in in_layers(network):
        values = []
        for weight in layer.weights:
            shape, name = weight.shape, weight.path.rsplit("/", 1)[-1]
            if name == "kernel":
                values.append(random.normal(size=shape) * math.sqrt(2 / math.prod(shape[:-1])))
            elif name in ("gamma", "moving_variance"):
                values.append(random.uniform(0.5, 1.5, shape))
            else:
                values.append(0.2 * random.normal(size=shape))
        layer.set_weights(values)


def matched(pytorch, keras):
    """Pairs of PyTorch's and Keras's layers with weights, kind by kind, as they were made.

    Keras lists a network's layers by their distance from its end; their names count them.
    """
    kinds = {"Conv2d": "Conv2D", "BatchNorm2d": "BatchNormalization", "Linear": "Dense"}
    for ours, theirs in kinds.items():
        first = [layer for layer in pytorch.modules() if type(layer).__name__ == ours]
        second = [layer for layer in in_layers(keras) if type(layer).__name__ == theirs]
        second.sort(key=number)
        yield from zip(first, second, strict=True)


def number(layer):
    """Which of its kind a Keras layer was: 12 for conv2d_12, 0 for the first."""
    last = layer.name.rpartition("_")[2]
    return int(last) if last.isdigit() else 0


def to_pytorch(weights, side):
    """A Keras layer's arrays in PyTorch's layout; `side` of the maps that a Flatten unrolled."""
    first, *rest = weights
    if first.ndim == 4:
        first = first.transpose(3, 2, 0, 1)
    elif first.ndim == 2:
        if side:
            first = first.reshape(side, side, -1, first.shape[1]).transpose(2, 0, 1, 3)
            first = first.reshape(-1, first.shape[-1])
        first = first.T
    return [first, *rest]


def copied_pair(build, *how, **more):
    """The same network in both frameworks in float64, with the same weights."""
    import torch

    keras, pytorch = build("tensorflow", *how, **more), build("pytorch", *how, **more).double()
    fill(keras)
    sides = {}
    for ours, theirs in matched(pytorch, keras):
        flattened = type(theirs).__name__ == "Dense" and not sides
        if flattened:
            sides[theirs.name] = flattened_side(keras, ours.in_features)
        arrays = to_pytorch(theirs.get_weights(), sides.get(theirs.name))
        names = ["weight", "bias", "running_mean", "running_var"][: len(arrays)]
        for name, array in zip(names, arrays, strict=True):
            getattr(ours, name).data = torch.tensor(np.ascontiguousarray(array))
    return pytorch, keras, sides


def flattened_side(keras, features):
    """The width of the maps that the head flattens; None where it takes their means."""
    shape = keras.layers[-1].input.shape
    return shape[1] if math.prod(shape[1:]) == features and shape[1] > 1 else None


def compare(pytorch, keras, sides, pictures, training=False):
    """The same scores, and the same gradients of their weighed sum in every layer."""
    import tensorflow as tf
    import torch

    weights = np.random.default_rng(3).normal(size=(len(pictures), pytorch[-1][-1].out_features))
    ours = pytorch.train(training)(torch.tensor(pictures).permute(0, 3, 1, 2))
    (ours * torch.tensor(weights)).sum().backward()
    with tf.GradientTape() as tape:
        theirs = keras(pictures, training=training)
        total = tf.reduce_sum(theirs * weights)
    pairs = list(matched(pytorch, keras))
    gradients = tape.gradient(total, [layer.trainable_weights for _, layer in pairs])
    scale = ours.abs().max().item()
    assert 1e-6 < scale < 1e12
    np.testing.assert_allclose(ours.detach().numpy(), theirs.numpy(), atol=1e-9 * scale)
    for (layer, twin), found in zip(pairs, gradients, strict=True):
        wanted = [each.grad.numpy() for each in layer.parameters()]
        found = to_pytorch([each.numpy() for each in found], sides.get(twin.name))
        for one, other in zip(wanted, found, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-7 * np.abs(wanted[0]).max() + 1e-12)


@pytest.mark.parametrize(
    ("name", "size", "depth"),
    [
        ("alexnet", 99, 1.0),
        ("vgg16", 64, 0.5),
        ("googlenet", 61, 1.0),
        ("resnet18", 61, 1.0),
        ("resnet50", 48, 0.5),
        ("mobilenet", 61, 0.5),
        ("efficientnet", 61, 0.5),
        pytest.param("resnet152", 64, 1.0, marks=pytest.mark.slow),
    ],
)
def test_same_weights_give_the_same_scores_and_gradients(double, name, size, depth):
    need("pytorch")
    how = {"width": 0.1, "depth": depth, "classes": 12}
    pair = copied_pair(lambda framework: builder(framework, name)(size, **how))
    pictures = np.random.default_rng(1).normal(size=(2, size, size, 3))
    compare(*pair, pictures)


@pytest.mark.parametrize(("residual", "norm"), [(True, True), (False, True), (True, False)])
def test_small_networks_agree_in_training(double, residual, norm):
    """Normalised by the batch, as in training; float64, for 20 layers amplify differences."""
    need("pytorch")
    pair = copied_pair(lambda framework: need(framework).small_network(20, residual, norm))
    compare(*pair, np.random.default_rng(1).normal(size=(20, 14, 14, 1)), training=True)


def test_layer_gradients_agree(double):
    need("pytorch")
    import torch

    pytorch, keras, _ = copied_pair(lambda framework: need(framework).small_network(8, True))
    images = np.random.default_rng(1).normal(size=(20, 14, 14, 1))
    labels = np.arange(20) % 10
    tensors = torch.tensor(images).permute(0, 3, 1, 2), torch.tensor(labels)
    ours = need("pytorch").layer_gradients(pytorch, *tensors)
    theirs = need("tensorflow").layer_gradients(keras, images, labels)
    assert len(ours) == 7 and ours == pytest.approx(theirs, rel=1e-6)
    pytorch.zero_grad()
    torch.nn.functional.cross_entropy(pytorch.train()(tensors[0]), tensors[1]).backward()
    first = next(pytorch.parameters()).grad
    assert ours[0] == pytest.approx(first.square().mean().sqrt().item(), rel=1e-6)


def test_normalisation_defaults_that_differ_are_as_the_page_says():
    need("pytorch"), need("tensorflow")
    import keras
    import torch

    theirs, ours = keras.layers.BatchNormalization(), torch.nn.BatchNorm2d(3)
    assert (theirs.epsilon, theirs.momentum) == (1e-3, 0.99)
    assert (ours.eps, ours.momentum) == (1e-5, 0.1)
    second = in_layers(need("tensorflow").small_network(8, True))[1]
    assert (second.epsilon, second.momentum) == (1e-5, 0.9)


# The experiment ---------------------------------------------------------------------------------


def test_a_shortcut_adds_no_parameter(framework):
    basics = frameworks.need(framework, "lessons.{}")[0]
    build = need(framework).small_network
    for depth in (8, 20, 56):
        plain, residual = (basics.count_parameters(build(depth, each)) for each in (False, True))
        assert plain == residual
        layers = 8 * 9 + 16 + (depth - 2) * (8 * 8 * 9 + 16) + 90
        assert plain == layers, "first, blocks, head"


def test_a_residual_block_of_zeros_passes_its_input_on(framework):
    """The page's argument: to copy x, the residual block has to find zeros."""
    lesson = need(framework)
    network = lesson.small_network(8, residual=True, norm=False)
    x = np.abs(np.random.default_rng(0).normal(size=(2, 14, 14, 8))).astype(np.float32)
    if framework == "pytorch":
        import torch

        block = network.stage3[0]
        for weight in block.parameters():
            torch.nn.init.zeros_(weight)
        found = block(torch.from_numpy(x).permute(0, 3, 1, 2)).permute(0, 2, 3, 1).detach().numpy()
    else:
        stage = network.get_layer("stage3")
        stage.set_weights([weight * 0 for weight in stage.get_weights()])
        found = stage(x).numpy()
    np.testing.assert_array_equal(found, x[:, ::2, ::2])


def test_halving_takes_the_mean_of_four_pixels():
    images = load_digits()[0]
    small = scratch.halve(images)
    by_hand = images[5, 10:12, 14:16].mean()
    assert small[5, 5, 7] == pytest.approx((by_hand - 0.13) / 0.28, abs=1e-5)
    assert abs(small.mean()) < 0.01 and abs(small.std() - 1) < 0.01


def test_learning_rates_rise_and_fall():
    rates = scratch.learning_rates(0.01, 100)
    assert len(rates) == 100 and rates.max() == rates[19] == pytest.approx(0.01)
    assert np.all(np.diff(rates[:20]) > 0) and np.all(np.diff(rates[19:]) < 0)
    assert rates[-1] > 0 and rates[0] == pytest.approx(0.0005)


class Small:
    """A few digits and a small network of one framework, ready for train()."""

    def __init__(self, framework, seed, count=130):
        self.framework, self.lesson = framework, need(framework)
        images, labels, *_ = load_digits()
        basics = frameworks.need(framework, "lessons.{}")[0]
        self.images = scratch.halve(images[:count])
        self.labels = labels[:count]
        device = {"pytorch": "cpu", "tensorflow": "CPU:0"}[framework]
        basics.set_seed(seed)
        self.network = self.lesson.small_network(8, residual=True)
        self.data = self.lesson.to_tensor(self.images, device), self.tensor(self.labels)

    def tensor(self, array):
        if self.framework == "pytorch":
            return import_module("torch").from_numpy(array)
        return import_module("tensorflow").constant(array)

    def train(self, **how):
        if self.framework == "pytorch":
            optimizer = import_module("torch").optim.Adam(self.network.parameters())
        else:
            optimizer = import_module("keras").optimizers.Adam()
        return list(self.lesson.train(self.network, optimizer, *self.data, **how))


def test_same_seed_gives_the_same_losses_and_they_fall(framework):
    runs = [Small(framework, seed).train(epochs=2) for seed in (3, 3, 4)]
    assert runs[0] == pytest.approx(runs[1], rel=1e-3)
    assert runs[0] != pytest.approx(runs[2], rel=1e-3)
    assert runs[0][-1] < runs[0][0]


def test_reported_loss_is_the_mean_over_the_digits(framework):
    """With a rate of 0 and one batch nothing changes, so the loss can be computed by hand."""
    small = Small(framework, 1)
    images = small.data[0]
    if framework == "pytorch":
        z = small.network.train()(images).detach().numpy().astype(float)
    else:
        z = small.network(images, training=True).numpy().astype(float)
    by_hand = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), small.labels])
    reported = small.train(epochs=2, batch_size=130, peak=0.0)
    assert reported == pytest.approx([by_hand, by_hand], rel=1e-4)


def test_accuracy_counts_right_answers_by_running_statistics(framework):
    small = Small(framework, 1)
    images = small.data[0]
    if framework == "pytorch":
        scores = small.network.eval()(images).detach().numpy()
    else:
        scores = small.network(images, training=False).numpy()
    right = scores.argmax(axis=1)
    wrong = (right + (np.arange(130) < 39)) % 10
    assert small.lesson.accuracy(small.network, images, small.tensor(wrong)) == pytest.approx(0.7)


def test_a_rate_that_is_too_large_is_named(framework):
    with pytest.raises(FloatingPointError, match="try a smaller learning rate"):
        small = Small(framework, 0)
        small.images[0] = np.nan
        device = {"pytorch": "cpu", "tensorflow": "CPU:0"}[framework]
        small.data = small.lesson.to_tensor(small.images, device), small.data[1]
        small.train(epochs=1)


# What the record says ---------------------------------------------------------------------------


@pytest.fixture
def recorded(framework):
    record = json.loads((ROOT / "docs/records/imagenet.json").read_text(encoding="utf-8"))
    rows = [row for row in record["rows"] if row["device"] == "cpu"]
    (row,) = (row for row in rows if row["framework"] == framework)
    assert len(row["seeds"]) >= 5
    return row["metrics"]


def test_plain_networks_get_worse_with_depth_even_on_what_they_saw(recorded):
    for part in ("train", "accuracy"):
        values = [recorded[f"plain{depth}_{part}"]["mean"] for depth in (8, 20, 56)]
        assert values[0] > values[1] > values[2]
        assert recorded[f"plain8_{part}"]["low"] > recorded[f"plain56_{part}"]["high"]
    losses = [np.array(recorded[f"plain{d}_loss"]["runs"])[:, -1] for d in (8, 20, 56)]
    assert losses[0].mean() < losses[1].mean() < losses[2].mean()
    assert losses[0].max() < losses[2].min() and losses[2].min() > 1.8


def test_residual_networks_get_better_with_depth(recorded):
    losses = [np.array(recorded[f"residual{d}_loss"]["runs"])[:, -1] for d in (8, 20, 56)]
    assert losses[0].mean() > losses[1].mean() > losses[2].mean()
    assert losses[0].min() > losses[2].max()


def test_shortcuts_win_in_every_seed_from_20_layers_on(recorded):
    for depth in (20, 56):
        runs = [recorded[f"{kind}{depth}_accuracy"]["runs"] for kind in ("plain", "residual")]
        assert all(better > worse for worse, better in zip(*runs, strict=True))
    assert recorded["residual56_accuracy"]["low"] > recorded["plain56_accuracy"]["high"] + 0.2


def test_gradients_are_level_with_both_and_explode_or_vanish_without(recorded):
    spread = {kind: recorded[f"{kind}_spread"] for kind in ("plain", "residual")}
    assert spread["plain"]["low"] > 10 * spread["residual"]["high"]
    sizes = {
        kind: np.array(recorded[f"{kind}_gradients"]["runs"])
        for kind in ("plain", "residual", "plain_bare", "residual_bare")
    }
    assert all(runs.shape == (5, 55) for runs in sizes.values())
    assert np.all(sizes["plain"][:, 1] > 100 * sizes["plain"][:, -1]), "explode"
    assert sizes["plain_bare"].max() < 0.002, "small everywhere"
    assert sizes["residual_bare"].min() > 8, "large everywhere"
    assert np.all(sizes["residual_bare"] > 100 * sizes["residual"])
    larger = sizes["residual_bare"] / sizes["residual"]
    assert (larger > 1000).mean() > 0.5, "most of them thousands of times"
    assert sizes["residual"].min() > 0.001 and sizes["residual"].max() < 0.2


def test_residual_networks_need_batch_normalisation_and_plain_ones_do_not_clearly(recorded):
    pairs = {
        kind: (recorded[f"{kind}_accuracy"], recorded[f"{kind}_bare_accuracy"])
        for kind in ("plain8", "plain20", "residual20")
    }
    having, lacking = pairs["residual20"]
    assert having["low"] > lacking["high"] + 0.1
    for kind in ("plain8", "plain20"):
        having, lacking = pairs[kind]
        assert lacking["low"] <= having["high"] and having["low"] <= lacking["high"], "overlap"
        assert lacking["high"] > having["high"] or kind == "plain20"
        assert lacking["high"] - lacking["low"] > having["high"] - having["low"]


def test_blocks_without_normalisation_double_the_variance():
    """The page's reason: F(x) + x of two parts of one size."""
    need("pytorch")
    import torch

    torch.manual_seed(0)
    network = need("pytorch").small_network(56, residual=True, norm=False, width=64)
    x = network.stage1(torch.randn(20, 1, 14, 14))
    sizes = []
    with torch.no_grad():
        for block in network.stage2[:9]:
            x = block.body(x) + x  # before the rectifier
            sizes.append(x.square().mean().item())
            x = x.relu()
    growth = (sizes[-1] / sizes[0]) ** (1 / 8)
    assert 1.4 < growth < 2.6


def test_the_table_of_sizes_is_what_is_counted():
    """The record keeps ten digits, so the page has the multiply-adds from the golden counts."""
    page = (ROOT / "docs/imagenet.md").read_text(encoding="utf-8")
    golden = json.loads((ROOT / "tests/live/sizes.json").read_text(encoding="utf-8"))
    for each in golden:
        if (each["width"], each["depth"]) != (1.0, 1.0):
            continue
        parameters, work = map(sum, zip(*each["stages"].values(), strict=True))
        pattern = rf"{each['network']}_size\[0\]\">{parameters:,}</data> \| {work:,} \|"
        assert re.search(pattern, page), each["network"]
    counting, build = need("pytorch", "counting"), builder("pytorch", "efficientnet")
    for number, (width, depth, size, parameters) in enumerate(SCALED[:4], start=1):
        work = counting.totals(counting.count_by_stage(build, size, width=width, depth=depth))[1]
        assert f'b{number}_size[0]">{parameters:,}</data> | {work:,} |' in page


def test_recorded_sizes_are_those_of_the_references(recorded):
    for name, (_, _, parameters, work) in NETWORKS.items():
        found = recorded[f"{name}_size"]["mean"]
        assert found[0] == parameters and found[1] / 1e9 == pytest.approx(work, rel=0.01)


def test_frameworks_accuracies_lie_in_each_others_range():
    rows = json.loads((ROOT / "docs/records/imagenet.json").read_text(encoding="utf-8"))["rows"]
    ours, theirs = (row["metrics"]["residual20_accuracy"] for row in rows if row["device"] == "cpu")
    assert ours["low"] <= theirs["high"] and theirs["low"] <= ours["high"]


def test_one_seed_of_the_record_is_no_fiction(framework, recorded):
    """Train the residual network of 8 layers once more, with a seed that no record has seen."""
    from lessons.imagenet.record import Bench

    bench = Bench(framework, "cpu")
    bench.basics.set_seed(17)
    network, optimizer = bench.start(8, True)
    losses = list(bench.lesson.train(network, optimizer, *bench.seen))
    past = np.array(recorded["residual8_loss"]["runs"])[:, -1]
    margin = MARGIN * (past.max() - past.min()) + 0.05
    assert past.min() - margin <= losses[-1] <= past.max() + margin


# On a GPU ---------------------------------------------------------------------------------------


def host(scores):
    """Scores as an array, wherever they were computed."""
    return scores.detach().cpu().numpy() if hasattr(scores, "detach") else scores.numpy()


@pytest.mark.gpu
def test_gpu_gives_the_scores_of_the_cpu_and_learns_as_well(framework):
    """Same weights, same scores; 56 residual layers trained on the GPU learn as on the CPU."""
    from lessons.imagenet.record import Bench

    gpu, cpu = Bench(framework, "gpu"), Bench(framework, "cpu")
    if "cpu" in str(gpu.device).lower():
        pytest.skip(f"{framework} sees no GPU here")
    gpu.basics.set_seed(0)
    network, optimizer = gpu.start(56, True)
    if framework == "pytorch":
        twin = copy.deepcopy(network).cpu()
    else:
        import tensorflow as tf

        with tf.device("CPU:0"):
            twin = cpu.build(56, True)
        twin.set_weights(network.get_weights())
    there, here = (
        host(each(images[:100])) for each, images in ((network, gpu.seen[0]), (twin, cpu.seen[0]))
    )
    np.testing.assert_allclose(there, here, atol=1e-2 * np.abs(here).max())  # TF32 has 10 bits
    list(gpu.lesson.train(network, optimizer, *gpu.seen))
    assert gpu.lesson.accuracy(network, *gpu.unseen) > 0.5
