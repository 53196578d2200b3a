"""Doubts about the lesson on attention."""

import json
from pathlib import Path

import frameworks
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.attention import numpy as scratch
from lessons.attention import reading
from lessons.dates import ISO, TEXT, load_dates, to_numbers, to_texts

ROOT = Path(__file__).parents[1]


def need(framework):
    """Skip where a framework is not installed; return its lesson and its basics."""
    return frameworks.need(framework, "lessons.attention.{}", "lessons.{}")


def tensor(framework, array):
    """An array as a tensor, of the type that it has."""
    if framework == "pytorch":
        import torch

        return torch.from_numpy(np.array(array))
    import tensorflow as tf

    return tf.constant(array)


def host(found):
    return found.detach().cpu().numpy() if hasattr(found, "detach") else np.asarray(found)


# From scratch, against both frameworks ----------------------------------------------------------


@st.composite
def attentions(draw):
    """Queries, keys, values and a mask in which each query sees a place, in float32."""
    sizes = st.integers(1, 5)
    batch, queries, places, features, fetched = (draw(sizes) for _ in range(5))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    shapes = (batch, queries, features), (batch, places, features), (batch, places, fetched)
    arrays = [random.normal(size=shape).astype(np.float32) for shape in shapes]
    mask = random.random((batch, queries, places)) < 0.6
    np.put_along_axis(mask, random.integers(places, size=(batch, queries, 1)), True, axis=2)
    return *arrays, mask


def frameworks_attention(framework, queries, keys, values, mask):
    """What the framework's own attention finds."""
    if framework == "pytorch":
        import torch

        arrays = [torch.from_numpy(array) for array in (queries, keys, values)]
        mask = torch.from_numpy(mask)
        return torch.nn.functional.scaled_dot_product_attention(*arrays, attn_mask=mask).numpy()
    import keras

    arrays = queries[:, :, None], keys[:, :, None], values[:, :, None]  # one head
    found = keras.ops.dot_product_attention(*arrays, mask=mask[:, None])
    return np.asarray(found)[:, :, 0]


@settings(deadline=None)
@given(attentions())
def test_attend_is_pytorchs(drawn):
    need("pytorch")
    found, shares = scratch.attend(*drawn)
    np.testing.assert_allclose(found, frameworks_attention("pytorch", *drawn), atol=1e-5)
    assert np.allclose(shares.sum(axis=-1), 1) and not shares[~drawn[3]].any()


def test_attend_is_tensorflows():
    need("tensorflow")
    random = np.random.default_rng(0)
    for queries, places, features, fetched in ((3, 5, 8, 8), (1, 4, 2, 2), (4, 1, 16, 16)):
        shapes = (2, queries, features), (2, places, features), (2, places, fetched)
        arrays = [random.normal(size=shape).astype(np.float32) for shape in shapes]
        mask = random.random((2, queries, places)) < 0.5
        mask[..., 0] = True
        found, _ = scratch.attend(*arrays, mask)
        wanted = frameworks_attention("tensorflow", *arrays, mask)
        np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_the_translators_look_is_attend(framework):
    lesson, _ = need(framework)
    random = np.random.default_rng(1)
    arrays = [random.normal(size=shape) for shape in ((2, 3, 4), (2, 5, 4), (2, 5, 6))]
    mask = np.array([[[1, 1, 1, 0, 0]], [[1, 1, 1, 1, 1]]], bool)
    given_ = [tensor(framework, array) for array in (*arrays, mask)]
    for found, wanted in zip(lesson.look(*given_), scratch.attend(*arrays, mask)):
        np.testing.assert_allclose(host(found), wanted, atol=1e-12)


def random_weights(random, features):
    return [(random.normal(size=(features,) * 2), random.normal(size=features)) for _ in range(4)]


