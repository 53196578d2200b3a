"""Doubts about the case study on chest X-rays."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle
from sklearn.linear_model import LogisticRegression

from lessons import data as downloads
from lessons.bootstrap import resample
from lessons.pneumonia import (
    bootstrap,
    calibration,
    convert,
    data,
    files,
    matching,
    metrics,
    network,
)
from lessons.pneumonia import saliency as looks
from lessons.pneumonia.convert.__main__ import main as convert_main
from lessons.pneumonia.split import seen, split_by_patient, split_by_picture

SHARES = (0.65, 0.15, 0.2)


# Splits


@st.composite
def cohorts(draw):
    """Patient numbers and labels of pictures; a patient may have any number of either."""
    patients = draw(st.lists(st.integers(0, 60), min_size=150, max_size=300))
    labels = draw(st.lists(st.integers(0, 1), min_size=len(patients), max_size=len(patients)))
    return np.array(patients + list(range(61))), np.array(labels + [0, 1] * 30 + [0])


@given(cohorts(), st.integers(0, 1000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_patient_is_in_two_parts_and_no_picture_is_lost(cohort, seed):
    patients, labels = cohort
    parts = split_by_patient(patients, labels, SHARES, seed)
    assert sorted(np.concatenate(parts)) == list(range(len(patients)))
    for i, part in enumerate(parts):
        for other in parts[i + 1 :]:
            assert not set(patients[part]) & set(patients[other])
    again = split_by_patient(patients, labels, SHARES, seed)
    assert all(np.array_equal(a, b) for a, b in zip(parts, again))


def test_shares_are_of_the_patients_of_each_class():
    patients = np.repeat(np.arange(1000), 3)
    labels = np.repeat(np.arange(1000) < 300, 3).astype(int)
    for part, share in zip(split_by_patient(patients, labels, SHARES, 0), SHARES):
        for label, count in ((0, 700), (1, 300)):
            found = len(set(patients[part][labels[part] == label]))
            assert abs(found - share * count) <= 1


def test_another_seed_is_another_split():
    patients, labels = np.arange(200), np.arange(200) % 2
    first, second = (split_by_patient(patients, labels, SHARES, seed)[2] for seed in (0, 1))
    assert len(set(first) & set(second)) < len(first)


@pytest.mark.parametrize(
    ("patients", "shares", "complaint"),
    [
        (np.arange(40), (0.6, 0.6), "add up to 1"),
        (np.arange(40), (1.2, -0.2), "above 0"),
        (np.zeros(40, int), SHARES, "1 patients are too few for 3 parts"),
    ],
)
def test_a_split_that_cannot_be_made_is_refused(patients, shares, complaint):
    with pytest.raises(ValueError, match=complaint):
        split_by_patient(patients, np.arange(40) % 2, shares, 0)


def test_a_split_by_picture_lets_patients_straddle():
    patients = np.repeat(np.arange(100), 4)
    train, test = split_by_picture(400, (0.8, 0.2), 0)
    assert sorted([*train, *test]) == list(range(400)) and len(test) == 80
    known = seen(patients, test, train)
    assert known.mean() > 0.9
    assert known.tolist() == [patients[i] in set(patients[train]) for i in test]


@pytest.mark.data("chest_xray_64.npz")
def test_the_studys_own_split_is_disjoint():
    _, labels, patients = data.load_xrays()
    parts = split_by_patient(patients, labels, SHARES, 0)
    numbers = [set(patients[part]) for part in parts]
    assert sum(map(len, numbers)) == len(set.union(*numbers)) == len(set(patients))
    assert sum(map(len, parts)) == len(labels)
    for part in parts:
        assert abs(labels[part].mean() - labels.mean()) < 0.03


# Figures of merit, against scikit-learn


@st.composite
def answers(draw):
    """Labels, scores with ties, and weights, some of them 0."""
    n = draw(st.integers(8, 60))
    tenths = st.integers(-30, 30).map(lambda k: k / 10)
    scores = np.array(draw(st.lists(tenths, min_size=n, max_size=n)))
    weights = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), float)
    weights[:4] = 1
    labels = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    labels[:4] = [0, 1, 0, 1]
    return labels, scores, weights


@given(answers())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_figures_of_merit_equal_scikit_learns(case):
    labels, scores, weights = case
    said = (scores > 0).astype(int)
    pairs = {
        metrics.sensitivity: oracle.recall_score(labels, said, sample_weight=weights),
        metrics.specificity: oracle.recall_score(labels, said, pos_label=0, sample_weight=weights),
        metrics.balanced_accuracy: oracle.balanced_accuracy_score(
            labels, said, sample_weight=weights
        ),
        metrics.auc: oracle.roc_auc_score(labels, scores, sample_weight=weights),
        metrics.log_loss: oracle.log_loss(
            labels, metrics.probabilities(scores), sample_weight=weights
        ),
    }
    for ours, theirs in pairs.items():
        assert ours(labels, scores, weights) == pytest.approx(theirs, abs=1e-9), ours.__name__


@given(answers())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_curve_equals_scikit_learns(case):
    labels, scores, weights = case
    false, true = metrics.roc_curve(labels, scores, weights)
    theirs = oracle.roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
    grid = np.linspace(0, 1, 50)
    assert np.allclose(np.interp(grid, false, true), np.interp(grid, *theirs[:2]))
    assert false[0] == true[0] == 0 and false[-1] == true[-1] == pytest.approx(1)


def test_weights_stand_for_repeated_pictures():
    random = np.random.default_rng(0)
    labels, scores = random.integers(0, 2, 80), random.normal(size=80)
    weights = random.integers(0, 4, 80)
    copies = np.repeat(np.arange(80), weights)
    for metric in (metrics.auc, metrics.calibration_error, metrics.balanced_accuracy):
        assert metric(labels, scores, weights) == pytest.approx(
            metric(labels[copies], scores[copies])
        )


def test_a_mask_leaves_pictures_out():
    random = np.random.default_rng(0)
    labels, scores = random.integers(0, 2, 80), random.normal(size=80)
    mask = random.uniform(size=80) < 0.5
    for metric in (metrics.auc, metrics.log_loss, metrics.sensitivity, metrics.calibration_error):
        assert metric(labels, scores, mask) == pytest.approx(metric(labels[mask], scores[mask]))


def test_a_threshold_moves_the_balance():
    labels, scores = np.array([0, 0, 1, 1]), np.array([-1.0, 0.5, 0.2, 2.0])
    assert metrics.sensitivity(labels, scores) == 1 and metrics.specificity(labels, scores) == 0.5
    assert metrics.sensitivity(labels, scores, threshold=1.0) == 0.5
    assert metrics.specificity(labels, scores, threshold=1.0) == 1


def test_calibration_error_by_hand():
    logit = np.log(0.25 / 0.75)
    labels, scores = np.array([0, 0, 0, 1, 1, 1]), np.array([logit] * 4 + [-logit] * 2)
    assert metrics.calibration_error(labels, scores) == pytest.approx(2 / 6 * 0.25)
    share, said, ill = metrics.reliability(labels, scores)
    assert share[2] == pytest.approx(4 / 6) and said[7] == pytest.approx(0.75) and ill[7] == 1
    assert share.sum() == pytest.approx(1) and ill[0] == 0
    assert metrics.reliability(np.ones(2), np.array([800.0, 40.0]))[0][9] == 1


def test_the_worth_of_an_alarm_is_the_share_of_alarms_that_are_right():
    random = np.random.default_rng(3)
    labels, scores = random.integers(0, 2, 400), random.normal(size=400)
    rates = metrics.sensitivity(labels, scores), metrics.specificity(labels, scores)
    right = oracle.precision_score(labels, scores > 0)
    assert metrics.predictive_value(*rates, labels.mean()) == pytest.approx(right)
    assert metrics.predictive_value(0.9, 0.8, np.array([0.1])) == pytest.approx([1 / 3])


@pytest.mark.parametrize("metric", [metrics.sensitivity, metrics.balanced_accuracy, metrics.auc])
def test_a_class_that_is_absent_is_named(metric):
    with pytest.raises(ValueError, match="no picture of class 1"):
        metric(np.zeros(5, int), np.linspace(-1, 1, 5))


# Intervals


def simulated(random, patients=60, pictures=8):
    """Right or wrong answers of patients whose pictures are alike: labels, scores, groups."""
    ability = random.beta(1.5, 0.5, patients)  # mean 0.75
    right = random.uniform(size=(patients, pictures)) < ability[:, None]
    labels = np.repeat(np.arange(patients) % 2, pictures)
    scores = np.where(right.ravel(), 1.0, -1.0) * (2 * labels - 1)
    return labels, scores, np.repeat(np.arange(patients), pictures)


def test_the_interval_over_patients_is_as_wide_as_new_patients_say():
    """Against a direct simulation: many cohorts, each with other patients."""
    random = np.random.default_rng(0)
    truth = np.std([metrics.balanced_accuracy(*simulated(random)[:2]) for _ in range(1500)])
    by_patient, by_picture = [], []
    for seed in range(20):
        labels, scores, groups = simulated(random)
        for found, which in ((by_patient, groups), (by_picture, np.arange(len(labels)))):
            weights = resample(which, 200, seed)
            values = bootstrap.repeated(metrics.balanced_accuracy, labels, [scores], weights)
            found.append(values.std())
    assert np.mean(by_patient) == pytest.approx(truth, rel=0.1)
    assert np.mean(by_picture) < 0.75 * truth


def test_intervals_over_patients_cover_the_truth():
    random, covered = np.random.default_rng(1), 0
    for seed in range(150):
        labels, scores, groups = simulated(random)
        weights = resample(groups, 300, seed)
        _, (low, high), _ = bootstrap.summary(metrics.balanced_accuracy, labels, [scores], weights)
        covered += low <= 0.75 <= high
    assert covered / 150 > 0.88


def test_a_summary_is_the_mean_over_networks():
    labels = np.array([0, 1] * 20)
    runs = [np.where(labels, 1.0, -1.0), np.ones(40)]
    weights = resample(np.arange(40), 100)
    mean, (low, high), each = bootstrap.summary(metrics.specificity, labels, runs, weights)
    assert (mean, low, high, each) == (0.5, 0.5, 0.5, [1.0, 0.0])


def test_an_interval_is_centred_on_what_was_measured():
    """Redrawing adds noise to a mean of absolute values; percentiles alone would lean up."""
    random = np.random.default_rng(0)
    scores = random.normal(0, 2, 300)
    labels = (random.uniform(size=300) < metrics.probabilities(scores)).astype(int)
    weights = resample(np.arange(300), 400)
    drawn = bootstrap.repeated(metrics.calibration_error, labels, [scores], weights)
    mean, (low, high), _ = bootstrap.summary(metrics.calibration_error, labels, [scores], weights)
    assert drawn.mean() > 1.2 * mean
    assert low < mean < high and low == pytest.approx(
        np.percentile(drawn, 2.5) - drawn.mean() + mean
    )


# Calibration


def test_the_temperature_is_found_again():
    random = np.random.default_rng(0)
    honest = random.normal(0, 2, 20000)
    labels = (random.uniform(size=20000) < metrics.probabilities(honest)).astype(int)
    for scale in (0.5, 1.0, 4.0):
        assert calibration.temperature(labels, scale * honest) == pytest.approx(scale, rel=0.05)


def test_the_temperature_is_that_of_a_logistic_regression():
    random = np.random.default_rng(1)
    labels = random.integers(0, 2, 500)
    scores = 3 * (2 * labels - 1) + random.normal(0, 5, 500)
    model = LogisticRegression(C=1e9, fit_intercept=False, tol=1e-10)
    model.fit(scores[:, None], labels)
    assert calibration.temperature(labels, scores) == pytest.approx(1 / model.coef_[0, 0], 1e-4)


def test_a_temperature_changes_no_answer_and_no_order():
    random = np.random.default_rng(2)
    labels, scores = random.integers(0, 2, 200), random.normal(size=200)
    for metric in (metrics.auc, metrics.balanced_accuracy):
        assert metric(labels, scores / 3) == metric(labels, scores)


@pytest.mark.parametrize("sign", [1, -1])
def test_scores_without_a_best_temperature_are_refused(sign):
    labels = np.array([0, 1] * 10)
    with pytest.raises(ValueError, match="no temperature is best"):
        calibration.temperature(labels, sign * (2.0 * labels - 1))


# The network and what it looks at


def pictures(count=6, edge=32, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, edge, edge), dtype=np.uint8)


def test_a_network_takes_any_size_and_gives_one_score_a_picture():
    torch.manual_seed(0)
    net = network.xray_network()
    for edge in (28, 64):
        scores = network.predict(net, pictures(5, edge))
        assert scores.shape == (5,) and scores.dtype == np.float64
    assert network.predict(net, pictures(300))[:6] == pytest.approx(
        network.predict(net, pictures(300)[:6]), abs=1e-5
    )


def test_exposure_is_taken_out():
    images = pictures() // 4
    tensors = network.to_tensor(images)
    assert tensors.mean((2, 3)).abs().max() < 1e-5
    assert tensors.std((2, 3)).sub(1).abs().max() < 1e-4
    brighter = network.to_tensor((images * 2 + 30).astype(np.uint8))
    assert torch.allclose(tensors, brighter, atol=1e-4)


def test_a_weighted_loss_counts_the_ill_as_often_as_told():
    scores, targets = torch.tensor([0.3, -1.0, 2.0]), torch.tensor([1.0, 0.0, 1.0])
    single = torch.nn.functional.binary_cross_entropy_with_logits
    each = single(scores, targets, reduction="none")
    wanted = (0.5 * each[0] + each[1] + 0.5 * each[2]) / 3
    assert network.weighted_loss(scores, targets, 0.5) == pytest.approx(wanted.item())


def test_training_is_seeded_and_finds_a_bright_corner():
    images, labels = pictures(96), np.arange(96) % 2
    images[labels == 1, 8:20, 8:20] = 255
    nets = [network.train_network(images, labels, seed, epochs=12) for seed in (0, 0, 1)]
    scores = [network.predict(net, images) for net in nets]
    assert np.array_equal(scores[0], scores[1]) and not np.array_equal(scores[0], scores[2])
    assert metrics.balanced_accuracy(labels, scores[0]) > 0.95
    inside = looks.saliency(nets[0], images)[4:24, 4:24].sum()
    assert inside > 1.3 * (20 / 32) ** 2  # more than its share of the picture
    with pytest.raises(ValueError, match="96 images need as many labels, not 95"):
        network.train_network(images, labels[1:], 0)


def test_the_gradient_equals_differences():
    torch.manual_seed(0)
    net = network.xray_network((3, 4)).double()
    net.train()(torch.randn(20, 1, 12, 12, dtype=torch.float64))  # running statistics
    inputs = torch.randn(3, 1, 12, 12, dtype=torch.float64)
    found, step = looks.gradients(net, inputs), 1e-6
    for row, column in ((0, 0), (5, 7), (11, 3)):
        moved = torch.zeros_like(inputs)
        moved[..., row, column] = step
        with torch.no_grad():
            slope = (net(inputs + moved) - net(inputs - moved)) / (2 * step)
        assert torch.allclose(found[:, row, column], slope, atol=1e-7)
    assert found.abs().max() > 0


def test_a_saliency_is_a_mean_over_pictures():
    torch.manual_seed(0)
    net, images = network.xray_network(), pictures(140, edge=16)
    parts = [looks.gradients(net, network.to_tensor(images[i : i + 1])).abs() for i in range(140)]
    wanted = torch.cat(parts).mean(0).numpy()
    assert looks.saliency(net, images) == pytest.approx(wanted / wanted.sum(), rel=1e-3)


# Matching


def test_a_thumbnail_is_found_whatever_was_cut_off():
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (30, 16, 16)).repeat(4, 1).repeat(4, 2)
    order = random.permutation(30)
    for share in (0.6, 0.83, 1.0):
        small = matching.middle(coarse, share, 28)[order].round().astype(np.uint8)
        found, correlation = matching.match(small, coarse)
        assert found.tolist() == order.tolist() and correlation.min() > 0.97
    stranger = random.integers(0, 256, (3, 28, 28), dtype=np.uint8)
    assert matching.match(stranger, coarse)[1].max() < 0.5


def test_the_middle_leaves_out_as_much_on_the_left_as_on_the_right():
    columns = np.tile(np.arange(8), (1, 4, 1))
    assert matching.middle(columns, 0.5, 2)[0] == pytest.approx(np.array([[2.5, 4.5]] * 2))
    assert matching.middle(columns.transpose(0, 2, 1), 0.5, 2)[0, :, 0] == pytest.approx([1.5, 5.5])


def test_areas_are_means_of_equal_stretches():
    weights = matching.areas(6, 0, 6, 3)
    assert weights @ np.arange(6.0) == pytest.approx([0.5, 2.5, 4.5])
    assert matching.areas(4, 1.5, 2.5, 1)[0] == pytest.approx([0, 0.5, 0.5, 0])


# Data


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty data folder, and no proxy."""
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def small(**changes):
    """The arrays of a small file of X-rays, some of them changed or (None) left out."""
    made = {
        "images": np.zeros((5, 64, 64), np.uint8),
        "labels": np.array([[0], [1], [1], [0], [1]], np.uint8),
        "patient_id": np.array([4, 4, 0, 1, 2], np.int32),
        "subtype": np.zeros(5, np.uint8),
    } | changes
    return {key: array for key, array in made.items() if array is not None}


