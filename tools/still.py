"""The still picture of the digit demo: a packaged digit, and what the real network makes of it."""

import json
from base64 import b64encode
from hashlib import sha256
from io import BytesIO

import numpy as np

INK, QUIET, RULE, LINK = "#202728", "#556062", "#ddd8ca", "#0d5f66"  # those of the clear scheme
ABOVE, BELOW = (84, 39, 143), (179, 88, 6)
WIDTH, LEFT = 760, 150  # of the picture, and of the layers' maps in it
NAMES = {
    "conv2d": "convolution",
    "max_pool2d": "max pooling",
    "relu": "rectifier",
    "flatten": "flatten",
    "linear": "dense",
}

PLAIN = {
    "Conv2d": {"stride": 1, "dilation": 1, "groups": 1},
    "MaxPool2d": {"kernel_size": 2, "stride": 2, "padding": 0, "dilation": 1, "ceil_mode": False},
}


def trace(weights: bytes, image: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Return each layer's kind and output, by PyTorch, for one image (28, 28)."""
    import torch
    from safetensors.numpy import load

    from lessons.convolutions.torch import digit_network

    network = digit_network()
    require_layers_of_the_demos(network)
    arrays = {name: torch.tensor(array.astype("float32")) for name, array in load(weights).items()}
    network.load_state_dict(arrays)
    outputs, value = [], torch.from_numpy(image)[None, None]
    with torch.no_grad():
        for kind, part in zip(kinds(weights), network, strict=True):
            value = part(value)
            outputs.append((kind, value[0].numpy()))
    return outputs


def require_layers_of_the_demos(network) -> None:
    """Raise TypeError for a layer that docs/live/nn.js would run otherwise than PyTorch.

    A file of weights names a convolution's padding, and nothing of a pooling: nn.js takes steps
    of one in convolutions, and the largest of each 2 x 2 square, one beside the other.
    """
    for name, layer in network.named_modules():
        known = PLAIN.get(type(layer).__name__, {})
        for option, expected in known.items():
            found = getattr(layer, option)
            if found not in (expected, (expected, expected)):
                fault = f"layer {name} has {option} {found}; docs/live/nn.js knows {expected} only"
                raise TypeError(fault)


def kinds(weights: bytes) -> list[str]:
    """Return the kind of each layer that a file of weights lists."""
    size = int.from_bytes(weights[:8], "little")
    header = json.loads(weights[8 : 8 + size])
    return [layer["kind"] for layer in json.loads(header["__metadata__"]["layers"])]


def draw(weights: bytes, image: np.ndarray) -> str:
    """Return the SVG: the digit, the ten probabilities, and a row of maps for each layer."""
    outputs = trace(weights, image)
    parts = [f"<desc>{checksum(weights)}</desc>", picture(image, 0, 0, 200, (32, 39, 40))]
    parts.append(f'<path d="M.5 .5h199v199h-199z" fill="none" stroke="{RULE}"/>')
    parts += bars(outputs[-1][1])
    top = 224
    for kind, output in outputs:
        height, lines = row(kind, output, top)
        parts += lines
        top += height
    style = 'font-family="sans-serif" font-size="13" style="image-rendering:pixelated"'
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" '
    return f'{start}width="{WIDTH}" height="{top}" {style}>\n' + "\n".join(parts) + "\n</svg>\n"


def bars(scores: np.ndarray) -> list[str]:
    """Draw the probabilities of the ten digits."""
    powers = np.exp(scores - scores.max())
    lines = []
    for digit, share in enumerate(powers / powers.sum()):
        y, best = 20 * digit, share == powers.max() / powers.sum()
        look = f'fill="{INK}" font-weight="600"' if best else f'fill="{QUIET}"'
        lines.append(f'<text x="240" y="{y + 14}" {look}>{digit}</text>')
        lines.append(f'<path d="M262 {y + 5}h410v10h-410z" fill="{RULE}" opacity=".5"/>')
        lines.append(f'<path d="M262 {y + 5}h{410 * share:.0f}v10H262z" fill="{LINK}"/>')
        text = f'text-anchor="end" {look}>{percent(share)}'
        lines.append(f'<text x="{WIDTH}" y="{y + 14}" {text}</text>')
    return lines


def percent(share: float) -> str:
    """Write a share as the demo does: nearly sure is not rounded up to sure."""
    return "&gt; 99.9 %" if share > 0.9995 else f"{100 * share:.1f} %"


def row(kind: str, output: np.ndarray, top: float) -> tuple[int, list[str]]:
    """Draw one layer's name, shape and maps; return the height that they take."""
    sheet = arrange(output)
    height = sheet.shape[0] / sheet.shape[1] * (WIDTH - LEFT) if output.ndim == 3 else 10
    middle = top + max(34, height) / 2
    shape = f"({', '.join(map(str, output.shape))})"
    small = f'fill="{QUIET}" font-size="11"'
    return round(max(34, height) + 12), [
        f'<text x="0" y="{middle - 3:.0f}" fill="{INK}">{NAMES[kind]}</text>',
        f'<text x="0" y="{middle + 12:.0f}" {small}>{shape}</text>',
        picture(sheet / np.abs(output).max(), LEFT, top, WIDTH - LEFT, ABOVE, height),
    ]


def arrange(output: np.ndarray) -> np.ndarray:
    """Lay all maps of a layer on one sheet, in rows, with gaps between them."""
    if output.ndim == 1:
        return output[None]
    count, height, width = output.shape
    columns, gap = min(count, 24), max(1, round(width / 8))
    sheet = np.zeros((-(-count // columns) * (height + gap) - gap, columns * (width + gap) - gap))
    for n, one in enumerate(output):
        y, x = n // columns * (height + gap), n % columns * (width + gap)
        sheet[y : y + height, x : x + width] = one
    return sheet


def picture(values: np.ndarray, x, y, width, colour, height=None) -> str:
    """Return numbers in [-1, 1], by rows, as a PNG in the SVG."""
    from PIL import Image

    pixels = np.zeros((*values.shape, 4), np.uint8)
    pixels[..., :3] = np.where(values[..., None] < 0, BELOW, colour)
    pixels[..., 3] = np.rint(255 * np.clip(np.abs(values), 0, 1))
    pixels[pixels[..., 3] == 0] = 0
    file = BytesIO()
    Image.fromarray(pixels).quantize(64).save(file, "PNG", optimize=True)
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height or width:.1f}"'
    data = b64encode(file.getvalue()).decode()
    return f'<image {place} preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'


def checksum(weights: bytes) -> str:
    """Say of which weights a picture was drawn."""
    return f"drawn from weights of checksum {sha256(weights).hexdigest()}"