def heads_of_pytorch(queries, places, weights, heads, mask):
    import torch

    layer = torch.nn.MultiheadAttention(queries.shape[-1], heads, batch_first=True).double()
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.tensor(np.concatenate([m.T for m, _ in weights[:3]])))
        layer.in_proj_bias.copy_(torch.tensor(np.concatenate([b for _, b in weights[:3]])))
        layer.out_proj.weight.copy_(torch.tensor(weights[3][0].T))
        layer.out_proj.bias.copy_(torch.tensor(weights[3][1]))
        queries, places = torch.from_numpy(queries), torch.from_numpy(places)
        forbidden = ~torch.from_numpy(mask)  # PyTorch's layer masks what may not be seen
        found = layer(queries, places, places, attn_mask=forbidden, average_attn_weights=False)
    return [each.numpy() for each in found]


def heads_of_keras(queries, places, weights, heads, mask):
    import keras

    features = queries.shape[-1]
    parts = heads, features // heads
    layer = keras.layers.MultiHeadAttention(heads, features // heads, dtype="float64")
    layer.build(queries.shape, places.shape, places.shape)
    shaped = []
    for matrix, bias in weights[:3]:
        shaped += [matrix.reshape(features, *parts), bias.reshape(parts)]
    layer.set_weights([*shaped, weights[3][0].reshape(*parts, features), weights[3][1]])
    found = layer(
        queries,
        places,
        attention_mask=np.broadcast_to(mask, (len(queries), *mask.shape)),
        return_attention_scores=True,
    )
    return [np.asarray(each) for each in found]


@pytest.mark.parametrize(("features", "heads"), [(8, 1), (8, 2), (12, 3), (6, 6)])
def test_multi_head_is_the_frameworks(framework, features, heads):
    need(framework)
    random = np.random.default_rng(features + heads)
    queries, places = random.normal(size=(2, 4, features)), random.normal(size=(2, 7, features))
    mask = random.random((4, 7)) < 0.6
    mask[:, 3] = True
    weights = random_weights(random, features)
    oracle = {"pytorch": heads_of_pytorch, "tensorflow": heads_of_keras}[framework]
    wanted = oracle(queries, places, weights, heads, mask)
    found = scratch.multi_head(queries, places, places, weights, heads, mask)
    for ours, theirs in zip(found, wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_softmax_bears_large_scores():
    shares = scratch.softmax(np.array([[1000.0, 999.0, -np.inf]]))
    np.testing.assert_allclose(shares, [[np.e / (np.e + 1), 1 / (np.e + 1), 0]])


def test_the_scale_keeps_the_spread():
    """The page's reason for the root: a product of d features spreads by its root."""
    random = np.random.default_rng(0)
    for features in (4, 64, 1024):
        products = (random.normal(size=(2, 4000, features))).prod(axis=0).sum(axis=1)
        assert products.std() == pytest.approx(np.sqrt(features), rel=0.1)


@pytest.mark.parametrize(
    ("shapes", "fault"),
    [
        (((2, 3), (4, 2), (4, 5)), r"queries \(2, 3\) and keys \(4, 2\) differ in their last axis"),
        (((2, 3), (4, 3), (5, 3)), r"keys \(4, 3\) and values \(5, 3\) are not equally many"),
        (((2, 3), (0, 3), (0, 3)), r"keys \(0, 3\) name no place to look at; give one at least"),
    ],
)
def test_shapes_that_do_not_fit_are_named(shapes, fault):
    with pytest.raises(ValueError, match=fault):
        scratch.attend(*(np.zeros(shape) for shape in shapes))


def test_what_may_look_nowhere_is_named():
    mask = np.array([[True, False], [False, False]])
    with pytest.raises(ValueError, match=r"query \(1,\) may look nowhere; let it see one place"):
        scratch.attend(*np.zeros((3, 2, 2)), mask)
    weights = random_weights(np.random.default_rng(0), 8)
    with pytest.raises(ValueError, match=r"\(2, 8\) cannot be cut into 3 equal parts"):
        scratch.multi_head(*np.zeros((3, 2, 8)), weights, heads=3)


# Reading a map ----------------------------------------------------------------------------------


def test_roles_of_the_characters():
    assert reading.roles("2026(e)ko aza. 21(a)").tolist() == (
        ["year"] * 4
        + ["", "month", "", "month", "month", ""]
        + ["month"] * 3
        + ["", "", "day", "day", "", "month", ""]
    )
    assert reading.roles("7 май 1901").tolist() == ["day", "", *["month"] * 3, "", *["year"] * 4]


def test_aligned_counts_the_largest_share():
    text = "7 may 1901"
    shares = np.zeros((1, 11, 12))  # a step more than characters, two places of padding
    for step, place in enumerate((6, 7, 8, 0, 1, 2, 3, 1, 0, 0)):
        shares[0, step, place] = 1
    shares[0, :, 10] = 2  # padding does not count
    assert reading.aligned([text], shares) == {"year": 0.75, "month": 1.0, "day": 1.0}


def test_lengths_are_told_apart():
    texts = ["a" * n for n in (3, 13, 14, 17, 18, 40)]
    assert reading.exact_by_length(texts, [1, 0, 1, 1, 0, 0]) == [0.5, 1.0, 0.0]


# The translators agree --------------------------------------------------------------------------


@pytest.fixture
def float64():
    """Both frameworks in double precision for one test."""
    with frameworks.in_float64("pytorch"), frameworks.in_float64("tensorflow"):
        yield


@pytest.mark.parametrize("attention", [True, False])
def test_same_weights_give_the_same_scores_and_gradients(float64, attention):
    import tensorflow as tf
    import torch
    from test_live_dates import keras_arrays

    ours = need("pytorch")[0].Translator(20, 6, attention, features=5, units=4)
    theirs = need("tensorflow")[0].Translator(20, 6, attention, features=5, units=4)
    arrays = {name: host(weight) for name, weight in ours.state_dict().items()}
    if not attention:
        arrays |= {"query.weight": np.zeros((4, 4)), "key.weight": np.zeros((4, 8))}
    for name, found in keras_arrays(arrays).items():
        if hasattr(theirs, name):
            getattr(theirs, name).set_weights(found)
    random = np.random.default_rng(0)
    texts, previous = random.integers(1, 21, (3, 9)), random.integers(0, 7, (3, 5))
    texts[0, 6:], texts[1, 2:] = 0, 0  # shorter texts
    scores = ours(torch.from_numpy(texts), torch.from_numpy(previous))
    scores.square().sum().backward()
    with tf.GradientTape() as tape:
        again = theirs(tf.constant(texts), tf.constant(previous))
        total = tf.reduce_sum(again**2)
    np.testing.assert_allclose(host(scores), again.numpy(), rtol=1e-5, atol=1e-9)

    gradients = {name: host(weight.grad) for name, weight in ours.named_parameters()}
    if not attention:
        gradients |= {"query.weight": np.zeros((4, 4)), "key.weight": np.zeros((4, 8))}
    pairs = []
    for name, expected in keras_arrays(gradients).items():
        if hasattr(theirs, name):
            pairs += zip(getattr(theirs, name).trainable_variables, expected, strict=True)
    assert len(pairs) == len(theirs.trainable_variables)
    for found, (_, expected) in zip(tape.gradient(total, [v for v, _ in pairs]), pairs):
        found = tf.convert_to_tensor(found).numpy()  # an embedding's is sparse
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize(("attention", "parameters"), [(True, 44_429), (False, 36_269)])
def test_parameters_are_counted(framework, attention, parameters):
    lesson, basics = need(framework)
    network = lesson.Translator(len(TEXT), len(ISO), attention)
    assert basics.count_parameters(network) == parameters


def test_padding_changes_nothing(framework):
    """A text is translated alone as it is beside a longer one."""
    lesson, basics = need(framework)
    basics.set_seed(0)
    network = lesson.Translator(len(TEXT), len(ISO), attention=True)
    together = tensor(framework, to_numbers(["5 mei 1901", "21 de noviembre de 2026"], TEXT))
    alone = tensor(framework, to_numbers(["5 mei 1901"], TEXT))
    for texts in (together, alone):
        scores = network(texts, tensor(framework, np.array([[0, 3, 4]] * len(texts))))
        if texts is together:
            wanted = host(scores)[0]
    np.testing.assert_allclose(host(scores)[0], wanted, atol=1e-5)
    answers, shares = lesson.translate(network, together, 4)
    assert answers.shape == (2, 4) and shares.shape == (2, 4, 23)
    assert not shares[0, :, 10:].any() and np.allclose(shares.sum(axis=2), 1, atol=1e-5)


# Training ---------------------------------------------------------------------------------------


def small_task(framework, count=256):
    pairs, _ = load_dates(count, 10)
    texts, isos = zip(*pairs)
    arrays = to_numbers(texts, TEXT), to_numbers(isos, ISO)
    return [tensor(framework, array) for array in arrays]


def test_the_reported_loss_is_the_mean_and_nothing_changes_at_a_rate_of_zero(framework):
    lesson, basics = need(framework)
    texts, answers = small_task(framework)
    basics.set_seed(1)
    network = lesson.Translator(len(TEXT), len(ISO), attention=True)
    wanted = np.concatenate([host(answers), np.zeros((256, 1), int)], axis=1)
    previous = np.concatenate([np.zeros((256, 1), int), host(answers)], axis=1)
    shares = scratch.softmax(host(network(texts, tensor(framework, previous))).astype(float))
    by_hand = -np.log(np.take_along_axis(shares, wanted[..., None], axis=2)).mean()
    reported = list(lesson.train(network, texts, answers, epochs=10, learning_rate=0.0))[:2]
    assert reported == pytest.approx([by_hand, by_hand], rel=1e-4)


def test_same_seed_gives_the_same_network(framework):
    lesson, basics = need(framework)
    texts, answers = small_task(framework)
    runs = []
    for seed in (3, 3, 4):
        basics.set_seed(seed)
        network = lesson.Translator(len(TEXT), len(ISO), attention=True)
        runs.append(list(lesson.train(network, texts, answers, epochs=6)))
    assert runs[0] == pytest.approx(runs[1], rel=1e-3)
    assert runs[0] != pytest.approx(runs[2], rel=1e-3)
    assert runs[0][-1] < 0.9 * runs[0][0]


def test_a_loss_that_is_no_number_is_named(framework):
    lesson, basics = need(framework)
    texts, answers = small_task(framework)
    basics.set_seed(0)
    network = lesson.Translator(len(TEXT), len(ISO), attention=True)
    with pytest.raises(FloatingPointError, match="try a smaller learning rate"):
        list(lesson.train(network, texts, answers, epochs=8, learning_rate=float("inf")))


def test_too_few_texts_are_named(framework):
    lesson, _ = need(framework)
    texts, answers = small_task(framework)
    network = lesson.Translator(len(TEXT), len(ISO), attention=False)
    with pytest.raises(ValueError, match=r"100 texts and 100 answers; .* and 128 at least"):
        next(lesson.train(network, texts[:100], answers[:100], epochs=1))
    with pytest.raises(ValueError, match=r"256 texts and 200 answers; give as many of each"):
        next(lesson.train(network, texts, answers[:200], epochs=1))


def test_the_schedule_is_the_same_in_both_frameworks():
    """Up a line over a tenth of the steps, then down half a cosine to 0."""
    ours, theirs = need("pytorch")[0], need("tensorflow")[0]
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.01)
    schedule, rates = ours.plan(optimizer, 50), theirs.plan(0.01, 50)
    found = []
    for step in range(50):
        found.append(optimizer.param_groups[0]["lr"])
        assert found[-1] == pytest.approx(float(rates(step)), rel=1e-3, abs=1e-7)
        optimizer.step()
        schedule.step()
    assert found[0] < 0.0002 and found[5] == pytest.approx(0.01) and found[49] < 0.0001
    assert found[27] == pytest.approx(0.01 * (1 + np.cos(np.pi * 22 / 45)) / 2)


# What the record says ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows():
    record = json.loads((ROOT / "docs" / "records" / "attention.json").read_text("utf-8"))
    return {row["framework"]: row["metrics"] for row in record["rows"] if row["device"] == "cpu"}


def test_attention_translates_98_in_100_exactly(rows):
    for metrics in rows.values():
        assert metrics["with_exact"]["mean"] >= 0.98


def test_attention_helps_at_every_length_and_in_every_seed(rows):
    for metrics in rows.values():
        gain = np.array(metrics["with_by_length"]["low"]) - metrics["without_by_length"]["high"]
        assert (gain > 0.5).all()
        assert metrics["with_curve"]["low"][0] > metrics["without_curve"]["high"][2]
        patient = np.array(metrics["patient_by_length"]["mean"])
        assert (patient < np.array(metrics["with_by_length"]["mean"]) - 0.2).all()


def test_without_attention_it_learns_slowly_and_months_last(rows):
    for metrics in rows.values():
        assert metrics["without_exact"]["mean"] < metrics["patient_exact"]["mean"] - 0.02
        year, month, day = metrics["without_parts"]["mean"]
        assert month < day < year
    assert rows["pytorch"]["without_parts"]["high"][1] < 0.12  # a month in twelve is 0.083
    short, *_, long = rows["tensorflow"]["patient_by_length"]["mean"]
    assert rows["tensorflow"]["patient_exact"]["mean"] > 0.4 and short > long + 0.05


def test_the_dense_layers_start_makes_the_difference_not_the_orthogonal_matrix(rows):
    ours, theirs = rows["pytorch"], rows["tensorflow"]
    for metrics in rows.values():
        states, plain = metrics["borrowed_states_exact"], metrics["patient_exact"]
        assert states["mean"] == pytest.approx(plain["mean"], abs=0.03)
    assert ours["borrowed_dense_exact"]["low"] > 0.5 > 5 * ours["patient_exact"]["high"]
    assert ours["borrowed_dense_exact"]["mean"] > ours["borrowed_recurrent_exact"]["mean"] + 0.2
    assert theirs["borrowed_dense_exact"]["mean"] < theirs["patient_exact"]["mean"] - 0.3
    assert theirs["borrowed_recurrent_exact"]["mean"] > theirs["patient_exact"]["mean"] - 0.1


def test_first_weights_are_as_the_page_says():
    ours, theirs = (need(name)[0].Translator(20, 6, False) for name in ("pytorch", "tensorflow"))
    for part, count, outputs in (("bridge", 96, 48), ("score", 48, 7)):
        near, far = count**-0.5, (6 / (count + outputs)) ** 0.5
        limits = host(getattr(ours, part).weight), getattr(theirs, part).get_weights()[0]
        assert [np.abs(weight).max() for weight in limits] == pytest.approx([near, far], rel=0.05)
        assert 0.4 < near / far < 0.55
    assert host(ours.decoder.weight_hh_l0).max() == pytest.approx(1 / np.sqrt(48), rel=0.01)
    matrix = theirs.decoder.get_weights()[1]  # (48, 3 * 48), its rows at right angles
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(48), atol=1e-5)


