"""The lesson on transfer in PyTorch, from top to bottom."""

import numpy as np
import torch

from lessons.torch import choose_device, count_parameters, set_seed
from lessons.transfer.augmentation_torch import change_batch
from lessons.transfer.numpy import fit_head
from lessons.transfer.photographs import name_best
from lessons.transfer.torch import load_pretrained, maps, to_tensor
from lessons.transfer.training_torch import (
    accuracy,
    new_head,
    small_network,
    train,
    tunable,
)
from snippets.transfer_numpy import (
    copies,
    draws,
    few,
    fresh,
    labels,
    names,
    otherwise,
    patches,
    photographs,
    test_labels,
    test_patches,
)

# --8<-- [start:see]
device = choose_device()
network = load_pretrained(device)
print(f"{count_parameters(network):,} parameters")
with torch.no_grad():
    scores = network(to_tensor(photographs, device)).cpu().numpy()
for name, row in zip(names, scores):
    print(name, name_best(row))
# --8<-- [end:see]

# --8<-- [start:scratch]
set_seed(0)
images = to_tensor(patches[few], device)
answers = torch.from_numpy(labels[few]).to(device)
same, moved = (to_tensor(each, device) for each in (test_patches, otherwise))
truth = torch.from_numpy(test_labels).to(device)
scratch = small_network(3).to(device)
train(scratch, images, answers, steps=100, learning_rate=0.01)
print(f"{count_parameters(scratch):,} parameters")
print(f"from scratch, same light: {accuracy(scratch, same, truth):.2f}")
print(f"from scratch, changed:    {accuracy(scratch, moved, truth):.2f}")
# --8<-- [end:scratch]

# --8<-- [start:frozen]
for stop in (18, 14):
    features, test_features = (
        maps(network, each, stop=stop).mean(dim=(2, 3)).cpu().numpy()
        for each in (images, moved)
    )
    head = new_head(*fit_head(features, labels[few], classes=3), device)
    score = accuracy(head, torch.from_numpy(test_features).to(device), truth)
    print(f"{stop} parts, {count_parameters(head):,} new parameters: {score:.2f}")
# --8<-- [end:frozen]

# --8<-- [start:tune]
set_seed(0)
inner, test_inner = (maps(network, each, stop=9) for each in (images, moved))
tuned = tunable(network, head, start=9, stop=14)
train(tuned, inner, answers, 30, 0.0001, batch_statistics=False)
print(f"{count_parameters(tuned):,} parameters trained")
print(f"fine-tuned: {accuracy(tuned, test_inner, truth):.2f}")
# --8<-- [end:tune]

# --8<-- [start:equal]
theirs = change_batch(
    torch.from_numpy(test_patches[:32]), {name: draws[name][:32] for name in draws}
)
print(np.allclose(theirs.numpy(), otherwise[:32], atol=1e-4))
# --8<-- [end:equal]

# --8<-- [start:enlarge]
set_seed(0)
enlarged = change_batch(torch.from_numpy(patches[copies]), fresh)
taught = small_network(3).to(device)
train(
    taught,
    to_tensor(enlarged.numpy(), device),
    torch.from_numpy(labels[copies]).to(device),
    300,
    0.01,
)
score = accuracy(taught, moved, truth)
print(f"{len(enlarged)} pictures, changed test patches: {score:.2f}")
# --8<-- [end:enlarge]
