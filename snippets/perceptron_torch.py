"""The lesson on the perceptron in PyTorch, from top to bottom."""

import numpy as np
import torch

from lessons.perceptron.torch import (
    descend,
    linear_layer,
    many_networks,
    penalised_cross_entropy,
    pick,
    solved,
    squared_error,
    train_many,
)
from lessons.torch import count_parameters, set_seed
from snippets.perceptron_numpy import (
    centred,
    corners,
    exact,
    fuel,
    inputs,
    labels,
    settings,
    test_centred,
    test_labels,
    xor,
)

# --8<-- [start:line]
line = linear_layer(2, 1, torch.float64)
x, t = torch.from_numpy(inputs), torch.from_numpy(fuel)
descend(lambda: squared_error(line, x, t), line.parameters(), 100, learning_rate=0.3)
theirs = np.append(line.weight.detach().numpy(), line.bias.item())
print(theirs.round(6), np.allclose(theirs, exact, rtol=0, atol=1e-6))
# --8<-- [end:line]

# --8<-- [start:digits]
layer = linear_layer(784, 10, torch.float32)
x, t = torch.from_numpy(centred), torch.from_numpy(labels)
penalty, rate = settings["penalty"], settings["learning_rate"]
losses = descend(
    lambda: penalised_cross_entropy(layer, x, t, penalty),
    layer.parameters(),
    settings["steps"],
    rate,
)
answers = layer(torch.from_numpy(test_centred)).argmax(dim=1).numpy()
print(f"loss {losses[-1]:.3f}, test accuracy {(answers == test_labels).mean():.2f}")
# --8<-- [end:digits]

# --8<-- [start:starts]
x, t = torch.tensor(corners).float(), torch.tensor(xor).float()
for activation in ("relu", "sigmoid", "tanh"):
    for hidden in (4, 2):
        set_seed(0)
        networks = many_networks(100, hidden)
        train_many(networks, x, t, activation)
        right = solved(networks, x, t, activation)
        print(f"2-{hidden}-1 {activation}: {right.sum()} of 100 starts")
# --8<-- [end:starts]

# --8<-- [start:one]
one = pick(networks, right.argmax(), activation)  # the first that got all four right
print(count_parameters(one), "parameters;", (one(x)[:, 0] > 0).int().tolist())
# --8<-- [end:one]
