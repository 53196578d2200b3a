"""Changes to batches of photographs in PyTorch, by the same draws as in NumPy."""

# --8<-- [start:imports]
import torch
from torch.nn import functional

# --8<-- [end:imports]
from lessons.transfer.numpy import GREY


# --8<-- [start:move]
def move_batch(pictures, flip, zoom, down, right, degrees):
    """Mirror, crop and turn (batch, 3, height, width), each by its own numbers."""
    height, width = pictures.shape[2:]
    turn, mirror = torch.deg2rad(degrees), 1 - 2 * flip
    tall, wide = height - 1, width - 1  # here places count from -1 to 1 along an edge
    to_x = [
        zoom * turn.cos() * mirror,
        zoom * turn.sin() * tall / wide,
        2 * right * width / wide,
    ]
    to_y = [
        -zoom * turn.sin() * mirror * wide / tall,
        zoom * turn.cos(),
        2 * down * height / tall,
    ]
    rows = [torch.stack(to_x, dim=1), torch.stack(to_y, dim=1)]
    matrices = torch.stack(rows, dim=1)  # (batch, 2, 3)
    places = functional.affine_grid(matrices, pictures.shape, align_corners=True)
    return functional.grid_sample(
        pictures, places, padding_mode="border", align_corners=True
    )


# --8<-- [end:move]


# --8<-- [start:colour]
def colour_batch(pictures, saturation, contrast, brightness):
    """Move each pixel from its grey, then from the mean grey, then from black."""
    saturation, contrast, brightness = (
        each[:, None, None, None] for each in (saturation, contrast, brightness)
    )
    weights = torch.tensor(GREY, dtype=pictures.dtype, device=pictures.device)
    grey = (pictures * weights[:, None, None]).sum(dim=1, keepdim=True)
    pictures = grey + saturation * (pictures - grey)
    mean = grey.mean(dim=(2, 3), keepdim=True)
    return (brightness * (mean + contrast * (pictures - mean))).clip(0, 1)


# --8<-- [end:colour]


# --8<-- [start:blur]
def soften_batch(pictures, blur):
    """Average each pixel with its neighbours, by a Gaussian `blur` pixels wide."""
    steps = torch.arange(-3, 4, device=blur.device)
    weights = torch.exp(-(steps**2) / (2 * blur[:, None] ** 2))  # (batch, 7)
    weights = weights / weights.sum(dim=1, keepdim=True)
    for axis, margins in ((2, (0, 0, 3, 3)), (3, (3, 3, 0, 0))):
        wide = functional.pad(pictures, margins, mode="replicate")
        pictures = sum(
            weights[:, n, None, None, None] * wide.narrow(axis, n, pictures.shape[axis])
            for n in range(7)
        )
    return pictures


# --8<-- [end:blur]


# --8<-- [start:erase]
def cover_batch(pictures, row, column, erase):
    """Paint a grey square, `erase` of the edge wide, over a place in each picture."""
    inside = torch.ones((), dtype=torch.bool, device=pictures.device)
    for axis, middle in ((2, row), (3, column)):
        size = pictures.shape[axis]
        places = torch.arange(size, dtype=row.dtype, device=row.device) + 0.5
        near = (places - size * middle[:, None]).abs() < size * erase[:, None] / 2
        shape = (-1, 1, size, 1) if axis == 2 else (-1, 1, 1, size)
        inside = inside & near.reshape(shape)
    return torch.where(inside, 0.5, pictures)


# --8<-- [end:erase]


# --8<-- [start:change]
def change_batch(pictures, draws):
    """Change each of a batch (batch, height, width, 3) in [0, 1] as its draw says."""
    device, kind = pictures.device, pictures.dtype
    numbers = {
        name: torch.tensor(draws[name], dtype=kind, device=device) for name in draws
    }

    def pick(*names):
        return [numbers[name] for name in names]

    pictures = pictures.permute(0, 3, 1, 2)
    pictures = move_batch(pictures, *pick("flip", "zoom", "down", "right", "degrees"))
    pictures = colour_batch(pictures, *pick("saturation", "contrast", "brightness"))
    pictures = cover_batch(
        soften_batch(pictures, *pick("blur")), *pick("row", "column", "erase")
    )
    return pictures.permute(0, 2, 3, 1)


# --8<-- [end:change]