SMALL = replace(data.XRAYS, labels={"labels": ((1, 4), (2, 3))})


def message(call, *arguments):
    """What a DataError says; it always names the data set, address, folder and variable."""
    with pytest.raises(downloads.DataError) as failure:
        call(*arguments)
    text = str(failure.value)
    for part in ("address: https://", "LESSONS_DATA", os.environ["LESSONS_DATA"]):
        assert part in text
    return text


def test_a_good_file_is_read(folder):
    np.savez(folder / SMALL.filename, **small())
    arrays = files.load_file(SMALL)
    assert arrays["labels"].tolist() == [0, 1, 1, 0, 1]
    assert {arrays[key].dtype for key in ("labels", "patient_id")} == {np.dtype(np.int64)}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"patient_id": None}, "no array named patient_id"),
        ({"images": np.zeros((5, 28, 28), np.uint8)}, r"images should be uint8 \(5, 64, 64\)"),
        ({"images": np.zeros((5, 64, 64))}, "but is float64"),
        ({"labels": np.array([0, 1, 1, 1, 2])}, "labels does not have"),
        ({"labels": np.array([0.0, 1, 1, 0, 1])}, "labels should be whole numbers"),
        ({"patient_id": np.array([1, 2])}, "patient_id has 2 numbers"),
    ],
)
def test_arrays_that_are_not_the_data_set_are_refused(folder, changes, complaint):
    np.savez(folder / SMALL.filename, **small(**changes))
    with pytest.raises(downloads.DataError, match=complaint):
        files.load_file(SMALL)
    assert "delete it, then run again" in message(files.load_file, SMALL)


