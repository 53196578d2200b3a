"""Doubts about the lesson on convolutions."""

import copy
import json
from pathlib import Path

import frameworks
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d

from lessons.convolutions import numpy as scratch
from lessons.data import load_digits
from tools.bands import MARGIN

ROOT = Path(__file__).parents[1]
SHAPES = {"dense_network": 28, "digit_network": 28, "lenet5": 32, "lenet5_today": 32}


def need(framework):
    """Skip where a framework is not installed; return its lesson, its LeNets and its basics."""
    modules = "lessons.convolutions.{}", "lessons.convolutions.lenet_{}", "lessons.{}"
    return frameworks.need(framework, *modules)


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def random_arrays(seed, *shapes):
    random = np.random.default_rng(seed)
    return [random.normal(size=shape).astype(np.float32) for shape in shapes]


# From scratch, against SciPy and both frameworks ------------------------------------------------


@given(st.integers(0, 10**6), st.tuples(*[st.integers(1, 9)] * 4))
def test_cross_correlate_equals_scipy(seed, sizes):
    height, width, rows, columns = sizes
    image, kernel = random_arrays(seed, (height, width), (rows, columns))
    if rows > height or columns > width:
        with pytest.raises(ValueError, match=r"kernel .* does not fit into an image"):
            scratch.cross_correlate(image, kernel)
        return
    expected = correlate2d(image.astype(float), kernel.astype(float), mode="valid")
    np.testing.assert_allclose(scratch.cross_correlate(image, kernel), expected, atol=1e-5)


layers = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10**6),
        "batch": st.integers(1, 3),
        "inputs": st.integers(1, 4),
        "outputs": st.integers(1, 4),
        "height": st.integers(6, 12),
        "width": st.integers(6, 12),
        "kernel": st.integers(1, 5),
        "stride": st.integers(1, 3),
        "padding": st.integers(0, 3),
    }
)


def drawn_layer(draw):
    kernel = draw["kernel"]
    return random_arrays(
        draw["seed"],
        (draw["batch"], draw["inputs"], draw["height"], draw["width"]),
        (draw["outputs"], draw["inputs"], kernel, kernel + draw["seed"] % 2),  # not only squares
        (draw["outputs"],),
    )


def convolved(framework, images, kernels, bias, stride, padding):
    """What a framework's own convolution makes of the same arrays."""
    if framework == "pytorch":
        import torch

        tensors = map(torch.from_numpy, (images, kernels, bias))
        return torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding).numpy()
    import tensorflow as tf

    margin = [[0, 0], [padding, padding], [padding, padding], [0, 0]]
    images, kernels = images.transpose(0, 2, 3, 1), kernels.transpose(2, 3, 1, 0)
    response = tf.nn.conv2d(images, kernels, stride, margin) + bias
    return response.numpy().transpose(0, 3, 1, 2)


@given(layers)
@settings(max_examples=60, deadline=None)
def test_layer_equals_pytorch(draw):
    need("pytorch")
    arrays, how = drawn_layer(draw), {name: draw[name] for name in ("stride", "padding")}
    expected = convolved("pytorch", *arrays, **how)
    np.testing.assert_allclose(scratch.convolution_layer(*arrays, **how), expected, atol=1e-4)


@given(layers)
@settings(max_examples=60, deadline=None)
def test_layer_equals_tensorflow(draw):
    need("tensorflow")
    arrays, how = drawn_layer(draw), {name: draw[name] for name in ("stride", "padding")}
    expected = convolved("tensorflow", *arrays, **how)
    np.testing.assert_allclose(scratch.convolution_layer(*arrays, **how), expected, atol=1e-4)


@given(layers)
def test_output_size_is_the_size_of_the_output(draw):
    images, kernels, bias = drawn_layer(draw)
    how = {name: draw[name] for name in ("stride", "padding")}
    shape = scratch.convolution_layer(images, kernels, bias, **how).shape
    expected = [
        scratch.output_size(size, kernel, **how)
        for size, kernel in zip(images.shape[2:], kernels.shape[2:], strict=True)
    ]
    assert list(shape[2:]) == expected


@pytest.mark.parametrize(
    ("images", "kernels"), [((2, 3, 8, 8), (4, 2, 3, 3)), ((3, 8, 8), (4, 3, 3, 3))]
)
def test_layer_names_shapes_that_do_not_fit(images, kernels):
    with pytest.raises(ValueError, match=r"images \(.*\) and kernels \(.*\) do not fit"):
        scratch.convolution_layer(np.zeros(images), np.zeros(kernels), np.zeros(4))


