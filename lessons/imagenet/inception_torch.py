"""GoogLeNet in PyTorch: four branches side by side, and no large dense layers."""

# --8<-- [start:imports]
import torch
from torch import nn

# --8<-- [end:imports]
from lessons.imagenet.blocks_torch import Network, convolve, pooled_head
from lessons.imagenet.numpy import require_size, scale_channels, scale_repeats

# --8<-- [start:table]
INCEPTIONS = {  # stage: channels of 1x1; 1x1 before 3x3, 3x3; 1x1 before 5x5, 5x5; pool
    "stage3": ((64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64)),
    "stage4": (
        (192, 96, 208, 16, 48, 64),
        (160, 112, 224, 24, 64, 64),
        (128, 128, 256, 24, 64, 64),
        (112, 144, 288, 32, 64, 64),
        (256, 160, 320, 32, 128, 128),
    ),
    "stage5": ((256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128)),
}
# --8<-- [end:table]


# --8<-- [start:inception]
class Inception(nn.Module):
    """Windows of 1 x 1, 3 x 3 and 5 x 5 and a pooling, joined channel after channel."""

    def __init__(self, inputs, channels):
        super().__init__()
        one, before3, three, before5, five, pooled = channels
        reduce3, reduce5 = (
            convolve(inputs, few, 1, norm=False) for few in (before3, before5)
        )
        pool = nn.MaxPool2d(3, stride=1, padding=1)
        branches = [
            convolve(inputs, one, 1, norm=False),
            nn.Sequential(reduce3, convolve(before3, three, 3, norm=False)),
            nn.Sequential(reduce5, convolve(before5, five, 5, norm=False)),
            nn.Sequential(pool, convolve(inputs, pooled, 1, norm=False)),
        ]
        self.branches = nn.ModuleList(branches)
        self.outputs = one + three + five + pooled

    def forward(self, x):
        """Return (batch, outputs, height, width) for (batch, inputs, height, width)."""
        return torch.cat([branch(x) for branch in self.branches], dim=1)


# --8<-- [end:inception]


# --8<-- [start:googlenet]
def googlenet(size=224, width=1.0, depth=1.0, classes=1000):
    """GoogLeNet of 2014, without its two helping heads: to (batch, 1000)."""
    require_size(size, least=1)
    repeats, pool = scale_repeats(1, depth), nn.MaxPool2d(3, stride=2, padding=1)
    a, inputs = scale_channels(64, width), scale_channels(192, width)
    stages = {
        "stage1": [convolve(3, a, 7, 2, norm=False), pool],
        "stage2": [convolve(a, a, 1, norm=False), convolve(a, inputs, 3, norm=False)],
    }
    stages["stage2"].append(pool)
    for stage, table in INCEPTIONS.items():
        stages[stage] = []
        for row in table:
            channels = [scale_channels(each, width) for each in row]
            for _ in range(repeats):
                stages[stage].append(Inception(inputs, channels))
                inputs = stages[stage][-1].outputs
        if stage != "stage5":
            stages[stage].append(pool)
    stages["head"] = pooled_head(inputs, classes, drop=0.4)
    return Network(stages, size)


# --8<-- [end:googlenet]
