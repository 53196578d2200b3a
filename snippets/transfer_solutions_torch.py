"""Solutions to the exercises on transfer in PyTorch."""

import numpy as np
import torch

from lessons.torch import set_seed
from lessons.transfer.numpy import choose
from lessons.transfer.torch import maps, to_tensor
from lessons.transfer.training_torch import accuracy, fit_head, small_network, train
from snippets.transfer_numpy import few, labels, patches
from snippets.transfer_torch import (
    device,
    images,
    moved,
    network,
    same,
    truth,
)

# --8<-- [start:one]
test_features = maps(network, moved, stop=14).mean(dim=(2, 3))
for count in (1, 2, 5):
    scores = []
    for seed in range(10):
        chosen = choose(labels, count, np.random.default_rng(seed))
        few_maps = maps(network, to_tensor(patches[chosen], device), stop=14)
        head = fit_head(
            few_maps.mean(dim=(2, 3)), torch.from_numpy(labels[chosen]).to(device), 3
        )
        scores.append(accuracy(head, test_features, truth))
    print(f"{count} of each: {np.mean(scores):.2f}")
# --8<-- [end:one]

# --8<-- [start:wrong]
set_seed(0)
shuffled = np.random.default_rng(3).permutation(labels[few])
liar = small_network(3).to(device)
losses = train(liar, images, torch.from_numpy(shuffled).to(device), 100, 0.01)
print(f"last loss {losses[-1]:.2f}, test accuracy {accuracy(liar, same, truth):.2f}")
# --8<-- [end:wrong]