def largest_weights(network):
    """The largest weight of each group: layers' kind, and input, state to state or bias."""
    found = {}
    for part in ("encoder", "decoder", "bridge", "score"):
        layer = getattr(network, part)
        if hasattr(layer, "named_parameters"):
            named = dict(layer.named_parameters()).items()
        else:
            named = [(weight.path, weight) for weight in layer.trainable_variables]
        for name, weight in named:
            state = "weight_hh" in name or "recurrent_kernel" in name
            kind = "states" if state else "bias" if "bias" in name else "inputs"
            found.setdefault((part, kind), []).append(np.abs(host(weight)).max())
    return {group: max(sizes) for group, sizes in found.items()}


@pytest.mark.parametrize("kind", ["states", "recurrent", "dense"])
def test_a_borrowed_start_is_the_other_frameworks_and_the_rest_its_own(framework, kind):
    from lessons.attention import record

    benches = {}
    for name in ("pytorch", "tensorflow"):
        need(name)
        benches[name] = record.Bench(name, "cpu")
        benches[name].basics.set_seed(0)
    (other,) = set(benches) - {framework}
    start = {"pytorch": record.start_as_in_keras, "tensorflow": record.start_as_in_pytorch}
    network = benches[framework].build(attention=False)
    own, theirs = largest_weights(network), largest_weights(benches[other].build(False))
    start[framework](network, kind)
    for (part, role), size in largest_weights(network).items():
        dense = part in ("bridge", "score")
        part_of = {"dense": dense, "recurrent": not dense, "states": role == "states"}
        wanted = (theirs if part_of[kind] else own)[part, role]
        assert size == pytest.approx(wanted, rel=0.25, abs=1e-3), (part, role)
    if framework == "pytorch" and kind != "dense":
        encoder, decoder = network.encoder, network.decoder
        for weight in (encoder.weight_hh_l0, encoder.weight_hh_l0_reverse, decoder.weight_hh_l0):
            np.testing.assert_allclose(host(weight.T @ weight), np.eye(48), atol=1e-5)