@pytest.mark.parametrize("length", [0, 1, 200, -20])
def test_a_damaged_file_is_named(folder, length):
    np.savez(folder / SMALL.filename, **small())
    content = (folder / SMALL.filename).read_bytes()
    (folder / SMALL.filename).write_bytes(content[:length])
    assert "chest_xray_64.npz is damaged" in message(files.load_file, SMALL)


def test_without_the_larger_pictures_the_error_names_the_conversion(folder):
    text = message(data.load_xrays)
    assert "chest_xray_64.npz is not there" in text and "10.17632/rscbjbr9sj" in text
    assert "python -m lessons.pneumonia.convert FOLDER" in text


def test_without_a_network_the_error_says_what_to_do(folder, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    closed = replace(data.PNEUMONIA_MNIST, address="http://127.0.0.1:1/pneumoniamnist.npz")
    with pytest.raises(downloads.DataError, match="PneumoniaMNIST: the download failed"):
        files.load_file(closed)
    assert list(folder.iterdir()) == []


def test_a_download_is_checked_and_kept(folder, monkeypatch):
    """pooch is told the checksum; what it fetched gets its name at the end."""
    asked = []

    def retrieve(address, checksum, name, place, downloader):
        asked.append((address, checksum))
        np.savez(place / name, **small())
        os.replace(place / f"{name}.npz", place / name)

    monkeypatch.setattr(files.pooch, "retrieve", retrieve)
    file = replace(SMALL, md5="0f" * 16)
    for _ in range(2):
        files.load_file(file)
    assert asked == [(file.address, f"md5:{file.md5}")]
    assert [path.name for path in folder.iterdir()] == [file.filename]
    assert (folder / file.filename).stat().st_mode & 0o777 == 0o644  # others may read it


@pytest.mark.data("pneumoniamnist_28.npz")
def test_pneumonia_mnist_in_the_data_folder():
    parts = data.load_pneumonia_mnist()
    assert {key: images.shape for key, (images, _) in parts.items()} == {
        "train": (4708, 28, 28),
        "val": (524, 28, 28),
        "test": (624, 28, 28),
    }
    assert [labels.sum() for _, labels in parts.values()] == [3494, 389, 390]


@pytest.mark.data("chest_xray_64.npz")
def test_x_rays_in_the_data_folder():
    images, labels, patients = data.load_xrays()
    assert images.shape == (5216, 64, 64) and np.bincount(labels).tolist() == [1341, 3875]
    assert len(set(patients)) == 2846 and patients.dtype == np.int64


# The conversion of the public archive


@pytest.fixture
def archive(tmp_path):
    """The folders of a tiny archive: five photographs of four patients."""
    from PIL import Image

    random = np.random.default_rng(0)
    names = {
        "NORMAL": ["IM-0115-0001.jpeg", "NORMAL2-IM-0666-0001-0001.jpeg"],
        "PNEUMONIA": ["person1_bacteria_1.jpeg", "person1_virus_6.jpeg", "person10_virus_9.jpeg"],
    }
    for folder, photographs in names.items():
        (tmp_path / "archive/train" / folder).mkdir(parents=True)
        for name in photographs:
            pixels = random.integers(0, 256, (150, 200), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "archive/train" / folder / name)
    return tmp_path / "archive"


def test_an_archive_becomes_the_file_that_the_study_reads(archive, folder, capsys):
    assert convert_main([str(archive)]) == 0
    said = capsys.readouterr().out
    assert "2 normal, 3 pneumonia" in said and "1341 and 3875" in said
    arrays = files.load_file(SMALL)
    assert arrays["images"].shape == (5, 64, 64) and arrays["images"].std() > 5
    assert arrays["labels"].tolist() == [0, 0, 1, 1, 1]
    assert arrays["subtype"].tolist() == [0, 0, 2, 1, 2]
    patients = arrays["patient_id"].tolist()
    assert patients[3] == patients[4] and len(set(patients)) == 4


@pytest.mark.parametrize(
    ("name", "patient", "subtype"),
    [
        ("IM-0115-0001", "IM115", 0),
        ("NORMAL2-IM-0115-0001-0002", "NORMAL2-IM115", 0),
        ("person23_bacteria_101", "person23", 1),
        ("person23_virus_50", "person23", 2),
        ("VIRUS-1008087-0003", "1008087", 2),
        ("NORMAL-1008087-0001", "1008087", 0),
    ],
)
def test_a_files_name_tells_patient_and_subtype(tmp_path, name, patient, subtype):
    assert convert.patient_and_subtype(tmp_path / f"{name}.jpeg") == (patient, subtype)


def test_an_archive_that_cannot_be_converted_is_named(archive, folder, tmp_path, capsys):
    def failure(path, to=folder):
        assert convert_main([str(path), "--to", str(to)]) == 2
        return capsys.readouterr().err

    assert "holds no photographs" in failure(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    assert "cannot be written" in failure(archive, tmp_path / "file" / "data")
    (archive / "train/NORMAL/scan.jpeg").write_bytes(b"no picture")
    assert "the name tells no patient" in failure(archive)
    (archive / "train/NORMAL/scan.jpeg").rename(archive / "train/NORMAL/IM-0001-0001.jpeg")
    assert "IM-0001-0001.jpeg cannot be read" in failure(archive)
    assert list(folder.iterdir()) == []


# The recorded notebook


@pytest.fixture(scope="module")
def cells():
    """The cells of the recorded notebook."""
    path = Path(__file__).parents[1] / "docs/notebooks/pneumonia.ipynb"
    return json.loads(path.read_text("utf-8"))["cells"]


@pytest.fixture(scope="module")
def printed(cells):
    """All that the recorded notebook printed."""
    outputs = [o for cell in cells for o in cell.get("outputs", [])]
    return "".join("".join(o["text"]) for o in outputs if o["output_type"] == "stream")


def row(printed, name):
    """The numbers of a printed score: mean, low, high, and each network's.

    A line has some of them before the name of the score, and each network's after it.
    """
    before = re.compile(r"^[\d. ]*(\[[^\]]*\])? {2,}")
    (line,) = [a for a in printed.splitlines() if before.sub("", a).startswith(name)]
    return [float(number) for number in re.findall(r"\d\.\d+", line.replace(name, "", 1))]


def test_every_score_has_an_interval_that_holds_it(printed):
    rows = re.findall(r"(\d\.\d{2,3}) \[(\d\.\d{2,3}), (\d\.\d{2,3})\]", printed)
    assert len(rows) > 40
    for mean, low, high in rows:
        assert float(low) <= float(mean) <= float(high)


def test_unseen_patients_are_scored_as_the_study_promises(printed):
    mean, low, _, *networks = row(printed, "balanced accuracy ")
    assert len(networks) == 3 and min(networks) >= 0.95 and mean >= 0.95
    assert low > row(printed, "64 numbers, balanced accuracy")[2]
    assert row(printed, "sensitivity, patients drawn")[:1] == row(printed, "sensitivity  ")[:1]


def test_the_published_gap_is_what_the_words_say(printed):
    val, test = (row(printed, f"{part}, balanced accuracy") for part in ("val", "test"))
    assert test[2] < val[1] and max(test[3:]) < min(val[3:])
    figures = ("val, sensitivity", "val, specificity", "test, specificity")
    shares = [round(100 * row(printed, name)[0]) for name in figures]
    assert shares == [98, 96, 70]  # the first paragraph
    assert row(printed, "test, sensitivity")[0] > row(printed, "val, sensitivity")[0]
    assert row(printed, "test, specificity")[2] < row(printed, "val, specificity")[1]
    assert row(printed, "validation, unknown children")[1] > test[2]
    assert row(printed, "healthy: training or test?")[1] > 0.7
    assert row(printed, "healthy: training or validation?")[1] < 0.5
    assert row(printed, "test, best threshold (no score)")[0] < val[0]


def test_the_promise_is_kept_at_a_small_price(printed):
    kept = row(printed, "sensitivity, chosen threshold")
    assert kept[1] > 0.98
    price = row(printed, "specificity  ")[0] - row(printed, "specificity, chosen threshold")[0]
    assert 0 < price < 0.02


def test_the_leak_sits_in_the_other_class(printed):
    healthy, ill = (
        int(re.search(rf"(\d+)% of those {kind} pneumonia", printed)[1])
        for kind in ("without", "with")
    )
    assert healthy < 25 < 75 < ill


def test_shares_of_pictures_are_no_shares_of_children(printed):
    pattern = r"ill in the 64-pixel data: (\d+)% of the pictures, (\d+)% of the children"
    pictures, children = map(int, re.search(pattern, printed).groups())
    assert pictures == 74 and 50 < children < 60  # three in four, more than half


def test_too_long_a_training_is_too_sure(printed):
    moved, stubborn = (
        row(printed, f"{name}: log loss as trained")[0] for name in ("12 epochs", "30 epochs")
    )
    assert 1.6 < stubborn / moved < 2.4  # "about twice"


def test_charts_are_drawn_from_numbers(cells):
    text = "".join("".join(cell["source"]) for cell in cells)
    assert text.count("draw_chart(") == 6
    kinds = {kind for c in cells for o in c.get("outputs", []) for kind in o.get("data", {})}
    assert kinds <= {"image/svg+xml", "text/plain"}


@pytest.mark.data("pneumoniamnist_28.npz")
def test_one_network_retrained_scores_as_recorded(printed):
    parts = data.load_pneumonia_mnist()
    net = network.train_network(*parts["train"], seed=0)
    for part in ("val", "test"):
        images, labels = parts[part]
        recorded = row(printed, f"{part}, auc")[3]
        assert metrics.auc(labels, network.predict(net, images)) == pytest.approx(
            recorded, abs=0.01
        )


def number(printed, name):
    """The first number of a printed line."""
    return row(printed, name)[0]


def test_the_words_on_calibration_hold(printed):
    assert all(0.8 < t < 1.3 for t in row(printed, "T alone"))
    change = re.search(r"\[([-+.\d]+), ([-+.\d]+)\]  what prior adds", printed)
    assert float(change[2]) < 0
    assert 0.4 < number(printed, "prior, error") / number(printed, "as trained, error") < 0.7
    alone = re.search(r"\[([-+.\d]+), ([-+.\d]+)\]  what temperature adds", printed)
    assert float(alone[1]) > 0 and float(alone[2]) < 0.01
    test, val = (
        number(printed, f"28 pixels, {p}, error") for p in ("published test", "validation")
    )
    assert test > 3 * val


def test_the_words_on_maps_and_hiding_hold(printed):
    among, untrained = (number(printed, f"trained with {kind}") for kind in ("trained", "random"))
    assert among > untrained + 0.1 and untrained > 0.1
    assert number(printed, "ill with healthy") > among - 0.02
    frame, middle = (row(printed, f"hidden: {name}, auc") for name in ("frame", "middle"))
    assert middle[1] > 0.7 and frame[2] < middle[1]


def test_the_words_on_alarms_hold(printed):
    ours, published = "64 pixels, unseen patients", "28 pixels, published test"
    assert 0.6 < number(printed, f"2% ill: {ours}") < 0.72
    assert row(printed, f"2% ill: {published}")[2] <= 0.1
    assert row(printed, f"57% ill: {ours}")[1] > 0.95, "seldom wrong"
    assert 0.75 < row(printed, f"57% ill: {published}")[0] < 0.85, "about one in five"


def test_the_words_on_units_and_long_training_hold(printed):
    assert 0.9 < float(re.search(r"interval over patients is ([\d.]+) times", printed)[1]) < 1.15
    by = {
        (name, unit): number(printed, f"{name}, by {unit}")
        for name in ("sensitivity", "specificity")
        for unit in ("picture", "patient")
    }
    assert by["sensitivity", "patient"] > by["sensitivity", "picture"] + 0.003
    assert abs(by["specificity", "patient"] - by["specificity", "picture"]) < 0.005
    stubborn = re.search(r"30 epochs: log loss at T = ([\d.]+)", printed)
    assert float(stubborn[1]) > 1.5
