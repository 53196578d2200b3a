"""The chest X-rays: PneumoniaMNIST as published, and 64 pixels with patient numbers.

All are of children, from one hospital (Kermany et al. 2018, CC BY 4.0).
"""

from dataclasses import dataclass

from lessons.pneumonia.files import load_file


@dataclass(frozen=True)
class XrayFile:
    """An .npz file: where it comes from, and what has to be in it."""

    title: str
    filename: str
    address: str
    md5: str  # empty where there is no such file to download
    labels: dict  # key of labels -> the class counts that it may have
    images: dict  # key of images -> (key of its labels, edge in pixels)
    same_length: tuple = ()  # keys of further arrays, one number for each image


# Not fetched from here when this was written; address and MD5 are those of the package
# medmnist.
PNEUMONIA_MNIST = XrayFile(
    title="PneumoniaMNIST",
    filename="pneumoniamnist_28.npz",
    address="https://zenodo.org/records/10519652/files/pneumoniamnist.npz?download=1",
    md5="28209eda62fecd6e6a2d98b1501bb15f",
    labels={
        "train_labels": ((1214, 3494),),
        "val_labels": ((135, 389),),
        "test_labels": ((234, 390),),
    },
    images={
        "train_images": ("train_labels", 28),
        "val_images": ("val_labels", 28),
        "test_images": ("test_labels", 28),
    },
)
# A widely used copy keeps 16 of the 5,232 training pictures apart; both will do.
XRAYS = XrayFile(
    title="Chest X-rays of 64 x 64 pixels with patient numbers",
    filename="chest_xray_64.npz",
    address="https://doi.org/10.17632/rscbjbr9sj.2 (an archive of photographs)",
    md5="",
    labels={"labels": ((1341, 3875), (1349, 3883))},
    images={"images": ("labels", 64)},
    same_length=("patient_id", "subtype"),
)


def load_pneumonia_mnist():
    """Return {"train", "val", "test"}: (images, labels) of the published split.

    The images are uint8 (n, 28, 28), the labels int64 (n,), 1 for pneumonia. Raises
    DataError.
    """
    arrays = load_file(PNEUMONIA_MNIST)
    return {
        part: (arrays[f"{part}_images"], arrays[f"{part}_labels"])
        for part in ("train", "val", "test")
    }


def load_xrays():
    """Return images, labels and patient numbers of the data set's training folder.

    The images are uint8 (n, 64, 64); labels and patients int64 (n,). Raises DataError.
    """
    arrays = load_file(XRAYS)
    return arrays["images"], arrays["labels"], arrays["patient_id"]
