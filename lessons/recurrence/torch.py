"""Recurrent networks in PyTorch: readers of names and weather, and their training."""

# --8<-- [start:imports]
import math

import torch
from torch import nn

# --8<-- [end:imports]
from lessons.recurrence.cells_torch import recurrent_layer


# --8<-- [start:networks]
class LastState(nn.Module):
    """Keep the last of a layer's states: (batch, time, units) to (batch, units)."""

    def forward(self, output):
        states, _ = output  # a layer also gives what it would go on from
        return states[:, -1]


def name_reader(letters, languages, kind="gru", units=96):
    """Rows of letters, (batch, 16), to a score for each language."""
    return nn.Sequential(
        nn.Embedding(letters + 1, 32),  # (batch, 16, 32)
        recurrent_layer(kind, 32, units),  # (batch, 16, units)
        LastState(),  # (batch, units)
        nn.Dropout(0.4),
        nn.Linear(units, languages),
    )


def forecaster(features, units=32):
    """Windows of weather, (batch, 24, features), to the change of temperature."""
    return nn.Sequential(
        recurrent_layer("lstm", features, units),  # (batch, 24, units)
        LastState(),  # (batch, units)
        nn.Linear(units, 1),
    )


# --8<-- [end:networks]


# --8<-- [start:train]
def name_loss(scores, targets):
    """The cross-entropy of scores (…, classes) with targets (…), in nats."""
    return nn.functional.cross_entropy(scores.flatten(0, -2), targets.flatten())


def change_loss(changes, targets):
    """The mean absolute error of changes (batch, 1)."""
    return (changes[:, 0] - targets).abs().mean()


def train(network, inputs, targets, loss, epochs, batch_size=64, learning_rate=0.005):
    """Train with Adam on shuffled batches of arrays; yield the mean loss of each epoch.

    Gradients are cut to a norm of 1; the rate falls to 0 along half a cosine. Raises
    ValueError where inputs and targets differ in number or are none, and
    FloatingPointError where the loss is no longer a number.
    """
    if not 0 < len(inputs) == len(targets):
        raise ValueError(f"{len(inputs)} inputs and {len(targets)} targets do not fit")
    device = next(network.parameters()).device
    inputs, targets = (torch.from_numpy(each).to(device) for each in (inputs, targets))
    optimizer = torch.optim.Adam(network.parameters(), lr=learning_rate)
    steps = epochs * math.ceil(len(inputs) / batch_size)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(epochs):
        network.train()
        total = torch.zeros((), device=device)
        for batch in torch.randperm(len(inputs), device=device).split(batch_size):
            mean = loss(network(inputs[batch]), targets[batch])
            optimizer.zero_grad()
            mean.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            rate.step()
            total += mean.detach() * len(batch)
        if not math.isfinite(total):
            raise FloatingPointError(
                f"the loss is {total}; try a smaller learning rate"
            )
        yield total.item() / len(inputs)


# --8<-- [end:train]


# --8<-- [start:predict]
@torch.no_grad()
def predict(network, inputs, batch_size=1000):
    """Return what a network makes of an array, batch after batch, as an array."""
    network.eval()  # without dropout
    device = next(network.parameters()).device
    parts = torch.from_numpy(inputs).split(batch_size)
    return torch.cat([network(part.to(device)).cpu() for part in parts]).numpy()


# --8<-- [end:predict]