@pytest.mark.parametrize("size", [2, 3])
def test_pooling_equals_both_frameworks(framework, size):
    (images,) = random_arrays(0, (2, 3, 11, 14))
    if framework == "pytorch":
        import torch

        expected = torch.nn.functional.max_pool2d(torch.from_numpy(images), size).numpy()
    else:
        import tensorflow as tf

        pooled = tf.nn.max_pool2d(images.transpose(0, 2, 3, 1), size, size, "VALID")
        expected = pooled.numpy().transpose(0, 3, 1, 2)
    np.testing.assert_array_equal(scratch.max_pool(images, size), expected)


# Equivariance, receptive fields, counts ---------------------------------------------------------


@given(st.integers(0, 10**6), st.integers(-3, 3), st.integers(-3, 3))
def test_moving_the_picture_moves_the_response(seed, down, right):
    image, kernel = random_arrays(seed, (20, 20), (5, 5))
    image[:8], image[12:], image[:, :8], image[:, 12:] = 0, 0, 0, 0  # nothing leaves the picture
    moved = scratch.cross_correlate(scratch.shift(image, down, right), kernel)
    expected = scratch.shift(scratch.cross_correlate(image, kernel), down, right)
    np.testing.assert_array_equal(moved, expected)


@given(st.integers(-6, 6), st.integers(-6, 6))
def test_shift_moves_each_pixel_and_fills_with_zeros(down, right):
    image = np.arange(1, 31).reshape(5, 6)
    expected = np.zeros_like(image)
    for row in range(5):
        for column in range(6):
            if 0 <= row + down < 5 and 0 <= column + right < 6:
                expected[row + down, column + right] = image[row, column]
    np.testing.assert_array_equal(scratch.shift(image, down, right), expected)


def test_receptive_field_is_what_gradients_reach():
    need("pytorch")
    import torch

    stack = [(5, 1), (2, 2), (5, 1), (2, 2)]
    for depth in range(1, 5):
        image = torch.zeros(1, 1, 28, 28, requires_grad=True)
        response = image
        for kernel, stride in stack[:depth]:
            weights = torch.ones(1, 1, kernel, kernel)
            response = torch.nn.functional.conv2d(response, weights, stride=stride)
        middle = response.shape[-1] // 2
        response[0, 0, middle, middle].backward()
        reached = (image.grad[0, 0].sum(dim=0) > 0).sum().item()
        assert scratch.receptive_field(stack[:depth]) == reached


def build(framework, name):
    """One of the lesson's networks; LeNet-5 with random codes of +1 and -1."""
    lesson, lenet, _ = need(framework)
    if name != "lenet5":
        return getattr(lenet if "lenet" in name else lesson, name)()
    codes = np.sign(random_arrays(1, (10, 84))[0])
    if framework == "pytorch":
        import torch

        return lenet.lenet5(torch.from_numpy(codes))
    return lenet.lenet5(codes)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("dense_network", 784 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10),
        ("digit_network", 16 * 26 + 48 * (16 * 25 + 1) + 1200 * 10 + 10),
        ("lenet5", 60_000),
        ("lenet5_today", 61_706),
    ],
)
def test_parameters_are_counted(framework, name, parameters):
    basics = need(framework)[2]
    assert basics.count_parameters(build(framework, name)) == parameters


def test_lenet_connections_add_up_as_published():
    """The page's table: a weight or bias is a connection in every place where it is used."""
    table = need("pytorch")[1].SEEN_BY_C3
    c3 = sum(25 * len(seen) + 1 for seen in table)
    assert c3 == 1516
    assert [sum(n in seen for seen in table) for n in range(6)] == [10] * 6
    places = [28 * 28 * 6 * 26, 14 * 14 * 6 * 5, 10 * 10 * c3, 5 * 5 * 16 * 5, 48120, 10164, 840]
    assert places == [122_304, 5_880, 151_600, 2_000, 48_120, 10_164, 840]
    assert sum(places) == 340_908


def test_frameworks_share_the_table_of_c3():
    assert need("pytorch")[1].SEEN_BY_C3 == need("tensorflow")[1].SEEN_BY_C3


# The frameworks agree ---------------------------------------------------------------------------


