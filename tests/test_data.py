"""The digits are what the pages say they are, and a download fails in one clear way."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Barrier, Thread

import numpy as np
import pytest

from lessons import data

SOURCE = Path(data.__file__)
PAIR = {"x": (6, 2, 2), "y": (6,)}  # the arrays of a data set small enough to serve here


@pytest.fixture(scope="module")
def digits():
    return data.load_digits()


def section(name):
    pattern = rf"# --8<-- \[start:{name}\]\n(.*?)# --8<-- \[end:{name}\]"
    return re.search(pattern, SOURCE.read_text(encoding="utf-8"), re.DOTALL)[1]


def save(path, **changes):
    """Save the small data set, with some of its arrays changed or (None) left out."""
    arrays = {"x": np.zeros((6, 2, 2), np.uint8), "y": np.array([0, 1, 2] * 2, np.uint8)}
    arrays = {key: array for key, array in (arrays | changes).items() if array is not None}
    np.savez(path, **arrays)
    return path.read_bytes()


class Server:
    """A local HTTP server of one file that counts what it is asked."""

    def __init__(self, content, meeting=None):
        self.count = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.count += 1
                if meeting:  # nobody gets an answer before everybody has asked
                    meeting.wait()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}/small.npz"

    def __enter__(self):
        Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty data folder, and no proxy between a test and its server."""
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")
    return tmp_path / "data"


@pytest.fixture
def small(tmp_path):
    """A data set whose public home is a closed port."""
    content = save(tmp_path / "published.npz")
    return data.DataSet(
        title="Small",
        filename="small.npz",
        address="http://127.0.0.1:1/small.npz",
        sha256=hashlib.sha256(content).hexdigest(),
        arrays=PAIR,
        class_counts={"y": (2, 2, 2)},
    )


def message(data_set):
    """Load, fail, and return what the error says, which always names four things."""
    with pytest.raises(data.DataError) as failure:
        data.load_arrays(data_set)
    text = str(failure.value)
    for part in (data_set.title, data_set.address, os.environ["LESSONS_DATA"], "LESSONS_DATA"):
        assert part in text
    return text


# The packaged digits


def test_digits_have_the_shapes_and_ranges_that_the_pages_state(digits):
    train_images, train_labels, test_images, test_labels = digits
    assert train_images.shape == (4000, 28, 28) and test_images.shape == (1000, 28, 28)
    assert train_labels.shape == (4000,) and test_labels.shape == (1000,)
    for images in (train_images, test_images):
        assert images.dtype == np.float32 and images.min() == 0 and images.max() == 1
    for labels in (train_labels, test_labels):
        assert labels.dtype == np.int64


def test_digits_are_balanced_and_shuffled(digits):
    _, train_labels, _, test_labels = digits
    assert np.bincount(train_labels).tolist() == [400] * 10
    assert np.bincount(test_labels).tolist() == [100] * 10
    for labels in (train_labels, test_labels):
        assert len(set(labels[:100])) == 10


def test_no_digit_is_in_both_halves(digits):
    train_images, _, test_images, _ = digits
    assert not {image.tobytes() for image in train_images} & {i.tobytes() for i in test_images}


def test_the_split_is_the_one_that_every_record_was_measured_on(digits):
    little_endian = [array.astype(array.dtype.newbyteorder("<")) for array in digits]
    checksum = hashlib.sha256(b"".join(array.tobytes() for array in little_endian)).hexdigest()
    assert checksum == "3b030071d07f15954ff33ab9740c3349a454f20be53d2015b34e9ad138df8bdb"
    assert all(np.array_equal(a, b) for a, b in zip(digits, data.load_digits()))


@pytest.mark.parametrize(
    ("names", "wanted"),
    [(("imports", "digits"), "load_digits"), (("imports", "download", "mnist"), "load_mnist")],
)
def test_the_sections_that_a_page_shows_run_without_the_rest(names, wanted):
    text = "".join(section(name) for name in names)
    assert "lessons." not in text and "import lessons" not in text
    assert all(len(line) <= 100 for line in text.splitlines())
    namespace = {"__name__": "__main__"}
    exec(compile(text, "page", "exec"), namespace)
    assert callable(namespace[wanted])


# Downloads


def test_without_a_network_the_error_says_what_to_do(folder, small):
    assert "the download failed" in message(small)
    assert not list(folder.glob("*"))


def test_full_mnist_asks_the_same_way(folder, monkeypatch):
    monkeypatch.setattr(data, "MNIST", replace(data.MNIST, address="http://127.0.0.1:1/mnist.npz"))
    with pytest.raises(data.DataError, match="MNIST: the download failed"):
        data.load_mnist()


def test_a_download_is_kept_and_not_repeated(folder, small, tmp_path):
    with Server((tmp_path / "published.npz").read_bytes()) as server:
        for _ in range(2):
            arrays = data.load_arrays(replace(small, address=server.address))
    assert server.count == 1
    assert {key: array.shape for key, array in arrays.items()} == PAIR
    assert [path.name for path in folder.iterdir()] == ["small.npz"]


