"""Solutions to the exercises on architectures in PyTorch."""

import torch

from lessons.imagenet.classic_torch import alexnet
from lessons.imagenet.counting_torch import count_by_stage, totals
from lessons.imagenet.residual_torch import resnet18, resnet50
from lessons.imagenet.torch import accuracy, small_network, train
from lessons.torch import set_seed
from snippets.imagenet_torch import (
    classes,
    device,
    pictures,
    test_classes,
    test_pictures,
)

# --8<-- [start:resolution]
for build in (alexnet, resnet18):
    parameters, work = totals(count_by_stage(build, 291))
    print(f"{build.__name__:8} {parameters:10,} parameters, {work / 1e9:.2f} G")
# --8<-- [end:resolution]

# --8<-- [start:late]
parameters, work = totals(count_by_stage(resnet50, 224, late=True))
print(f"{parameters:,} parameters, {work / 1e9:.2f} G")
# --8<-- [end:late]

# --8<-- [start:bare]
set_seed(0)
bare = small_network(8, residual=False, norm=False).to(device)
optimizer = torch.optim.Adam(bare.parameters())
losses = list(train(bare, optimizer, pictures, classes))
right = accuracy(bare, test_pictures, test_classes)
print(f"loss {losses[0]:.2f}, then {losses[-1]:.2f}; test {right:.3f}")
# --8<-- [end:bare]
