"""A translator with and without attention in PyTorch, and how to train it."""

# --8<-- [start:imports]
import math

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

# --8<-- [end:imports]


# --8<-- [start:look]
def look(queries, keys, values, mask):
    """Return what each query (batch, m, d) finds, (batch, m, v), and its shares.

    Keys are (batch, n, d), values (batch, n, v); where the mask, (batch, 1, n), is
    False, a place gets no share. The shares are (batch, m, n).
    """
    scores = queries @ keys.transpose(-1, -2) / math.sqrt(keys.shape[-1])
    shares = scores.masked_fill(~mask, -math.inf).softmax(dim=-1)
    return shares @ values, shares


# --8<-- [end:look]


# --8<-- [start:translator]
class Translator(nn.Module):
    """Reads a text in both directions, then writes another, one character at a time.

    Characters are integers from 1; 0 fills a text up, starts the answer and ends it.
    """

    def __init__(self, characters, answers, attention, features=16, units=48):
        super().__init__()
        self.attention = attention
        self.read = nn.Embedding(characters + 1, features)
        self.encoder = nn.GRU(features, units, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(2 * units, units)
        self.write = nn.Embedding(answers + 1, features)
        self.decoder = nn.GRU(features, units, batch_first=True)
        if attention:
            self.query = nn.Linear(units, units, bias=False)
            self.key = nn.Linear(2 * units, units, bias=False)
        self.score = nn.Linear(3 * units if attention else units, answers + 1)

    def encode(self, texts):
        """Turn (batch, n) into states (batch, n, 96), and a summary (batch, 48)."""
        lengths = (texts > 0).sum(dim=1).cpu()
        packed = pack_padded_sequence(
            self.read(texts), lengths, batch_first=True, enforce_sorted=False
        )
        states, last = self.encoder(packed)
        states, _ = pad_packed_sequence(
            states, batch_first=True, total_length=texts.shape[1]
        )
        summary = torch.tanh(self.bridge(torch.cat([last[0], last[1]], dim=1)))
        return (states, (texts > 0)[:, None]), summary

    def decode(self, previous, memory, summary):
        """Return scores (batch, m, answers + 1), the new summary, and the shares."""
        outputs, last = self.decoder(self.write(previous), summary[None])
        shares = None
        if self.attention:
            states, mask = memory
            found, shares = look(self.query(outputs), self.key(states), states, mask)
            outputs = torch.cat([outputs, found], dim=2)  # (batch, m, 144)
        return self.score(outputs), last[0], shares

    def forward(self, texts, previous):
        return self.decode(previous, *self.encode(texts))[0]


# --8<-- [end:translator]


# --8<-- [start:plan]
def plan(optimizer, steps):
    """Return a schedule: up for a tenth of the steps, then down half a cosine."""
    warm, schedules = max(1, steps // 10), torch.optim.lr_scheduler
    up = schedules.LinearLR(optimizer, 0.01, 1.0, warm)
    down = schedules.CosineAnnealingLR(optimizer, max(1, steps - warm))
    return schedules.SequentialLR(optimizer, [up, down], [warm])


# --8<-- [end:plan]


# --8<-- [start:train]
def train(network, texts, answers, epochs, batch_size=128, learning_rate=0.01):
    """Train with Adam, from the true characters before each; yield each epoch's loss.

    Texts are (count, n), answers (count, m), both integers. A last batch that is not
    full is left out. Raises ValueError where there is no full batch, and
    FloatingPointError where the loss is no longer a number.
    """
    if not len(texts) == len(answers) >= batch_size:
        counts = f"{len(texts)} texts and {len(answers)} answers"
        raise ValueError(f"{counts}; give as many of each, and {batch_size} at least")
    ends = torch.zeros_like(answers[:, :1])
    wanted, previous = torch.cat([answers, ends], 1), torch.cat([ends, answers], 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=learning_rate, eps=1e-7)
    full = len(texts) // batch_size
    schedule = plan(optimizer, epochs * full)
    for _ in range(epochs):
        order = torch.randperm(len(texts), device=texts.device)
        losses = []
        for batch in order.split(batch_size)[:full]:
            scores = network(texts[batch], previous[batch])  # (batch, m + 1, scores)
            loss = nn.functional.cross_entropy(
                scores.flatten(0, 1), wanted[batch].ravel()
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.detach())
        mean = torch.stack(losses).mean().item()
        if not math.isfinite(mean):
            raise FloatingPointError(f"the loss is {mean}; try a smaller learning rate")
        yield mean


# --8<-- [end:train]


# --8<-- [start:translate]
@torch.no_grad()
def translate(network, texts, steps):
    """Write an answer for each text, always the likeliest character next.

    Return the answers (count, steps), and the shares (count, steps, n) or None.
    """
    memory, summary = network.encode(texts)
    previous, answers, shares = texts.new_zeros(len(texts), 1), [], []
    for _ in range(steps):
        scores, summary, share = network.decode(previous, memory, summary)
        previous = scores.argmax(dim=2)
        answers.append(previous)
        shares.append(share)
    shares = torch.cat(shares, 1).cpu().numpy() if network.attention else None
    return torch.cat(answers, 1).cpu().numpy(), shares


# --8<-- [end:translate]