def to_keras_layout(array, before_flatten):
    """Turn one PyTorch weight into the layout that Keras keeps."""
    if array.ndim == 4:  # (out, in, k, l) to (k, l, in, out)
        return array.transpose(2, 3, 1, 0)
    if array.ndim == 3:  # a coefficient for each map
        return array.ravel()
    if array.ndim == 2 and before_flatten:  # columns from channel, row, column to row, column, ...
        rows = array.reshape(len(array), *before_flatten).transpose(0, 2, 3, 1)
        return rows.reshape(len(array), -1).T
    return array.T


def copied_pair(name):
    """A PyTorch and a Keras network with the same weights, and how to lay the former's out."""
    pytorch, keras = build("pytorch", name), build("tensorflow", name)
    flattened = {"digit_network": (48, 5, 5), "lenet5_today": (16, 5, 5)}.get(name)

    def convert(arrays):
        first_dense = True
        for array in arrays:
            dense = array.ndim == 2
            yield to_keras_layout(array, flattened if dense and first_dense else None)
            first_dense = first_dense and not dense

    weights = convert(weight.detach().numpy() for weight in pytorch.parameters())
    for variable, weight in zip(keras.trainable_variables, weights, strict=True):
        variable.assign(weight)
    return pytorch, keras, convert


@pytest.mark.parametrize("name", SHAPES)
def test_same_weights_give_the_same_scores_and_gradients(name):
    need("pytorch"), need("tensorflow")
    import tensorflow as tf
    import torch

    pytorch, keras, convert = copied_pair(name)
    images, weights = random_arrays(2, (4, SHAPES[name], SHAPES[name]), (4, 10))
    ours = pytorch(torch.from_numpy(images).unsqueeze(1))
    (ours * torch.from_numpy(weights)).sum().backward()
    with tf.GradientTape() as tape:
        theirs = keras(images[..., np.newaxis])
        total = tf.reduce_sum(theirs * weights)
    gradients = tape.gradient(total, keras.trainable_variables)
    scale = ours.abs().max().item()
    np.testing.assert_allclose(ours.detach().numpy(), theirs.numpy(), rtol=1e-5, atol=1e-5 * scale)
    expected = convert(weight.grad.numpy() for weight in pytorch.parameters())
    for gradient, wanted in zip(gradients, expected, strict=True):
        tolerance = 1e-5 * np.abs(wanted).max()
        np.testing.assert_allclose(gradient.numpy(), wanted, rtol=1e-4, atol=tolerance)


def test_defaults_that_differ_are_as_the_page_says():
    need("pytorch"), need("tensorflow")
    import keras
    import torch

    assert torch.optim.Adam([torch.zeros(1)]).defaults["eps"] == 1e-8
    assert keras.optimizers.Adam().epsilon == 1e-7
    pytorch, tensorflow = build("pytorch", "digit_network"), build("tensorflow", "digit_network")
    ours = pytorch[3].weight.abs().max().item()
    theirs = float(np.abs(tensorflow.layers[3].kernel).max())
    assert ours == pytest.approx(1 / np.sqrt(16 * 25), rel=0.01)
    assert theirs == pytest.approx(np.sqrt(6 / (16 * 25 + 48 * 25)), rel=0.01)


# Training ---------------------------------------------------------------------------------------


def trainer(framework, images, labels):
    """What train() needs: tensors on the CPU."""
    lesson, _, basics = need(framework)
    tensor = lesson.to_tensor(images, {"pytorch": "cpu", "tensorflow": "CPU:0"}[framework])
    if framework == "pytorch":
        import torch

        labels = torch.from_numpy(labels)
    return lesson, basics, tensor, labels


def host(scores):
    """Scores as an array, wherever they were computed."""
    return scores.detach().cpu().numpy() if hasattr(scores, "detach") else scores.numpy()


def test_reported_loss_is_the_mean_over_the_data(framework, digits):
    """With a rate of 0 nothing changes, so the loss of an epoch can be computed by hand."""
    images, labels = digits[0][:130], digits[1][:130]  # 130: the last batch is a small one
    lesson, basics, tensor, targets = trainer(framework, images, labels)
    basics.set_seed(1)
    network = lesson.dense_network()
    z = host(network(tensor)).astype(float)
    by_hand = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels])
    reported = list(lesson.train(network, tensor, targets, epochs=2, learning_rate=0.0))
    assert reported == pytest.approx([by_hand, by_hand], rel=1e-5)


def test_same_seed_gives_the_same_network(framework, digits):
    images, labels = digits[0][:200], digits[1][:200]
    lesson, basics, tensor, targets = trainer(framework, images, labels)
    runs = []
    for seed in (3, 3, 4):
        basics.set_seed(seed)
        runs.append(list(lesson.train(lesson.dense_network(), tensor, targets, epochs=2)))
    assert runs[0] == pytest.approx(runs[1], rel=1e-4)
    assert runs[0] != pytest.approx(runs[2], rel=1e-3)


