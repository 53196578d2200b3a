"""The lesson on depth in PyTorch, from top to bottom."""

import numpy as np
import torch
from torch import nn

from lessons.depth.layers_numpy import BatchNorm
from lessons.depth.numpy import activate, learning_rates
from lessons.depth.optimizers_numpy import softmax_gradient
from lessons.depth.torch import (
    accuracy,
    deep_network,
    dense,
    follow,
    layer_gradients,
    train,
)
from lessons.torch import choose_device, count_parameters, set_seed
from snippets.depth_numpy import (
    images,
    labels,
    paths,
    planned,
    rates,
    sums,
    test_images,
    test_labels,
    train_images,
    train_labels,
    weights,
)

# --8<-- [start:start]
set_seed(0)
device = choose_device()
digits = [torch.from_numpy(each).to(device) for each in (train_images, train_labels)]
unseen = [torch.from_numpy(each).to(device) for each in (test_images, test_labels)]
network = deep_network("sigmoid", 0.01).to(device)
optimizer = torch.optim.SGD(network.parameters())
losses = list(train(network, *digits, optimizer, learning_rates(0.03, steps=800)))
print(f"{count_parameters(network):,} parameters")
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
print(f"test accuracy: {accuracy(network, *unseen):.3f}")
# --8<-- [end:start]

# --8<-- [start:gelu]
z = np.linspace(-4, 4, 81)
exact, tangent = (
    nn.functional.gelu(torch.from_numpy(z), approximate=how).numpy()
    for how in ("none", "tanh")
)
print(np.allclose(activate(z, "gelu")[0], exact))
print(f"tanh form: at most {np.abs(tangent - exact).max():.0e} away")
# --8<-- [end:gelu]

# --8<-- [start:gradients]
set_seed(0)
for activation, scheme in (("sigmoid", 0.01), ("sigmoid", "xavier"), ("relu", "he")):
    network = deep_network(activation, scheme).to(device)
    sizes = layer_gradients(network, *digits)
    print(f"{activation}, {scheme}: layer 1 {sizes[0]:.0e}, layer 20 {sizes[-1]:.0e}")
# --8<-- [end:gradients]

# --8<-- [start:he]
set_seed(0)
for scheme in ("xavier", "he", "default"):
    variance = dense(1000, 1000, scheme).weight.var().item()
    print(f"{scheme}: variance of a weight, times inputs: {1000 * variance:.2f}")
network = deep_network("relu", "he").to(device)
optimizer = torch.optim.SGD(network.parameters())
losses = list(train(network, *digits, optimizer, learning_rates(0.03, steps=800)))
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
print(f"test accuracy: {accuracy(network, *unseen):.3f}")
# --8<-- [end:he]

# --8<-- [start:optimizers]
for name, kind, settings in (
    ("SGD", torch.optim.SGD, {}),
    ("momentum, PyTorch", torch.optim.SGD, {"momentum": 0.9}),
    ("RMSProp, PyTorch", torch.optim.RMSprop, {}),
    ("Adam, PyTorch", torch.optim.Adam, {}),
):
    theirs = follow(
        kind,
        lambda at, step: softmax_gradient(at, images[step], labels[step]),
        weights,
        rates,
        **settings,
    )
    gap = np.abs(paths[name] - theirs).max()
    print(f"{name}: equal in {len(theirs) - 1} steps: {gap < 1e-12}")
# --8<-- [end:optimizers]

# --8<-- [start:norm]
layer, ours = nn.BatchNorm1d(32), BatchNorm(32)
theirs = layer(torch.from_numpy(sums).float()).detach().numpy()
print(np.allclose(ours(sums, training=True), theirs, atol=1e-5))
print(np.allclose(ours.variance, layer.running_var, atol=1e-4))
# --8<-- [end:norm]

# --8<-- [start:decay]
for kind in (torch.optim.Adam, torch.optim.AdamW):
    weight = torch.tensor([10.0])
    optimizer = kind([weight], lr=0.01, weight_decay=0.5)
    weight.grad = torch.tensor([1.0])
    optimizer.step()
    print(f"{kind.__name__}: from 10 to {weight.item():.2f}")
# --8<-- [end:decay]

# --8<-- [start:final]
set_seed(0)
network = deep_network("relu", "he").to(device)
optimizer = torch.optim.Adam(network.parameters())
losses = list(train(network, *digits, optimizer, planned))
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
print(f"test accuracy: {accuracy(network, *unseen):.3f}")
# --8<-- [end:final]
