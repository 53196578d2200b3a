"""Learn to write in PyTorch: a rival, training, its measure, and sampling."""

# --8<-- [start:imports]
import math

import numpy as np
import torch
from torch import nn

# --8<-- [end:imports]

# isort: split
from lessons.transformer.numpy import chances_of


# --8<-- [start:train]
def learning_rate(peak, step, steps):
    """Return the rate of a step: up for a tenth of all, then down half a cosine."""
    warm = max(1, steps // 10)
    if step < warm:
        return peak * (step + 1) / warm
    return peak * (1 + math.cos(math.pi * (step - warm) / (steps - warm))) / 2


def train(network, draw, steps, peak=0.004, every=50):
    """Train with Adam on batches that `draw` returns; yield the loss every few steps.

    Raises FloatingPointError where the loss is no longer a number.
    """
    optimizer = torch.optim.Adam(network.parameters())
    total = 0.0
    for step in range(steps):
        inputs, targets = draw()
        scores, _ = network(*inputs)
        loss = nn.functional.cross_entropy(scores.mT, targets)
        optimizer.param_groups[0]["lr"] = learning_rate(peak, step, steps)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        total += loss.detach()
        if (step + 1) % every == 0:
            mean, total = float(total) / every, 0.0
            if not math.isfinite(mean):
                fault = f"the loss is {mean} by step {step + 1}"
                raise FloatingPointError(f"{fault}; try a smaller learning rate")
            yield mean


# --8<-- [end:train]


# --8<-- [start:pieces]
def pieces_of(text, batch_size=16, length=64):
    """Return a function that draws pieces of a text, and what follows each character.

    Raises ValueError for a text that is shorter than a piece.
    """
    if len(text) <= length:
        fault = f"the text has {len(text)} characters, a piece needs {length + 1}"
        raise ValueError(f"{fault}; give more text, or a smaller length")
    places = torch.arange(length + 1, device=text.device)

    def draw():
        starts = torch.randint(len(text) - length, (batch_size, 1), device=text.device)
        pieces = text[starts + places]  # (batch, length + 1)
        return (pieces[:, :-1],), pieces[:, 1:]

    return draw


# --8<-- [end:pieces]


# --8<-- [start:nats]
@torch.no_grad()
def nats_by_place(network, text, length=128, pieces=400, batch_size=50):
    """Return the mean loss at each place of pieces spread over a text, (length,)."""
    starts = torch.linspace(0, len(text) - length - 1, pieces, device=text.device)
    places, sums = torch.arange(length + 1, device=text.device), 0.0
    for some in starts.long().split(batch_size):
        batch = text[some[:, None] + places]
        scores, _ = network(batch[:, :-1])
        losses = nn.functional.cross_entropy(scores.mT, batch[:, 1:], reduction="none")
        sums = sums + losses.sum(dim=0)
    return (sums / pieces).cpu().numpy()


# --8<-- [end:nats]


# --8<-- [start:write]
@torch.no_grad()
def write(network, numbers, count, random, cached=True, **how):
    """Return `numbers` and `count` more, each drawn from the chances that come out.

    When the window is full, the network starts again from its second half. Without a
    cache it reads the whole window anew for each character. `how` goes to chances_of.
    """
    device = next(network.parameters()).device
    numbers = list(numbers)
    start = seen = max(0, len(numbers) - network.length)
    state = None
    for _ in range(count):
        if len(numbers) - start > network.length:
            start = seen = len(numbers) - network.length // 2
            state = None
        if not cached:
            state, seen = None, start
        unseen = torch.tensor([numbers[seen:]], device=device)
        scores, state = network(unseen, state)
        seen = len(numbers)
        chances = chances_of(scores[0, -1].cpu().numpy(), **how)
        numbers.append(int(random.choice(len(chances), p=chances)))
    return np.array(numbers)


# --8<-- [end:write]


# --8<-- [start:recurrent]
class Recurrent(nn.Module):
    """The rival: one LSTM, with scores of the next character after each place."""

    length = 128  # it could go on for ever; this is how it is trained and measured

    def __init__(self, characters, features=256):
        super().__init__()
        self.embedding = nn.Embedding(characters, 64)
        self.memory = nn.LSTM(64, features, batch_first=True)
        self.scores = nn.Linear(features, characters)

    def forward(self, numbers, state=None):
        """Return scores (batch, time, characters), and the state to go on from."""
        seen, state = self.memory(self.embedding(numbers), state)
        return self.scores(seen), state


# --8<-- [end:recurrent]
