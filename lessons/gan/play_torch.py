"""The game of two networks in PyTorch, round by round."""

# --8<-- [start:imports]
import math

import torch

# --8<-- [end:imports]
from lessons.gan.torch import discriminator_loss, generator_loss


# --8<-- [start:play]
def play(generator, discriminator, images, rounds, batch_size=64, rates=(0.002, 0.001)):
    """Let both learn from images (n, 1, 28, 28), in turn; yield both losses of a round.

    The rates are the generator's and the discriminator's; each call begins with new
    optimizers. Raises ValueError where there are no images, and FloatingPointError
    where a loss is no longer a number.
    """
    if not len(images):
        raise ValueError("there are no images; give at least one")
    step = one_round(generator, discriminator, images, batch_size, rates)
    for number in range(rounds):
        judged, written = (loss.item() for loss in step())
        if not math.isfinite(judged + written):
            raise FloatingPointError(
                f"round {number}: the losses are {judged} and {written}; "
                "try smaller rates"
            )
        yield judged, written


def one_round(generator, discriminator, images, batch_size, rates):
    """Return a function that plays a round and returns both losses."""
    writer, judge = (
        torch.optim.Adam(network.parameters(), lr=rate, betas=(0.5, 0.999))
        for network, rate in zip((generator, discriminator), rates, strict=True)
    )
    latent, device = generator[0].in_features, images.device

    def step():
        batch = torch.randint(len(images), (batch_size,), device=device)
        pictures = generator(torch.randn(batch_size, latent, device=device))
        real, fake = discriminator(images[batch]), discriminator(pictures.detach())
        judged = discriminator_loss(real, fake)
        improve(judge, judged)
        written = generator_loss(discriminator(pictures))
        improve(writer, written)
        return judged, written

    return step


def improve(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


# --8<-- [end:play]
