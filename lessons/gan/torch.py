"""Two networks that play with digits in PyTorch: one writes, one judges."""

# --8<-- [start:imports]
import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:generator]
def generator(latent=16, width=16):
    """Turn noise (batch, latent) into pictures (batch, 1, 28, 28) in [0, 1]."""
    return nn.Sequential(
        nn.Linear(latent, 2 * width * 7 * 7),
        nn.Unflatten(1, (2 * width, 7, 7)),
        nn.BatchNorm2d(2 * width),
        nn.ReLU(),
        nn.ConvTranspose2d(2 * width, width, kernel_size=4, stride=2, padding=1),
        nn.BatchNorm2d(width),  # (batch, width, 14, 14)
        nn.ReLU(),
        nn.ConvTranspose2d(width, 1, kernel_size=4, stride=2, padding=1),
        nn.Sigmoid(),  # (batch, 1, 28, 28)
    )


# --8<-- [end:generator]


# --8<-- [start:discriminator]
def discriminator(width=16, normalise=True):
    """Score pictures (batch, 1, 28, 28): (batch, 1), above 0 where held for real."""
    return nn.Sequential(
        nn.Conv2d(1, width, kernel_size=4, stride=2, padding=1),
        nn.LeakyReLU(0.2),  # (batch, width, 14, 14)
        nn.Conv2d(width, 2 * width, kernel_size=4, stride=2, padding=1),
        nn.BatchNorm2d(2 * width) if normalise else nn.Identity(),
        nn.LeakyReLU(0.2),  # (batch, 2 * width, 7, 7)
        nn.Flatten(),
        nn.Linear(2 * width * 7 * 7, 1),
    )


# --8<-- [end:discriminator]


# --8<-- [start:start]
def start(network, deviation=0.02):
    """Draw the weights anew, normal and small, as DCGAN does; biases are 0."""
    for weight in network.parameters():
        if weight.ndim > 1:  # not a bias, and nothing of a normalisation
            nn.init.normal_(weight, 0.0, deviation)
    for layer in network:
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.zeros_(layer.bias)
    return network


# --8<-- [end:start]


# --8<-- [start:losses]
def discriminator_loss(real, fake):
    """Return -mean log D(real) - mean log(1 - D(fake)), from scores (batch, 1)."""
    return nn.functional.softplus(-real).mean() + nn.functional.softplus(fake).mean()


def generator_loss(fake):
    """Return -mean log D(fake), from scores (batch, 1)."""
    return nn.functional.softplus(-fake).mean()


# --8<-- [end:losses]


# --8<-- [start:generate]
@torch.no_grad()
def generate(generator, noise, device):
    """Return pictures (n, 28, 28), an array, for noise (n, latent)."""
    latent = generator[0].in_features
    if noise.ndim != 2 or noise.shape[1] != latent:
        raise ValueError(f"noise should be (n, {latent}), but is {noise.shape}")
    generator.eval()  # batch normalisation by its running statistics
    noise = torch.from_numpy(noise).float().to(device)
    pictures = generator(noise)[:, 0].cpu().numpy()
    generator.train()
    return pictures


# --8<-- [end:generate]