def test_the_default_folder_is_the_cache_of_the_user(small, tmp_path, monkeypatch):
    monkeypatch.delenv("LESSONS_DATA", raising=False)
    monkeypatch.setattr(data.pooch, "os_cache", lambda project: tmp_path / project)
    (tmp_path / "deep-learning-that-runs").mkdir()
    save(tmp_path / "deep-learning-that-runs" / "small.npz")
    assert data.load_arrays(small)["y"].shape == (6,)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_a_download_can_be_read_by_everybody(folder, small, tmp_path):
    with Server((tmp_path / "published.npz").read_bytes()) as server:
        data.load_arrays(replace(small, address=server.address))
    assert (folder / "small.npz").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b + b" ", lambda b: b""])
def test_a_download_with_another_checksum_is_not_kept(folder, small, tmp_path, damage):
    with Server(damage((tmp_path / "published.npz").read_bytes())) as server:
        text = message(replace(small, address=server.address))
    assert "the download failed" in text and "hash" in text
    assert not list(folder.glob("*"))


def test_a_server_that_hangs_up_is_a_failed_download(folder, small):
    class Broken(bytes):  # promises more than it sends
        def __len__(self):
            return 10**6

    with Server(Broken(b"PK")) as server:
        assert "the download failed" in message(replace(small, address=server.address))
    assert not list(folder.glob("*"))


def test_a_folder_that_cannot_be_written(small, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")  # modes would not stop the administrator
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path / "file" / "data"))
    assert "the download failed" in message(small)


def test_two_processes_at_once_do_not_hurt_each_other(folder, small, tmp_path):
    code = (
        "import sys; from lessons.data import *; "
        "print(load_arrays(DataSet('Small', 'small.npz', sys.argv[1], sys.argv[2], "
        "{'x': (6, 2, 2), 'y': (6,)}, {'y': (2, 2, 2)}))['y'].sum())"
    )
    meeting = Barrier(2, timeout=60)
    with Server((tmp_path / "published.npz").read_bytes(), meeting) as server:
        command = [sys.executable, "-c", code, server.address, small.sha256]
        both = [
            subprocess.Popen(command, cwd=SOURCE.parents[1], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        try:
            printed = [process.communicate(timeout=90)[0].strip() for process in both]
        finally:
            for process in both:
                process.kill()
    assert printed == ["6", "6"] and server.count == 2
    assert [path.name for path in folder.iterdir()] == ["small.npz"]


# A file that stands in the folder by somebody's hand


def test_another_copy_of_the_same_arrays_is_welcome(folder, small):
    folder.mkdir()
    np.savez_compressed(
        folder / "small.npz",
        x=np.ones((6, 2, 2), np.uint8),
        y=np.array([2, 1, 0] * 2, np.uint8),
        more=np.zeros(1),
    )
    assert data.load_arrays(small).keys() == PAIR.keys()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"y": None}, "no array named y"),
        ({"x": np.zeros((6, 2, 3), np.uint8)}, r"x should be uint8 \(6, 2, 2\)"),
        ({"x": np.zeros((6, 2, 2), np.float32)}, "but is float32"),
        ({"y": np.array([0, 1, 2, 0, 1, 1], np.uint8)}, "y does not have"),
        ({"y": np.array([0, 1, 2, 0, 1, 9], np.uint8)}, "y does not have"),
        ({"y": np.array([0, "a", None] * 2, object)}, "allow_pickle"),
    ],
)
def test_arrays_that_are_not_the_data_set_are_refused(folder, small, changes, complaint):
    folder.mkdir()
    save(folder / "small.npz", **changes)
    text = message(small)
    assert "delete it, then run again" in text and re.search(complaint, text)


@pytest.mark.parametrize("length", [0, 1, 100, 300, -1, -30])
def test_a_truncated_file_is_named_as_damaged(folder, small, tmp_path, length):
    folder.mkdir()
    content = (tmp_path / "published.npz").read_bytes()
    (folder / "small.npz").write_bytes(content[:length])
    assert "small.npz is damaged" in message(small)


def test_a_file_of_another_kind_is_named_as_such(folder, small):
    folder.mkdir()
    with open(folder / "small.npz", "wb") as file:
        np.save(file, np.zeros(3))
    assert "small.npz is damaged or is another file" in message(small)


@pytest.mark.data("mnist.npz")
def test_full_mnist_in_the_data_folder():
    train_images, train_labels, test_images, test_labels = data.load_mnist()
    assert train_images.shape == (60000, 28, 28) and test_images.shape == (10000, 28, 28)
    assert train_images.dtype == np.float32 and train_labels.dtype == np.int64
    assert train_images.min() == 0 and test_images.max() == 1
    assert train_labels[:5].tolist() == [5, 0, 4, 1, 9] and test_labels.shape == (10000,)
