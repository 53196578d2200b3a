"""Draw the picture that others see when a page is shared: python -m tools.share

A digit that comes with a package, and what each kernel of the recorded digit network finds in it,
in the site's own colours and font. Writes docs/assets/images/share.png.
"""

import io
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PICTURE = Path("docs/assets/images/share.png")
FONTS = "docs/assets/fonts/source-serif-4-latin-{}-normal.woff2"
SIZE = 1200, 630  # pixels, as Open Graph asks for
COLOURS = 48  # few, so that the file is small
PAPER, INK, QUIET, LINK = "#fdfcf8", "#202728", "#556062", "#0d5f66"
DIGIT = 13  # the 3 of the lesson on convolutions
TITLE = "Deep Learning\nThat Runs"
PROMISE = "Every line runs,\nin PyTorch and in TensorFlow.\nEvery number was measured."
LEGEND = "One digit, and what sixteen\ntrained kernels find in it."


def feature_maps(root: Path) -> tuple[np.ndarray, np.ndarray]:
    """A digit (28, 28), and the first layer's maps of it (16, 28, 28), cut at zero."""
    from safetensors.numpy import load_file

    from lessons.convolutions.numpy import convolution_layer
    from lessons.data import load_digits

    weights = load_file(root / "docs" / "live" / "models" / "digits.safetensors")
    kernels, bias = (weights[name].astype(np.float32) for name in ("0.weight", "0.bias"))
    digit = load_digits()[2][DIGIT]
    maps = convolution_layer(digit[None, None], kernels, bias, padding=kernels.shape[-1] // 2)
    return digit, np.maximum(maps[0], 0)


def draw(root: Path) -> bytes:
    """Return the picture as a PNG file."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure
    from PIL import Image

    digit, maps = feature_maps(root)
    figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor=PAPER)
    ink = LinearSegmentedColormap.from_list("ink", [PAPER, INK])
    teal = LinearSegmentedColormap.from_list("teal", ["#f4f1e8", LINK, "#062f33"])
    image(figure, (64, 64, 132), digit, ink)
    for index, picture in enumerate(maps):
        row, column = divmod(index, 4)
        image(figure, (622 + 132 * column, 447 - 132 * row, 122), picture, teal)
    with tempfile.TemporaryDirectory() as folder:
        bold, plain = (font(root / FONTS.format(weight), Path(folder)) for weight in (600, 400))
        text(figure, (60, 572), TITLE, 49, INK, bold)
        text(figure, (63, 386), PROMISE, 23, QUIET, plain)
        text(figure, (218, 112), LEGEND, 15.5, QUIET, plain)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png")
    small, packed = Image.open(drawn).convert("RGB").quantize(COLOURS, dither=0), io.BytesIO()
    small.save(packed, format="png", optimize=True)
    return packed.getvalue()


def image(figure, place: tuple[int, int, int], pixels: np.ndarray, colours) -> None:
    """Put a picture onto the figure; place is left, bottom and width in pixels."""
    left, bottom, width = place
    axis = figure.add_axes((left / SIZE[0], bottom / SIZE[1], width / SIZE[0], width / SIZE[1]))
    axis.imshow(pixels, colours, vmin=0, vmax=pixels.max() or 1, interpolation="nearest")
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set(color="#ddd8ca", linewidth=0.8)


def text(figure, place: tuple[int, int], words: str, size: float, colour: str, file: Path) -> None:
    """Write words, their upper left corner at a place in pixels."""
    left, top = place[0] / SIZE[0], place[1] / SIZE[1]
    figure.text(left, top, words, size=size, color=colour, font=file, va="top", linespacing=0.88)


def font(packed: Path, folder: Path) -> Path:
    """Unpack a web font into a folder, since matplotlib does not read it as it is."""
    from fontTools.ttLib import TTFont

    unpacked, path = TTFont(packed), folder / f"{packed.stem}.ttf"
    unpacked.flavor = None
    unpacked.save(path)
    return path


def main() -> int:
    """Draw and write the picture; return the exit status."""
    (ROOT / PICTURE).write_bytes(draw(ROOT))
    print(f"{PICTURE}: {(ROOT / PICTURE).stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