def test_the_map_is_an_alignment(rows):
    for metrics in rows.values():
        assert metrics["aligned"]["low"][0] > 0.85 and metrics["aligned"]["low"][2] > 0.8


def test_the_frameworks_reach_the_same(rows):
    ours, theirs = (rows[name]["with_exact"] for name in ("pytorch", "tensorflow"))
    assert ours["low"] - 0.02 <= theirs["mean"] <= ours["high"] + 0.02


@pytest.mark.slow
def test_one_seed_is_no_fiction(framework, rows):
    """One epoch of the record's first seed gets what the record's runs got, or nearly."""
    lesson, basics = need(framework)
    (texts, isos), (held, wanted) = (zip(*part) for part in load_dates())
    texts, isos, held = (
        tensor(framework, to_numbers(some, characters))
        for some, characters in ((texts, TEXT), (isos, ISO), (held, TEXT))
    )
    basics.set_seed(0)
    network = lesson.Translator(len(TEXT), len(ISO), attention=True)
    next(lesson.train(network, texts, isos, epochs=6))
    said = to_texts(lesson.translate(network, held, 11)[0], ISO)
    exact = np.mean([one == other for one, other in zip(said, wanted)])
    curve = rows[framework]["with_curve"]
    assert exact > curve["low"][0] - 0.2


# On a GPU ---------------------------------------------------------------------------------------


@pytest.mark.gpu
def test_a_gpu_gives_the_scores_of_the_cpu_and_learns(framework):
    need(framework)
    from lessons.attention.record import Bench

    gpu, cpu = Bench(framework, "gpu"), Bench(framework, "cpu")
    if "cpu" in str(gpu.device).lower():
        pytest.skip(f"needs a GPU: {framework} sees none")
    gpu.basics.set_seed(0)
    network = gpu.build(attention=True)
    texts = ["5 mei 1901", "21 de noviembre de 2026"]
    isos = ["1901-05-05", "2026-11-21"]
    there = host(network(gpu.tensor(texts, TEXT), gpu.tensor(isos, ISO)))
    losses = list(gpu.lesson.train(network, gpu.inputs[:2560], gpu.targets[:2560], 2))
    assert losses[1] < losses[0]
    cpu.basics.set_seed(0)
    network = cpu.build(attention=True)
    here = host(network(cpu.tensor(texts, TEXT), cpu.tensor(isos, ISO)))
    np.testing.assert_allclose(there, here, atol=1e-3)