def test_a_rate_that_is_too_large_is_named(framework, digits):
    lesson, basics, tensor, targets = trainer(framework, digits[0][:200], digits[1][:200])
    basics.set_seed(0)
    with pytest.raises(FloatingPointError, match="try a smaller learning rate"):
        list(lesson.train(lesson.digit_network(), tensor, targets, epochs=5, learning_rate=1e30))


def test_same_padding_with_a_stride_pads_right_and_bottom_only():
    """The remark in exercise 1: equal shapes, other numbers than PyTorch's padding=1."""
    need("pytorch"), need("tensorflow")
    import tensorflow as tf

    images, kernels, bias = random_arrays(4, (1, 3, 32, 32), (8, 3, 3, 3), (8,))
    turned = images.transpose(0, 2, 3, 1), kernels.transpose(2, 3, 1, 0)
    same = (tf.nn.conv2d(*turned, 2, "SAME") + bias).numpy().transpose(0, 3, 1, 2)
    padded = np.pad(images, ((0, 0), (0, 0), (0, 1), (0, 1)))
    one_sided = scratch.convolution_layer(padded, kernels, bias, stride=2)
    np.testing.assert_allclose(same, one_sided, atol=1e-4)
    all_sides = scratch.convolution_layer(images, kernels, bias, stride=2, padding=1)
    assert all_sides.shape == same.shape and not np.allclose(all_sides, same, atol=0.1)


def test_learning_rate_is_the_same_in_both_frameworks():
    ours, theirs = need("pytorch")[0].schedule(0.01, 40), need("tensorflow")[0].schedule(0.01, 40)
    for step in range(41):
        assert float(theirs(step)) == pytest.approx(ours(step), rel=1e-4, abs=1e-8)
    assert [ours(step) for step in (0, 6, 12, 26, 40)] == pytest.approx(
        [0, 0.005, 0.01, 0.005, 0]  # up a line to 3/10 of the steps, then down half a cosine
    )


def test_training_takes_the_scheduled_steps(framework, digits):
    """Half as large a rate is seen: from the same start, the first steps are half as long."""
    lesson, basics, tensor, targets = trainer(framework, digits[0][:64], digits[1][:64])
    moves = []
    for rate in (1e-4, 2e-4):
        basics.set_seed(5)
        network = lesson.dense_network()
        before = host(network(tensor))
        list(lesson.train(network, tensor, targets, epochs=4, learning_rate=rate))
        moves.append(np.abs(host(network(tensor)) - before).mean())
    assert moves[1] / moves[0] == pytest.approx(2, rel=0.1)


def test_random_shift_moves_the_whole_batch_by_whole_pixels(framework, digits):
    lesson, basics, tensor, _ = trainer(framework, digits[0][:5], digits[1][:5])
    basics.set_seed(0)
    seen = set()
    for _ in range(200):
        moved = host(lesson.random_shift(tensor, 2)).reshape(5, 28, 28)
        steps = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
        found = [
            step for step in steps if np.array_equal(scratch.shift(digits[0][:5], *step), moved)
        ]
        assert len(found) == 1
        seen.update(found)
    assert len(seen) == 25  # every step is drawn
    assert np.array_equal(host(lesson.random_shift(tensor, 0)), host(tensor))


def test_rectifier_and_pooling_may_change_places():
    """The page says so: the largest of four cut numbers is the largest of four, cut."""
    (images,) = random_arrays(3, (2, 3, 10, 10))
    first = np.maximum(scratch.max_pool(images), 0)
    np.testing.assert_array_equal(first, scratch.max_pool(np.maximum(images, 0)))


@pytest.mark.parametrize("shape", [(4, 27, 28), (28, 28), (4, 28, 28, 1)])
def test_pictures_of_another_shape_are_refused(framework, shape):
    lesson = need(framework)[0]
    with pytest.raises(ValueError, match=r"images should be \(batch, 28, 28\), but are"):
        lesson.to_tensor(np.zeros(shape, np.float32), "cpu")


def test_confusion_matrix_counts_rows_by_label():
    counts = scratch.confusion_matrix(np.array([0, 0, 2, 2]), np.array([0, 1, 2, 2]), classes=3)
    assert counts.tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 2]]


# What the record says ---------------------------------------------------------------------------


