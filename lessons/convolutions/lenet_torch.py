"""LeNet-5 in PyTorch: as its paper of 1998 has it, and as it is written today."""

# --8<-- [start:imports]
import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:table]
SEEN_BY_C3 = (  # which of the six maps of S2 each of the sixteen maps of C3 sees
    (0, 1, 2),
    (1, 2, 3),
    (2, 3, 4),
    (3, 4, 5),
    (0, 4, 5),
    (0, 1, 5),
    (0, 1, 2, 3),
    (1, 2, 3, 4),
    (2, 3, 4, 5),
    (0, 3, 4, 5),
    (0, 1, 4, 5),
    (0, 1, 2, 5),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)
# --8<-- [end:table]


# --8<-- [start:parts]
class Subsampling(nn.Module):
    """S2 and S4: the sum of each 2 x 2 square, times a trained weight, plus a bias."""

    def __init__(self, maps):
        super().__init__()
        self.weight = nn.Parameter(torch.full((maps, 1, 1), 0.25))
        self.bias = nn.Parameter(torch.zeros(maps, 1, 1))

    def forward(self, images):  # (batch, maps, height, width)
        return 4 * nn.functional.avg_pool2d(images, 2) * self.weight + self.bias


class PartialConvolution(nn.Module):
    """C3: each map convolves only the maps of S2 that the table gives it."""

    def __init__(self):
        super().__init__()
        self.maps = nn.ModuleList(
            nn.Conv2d(len(seen), 1, kernel_size=5) for seen in SEEN_BY_C3
        )

    def forward(self, images):  # (batch, 6, 14, 14)
        outputs = [
            one(images[:, seen])
            for one, seen in zip(self.maps, SEEN_BY_C3, strict=True)
        ]
        return torch.cat(outputs, dim=1)  # (batch, 16, 10, 10)


class Squash(nn.Module):
    """The paper's sigmoid, 1.7159 tanh(2/3 x): it maps 1 to 1 and -1 to -1."""

    def forward(self, sums):
        return 1.7159 * torch.tanh(sums * 2 / 3)


class Distances(nn.Module):
    """The output: squared distance to the fixed code of each class; the least wins."""

    def __init__(self, codes):  # (10, 84), of +1 and -1
        super().__init__()
        self.register_buffer("codes", codes)

    def forward(self, features):  # (batch, 84)
        differences = features[:, None, :] - self.codes  # (batch, 10, 84)
        return (differences**2).sum(dim=2)  # (batch, 10)


# --8<-- [end:parts]


# --8<-- [start:lenet5]
def lenet5(codes):
    """The network of 1998: (batch, 1, 32, 32) to (batch, 10) distances."""
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5),  # C1: (batch, 6, 28, 28)
        Squash(),
        Subsampling(6),  # S2: (batch, 6, 14, 14)
        Squash(),
        PartialConvolution(),  # C3: (batch, 16, 10, 10)
        Squash(),
        Subsampling(16),  # S4: (batch, 16, 5, 5)
        Squash(),
        nn.Conv2d(16, 120, kernel_size=5),  # C5: (batch, 120, 1, 1)
        Squash(),
        nn.Flatten(),
        nn.Linear(120, 84),  # F6
        Squash(),
        Distances(codes),
    )


# --8<-- [end:lenet5]


# --8<-- [start:lenet5_today]
def lenet5_today():
    """The usual rewrite: every map of C3 sees all of S2, plain averages, ten scores."""
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5),  # (batch, 6, 28, 28)
        nn.Tanh(),
        nn.AvgPool2d(2),  # (batch, 6, 14, 14)
        nn.Conv2d(6, 16, kernel_size=5),  # (batch, 16, 10, 10)
        nn.Tanh(),
        nn.AvgPool2d(2),  # (batch, 16, 5, 5)
        nn.Flatten(),  # (batch, 400)
        nn.Linear(400, 120),
        nn.Tanh(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, 10),
    )


# --8<-- [end:lenet5_today]
