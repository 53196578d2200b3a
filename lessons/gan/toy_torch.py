"""The toy in PyTorch: gradients by autograd, and a discriminator that is a network."""

# --8<-- [start:imports]
import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:toy_discriminator]
def toy_discriminator():
    """Score points: (n, 1) to (n, 1). It may draw any smooth curve."""
    return nn.Sequential(
        nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1)
    )


# --8<-- [end:toy_discriminator]


# --8<-- [start:train_toy]
def train_toy(network, points, real, fake, steps=800):
    """Make V(D, G) largest for fixed densities on a grid (n,); return D there, (n,)."""
    width = points[1] - points[0]
    inputs, real, fake = (
        torch.tensor(array, dtype=torch.float32).unsqueeze(1)
        for array in (points, real, fake)
    )
    optimizer = torch.optim.Adam(network.parameters())
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 0.01 * (1 - step / steps)
        scores, softplus = network(inputs), nn.functional.softplus
        loss = width * (real * softplus(-scores) + fake * softplus(scores)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network(inputs).sigmoid()[:, 0].detach().double().numpy()


# --8<-- [end:train_toy]


# --8<-- [start:toy_gradients]
def toy_gradients(weights, generator, real, noise):
    """Return the gradients of both players of the toy, (3,) and (2,), by autograd.

    The weights are the discriminator's (a, b, c), the generator a mean and a deviation.
    """
    weights, generator, real, noise = (
        torch.tensor(array) for array in (weights, generator, real, noise)
    )
    weights.requires_grad_()
    generator.requires_grad_()

    def score(x):
        return weights[0] + weights[1] * x + weights[2] * x**2

    fake = generator[0] + generator[1] * noise
    softplus = nn.functional.softplus  # softplus(-s) is -log D, softplus(s) -log(1 - D)
    judged = softplus(-score(real)).mean() + softplus(score(fake)).mean()
    written = softplus(-score(fake)).mean()
    (first,) = torch.autograd.grad(judged, weights, retain_graph=True)
    (second,) = torch.autograd.grad(written, generator)
    return first.numpy(), second.numpy()


# --8<-- [end:toy_gradients]