@pytest.fixture
def recorded(framework):
    record = json.loads((ROOT / "docs/records/convolutions.json").read_text(encoding="utf-8"))
    rows = [row for row in record["rows"] if row["device"] == "cpu"]
    (row,) = (row for row in rows if row["framework"] == framework)
    assert len(row["seeds"]) >= 5
    return row["metrics"]


def test_targets_are_met(framework, recorded):
    assert recorded["digit_accuracy"]["mean"] >= 0.97
    assert recorded["digit_accuracy"]["low"] >= 0.955
    target = {"pytorch": 0.993, "tensorflow": 0.992}[framework]
    assert recorded["mnist_accuracy"]["mean"] >= target


def test_convolutions_bear_shifts_better_in_every_seed(recorded):
    for pixels in (1, 2, 3, 4):
        assert recorded["digit_shifted"]["low"][pixels] > recorded["dense_shifted"]["high"][pixels]


def test_convolutions_do_not_bear_every_shift(recorded):
    fall = recorded["digit_accuracy"]["low"] - recorded["digit_shifted"]["high"][4]
    assert fall > 0.35  # "about half" on the page


def test_moved_digits_teach_what_the_architecture_does_not(recorded):
    assert recorded["moved_shifted"]["low"][2] > recorded["digit_shifted"]["high"][2]
    assert recorded["moved_shifted"]["mean"][0] - recorded["moved_shifted"]["mean"][2] < 0.015


def test_shuffled_pixels_cost_only_the_convolutions(recorded):
    lost = recorded["digit_accuracy"]["mean"] - recorded["digit_shuffled"]["mean"]
    assert lost > 0.02
    assert recorded["digit_shuffled"]["high"] < recorded["digit_accuracy"]["low"]
    spread = recorded["dense_accuracy"]["high"] - recorded["dense_accuracy"]["low"]
    change = recorded["dense_accuracy"]["mean"] - recorded["dense_shuffled"]["mean"]
    assert abs(change) < max(spread, 0.01)


def test_framework_accuracies_lie_in_each_others_range():
    rows = json.loads((ROOT / "docs/records/convolutions.json").read_text(encoding="utf-8"))["rows"]
    ours, theirs = (row["metrics"]["digit_accuracy"] for row in rows if row["device"] == "cpu")
    assert ours["low"] <= theirs["high"] and theirs["low"] <= ours["high"]


@pytest.mark.slow
@pytest.mark.data("mnist.npz")
def test_one_seed_of_the_record_is_no_fiction(framework, recorded):
    """Train on all of MNIST once more, with a seed that the record has not seen."""
    from lessons.convolutions.record import Bench, full_mnist

    measured = dict(full_mnist(Bench(framework, "cpu"), 17, load_digits()[2][13]))
    past = recorded["mnist_accuracy"]
    margin = MARGIN * (past["high"] - past["low"])
    assert past["low"] - margin <= measured["mnist_accuracy"] <= past["high"] + margin


# On a GPU ---------------------------------------------------------------------------------------


def on_cpu(framework, network):
    """The same weights in a network on the CPU."""
    if framework == "pytorch":
        return copy.deepcopy(network).cpu()
    import tensorflow as tf

    with tf.device("CPU:0"):
        twin = need(framework)[0].digit_network()
    twin.set_weights(network.get_weights())
    return twin


@pytest.mark.gpu
def test_gpu_gives_the_scores_of_the_cpu_and_learns_as_well(framework, digits, record_property):
    """Same weights, same scores; trained on the GPU, an accuracy within the record's range."""
    from lessons.convolutions.record import Bench, packaged_digits

    gpu, cpu = Bench(framework, "gpu"), Bench(framework, "cpu")
    if "cpu" in str(gpu.device).lower():
        pytest.skip(f"{framework} sees no GPU here")
    gpu.basics.set_seed(0)
    network, images = gpu.build("digit_network"), digits[2][:100]
    there = host(network(gpu.lesson.to_tensor(images, gpu.device)))
    here = host(on_cpu(framework, network)(cpu.lesson.to_tensor(images, cpu.device)))
    np.testing.assert_allclose(there, here, atol=2e-3 * np.abs(here).max())  # TF32 has 10 bits
    measured = dict(packaged_digits(gpu, 0, "digit", *digits))
    record_property("seconds", measured["digit_seconds"])
    print(f"{framework}: {measured['digit_seconds']:.1f} s, {measured['digit_accuracy']:.3f}")
    assert measured["digit_accuracy"] >= 0.955
