"""Solutions to the exercises on depth in PyTorch."""

import torch

from lessons.depth.numpy import learning_rates
from lessons.depth.torch import accuracy, deep_network, layer_gradients, train
from lessons.torch import set_seed
from snippets.depth_torch import device, digits, unseen

# --8<-- [start:defaults]
set_seed(0)
network = deep_network("relu", "default").to(device)
first, *_, last = layer_gradients(network, *digits)
print(f"gradients: layer 1 {first:.0e}, layer 20 {last:.0e}")
optimizer = torch.optim.SGD(network.parameters())
list(train(network, *digits, optimizer, learning_rates(0.03, steps=800)))
print(f"test accuracy: {accuracy(network, *unseen):.3f}")
# --8<-- [end:defaults]
