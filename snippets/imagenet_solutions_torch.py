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
    for size in (227, 291):
        parameters, work = totals(count_by_stage(build, size))
        print(f"{build.__name__:8} {size}: {parameters:10,} and {work / 1e9:.2f} G")
# --8<-- [end:resolution]

# --8<-- [start:late]
for late in (False, True):
    parameters, work = totals(count_by_stage(resnet50, 224, late=late))
    print(f"late={late!s:5} {parameters:,} parameters, {work / 1e9:.2f} G")
# --8<-- [end:late]

# --8<-- [start:bare]
for norm in (True, False):
    set_seed(0)
    unnormalised = small_network(8, residual=False, norm=norm).to(device)
    optimizer = torch.optim.Adam(unnormalised.parameters())
    losses = list(train(unnormalised, optimizer, pictures, classes))
    right = accuracy(unnormalised, test_pictures, test_classes)
    print(f"norm={norm!s:5} loss {losses[-1]:.2f}, test {right:.3f}")
# --8<-- [end:bare]
