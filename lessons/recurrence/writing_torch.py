"""A network in PyTorch that reads characters and writes the next ones."""

# --8<-- [start:imports]
import torch
from torch import nn

# --8<-- [end:imports]
from lessons.recurrence.cells_torch import cell_weights


# --8<-- [start:writer]
class Writer(nn.Module):
    """An LSTM that gives a score to every character that could be next."""

    def __init__(self, characters, units=128, width=32):
        super().__init__()
        self.embedding = nn.Embedding(characters, width)
        self.lstm = nn.LSTM(width, units, batch_first=True)
        self.scores = nn.Linear(units, characters)

    def forward(self, numbers):  # (batch, time)
        states, _ = self.lstm(self.embedding(numbers))  # (batch, time, units)
        return self.scores(states)  # (batch, time, characters)


# --8<-- [end:writer]


# --8<-- [start:nats]
@torch.no_grad()
def nats(writer, numbers, streams=50):
    """Return the mean nats per character of a text, read in streams side by side.

    Raises ValueError for a text that leaves a stream nothing to foretell.
    """
    if len(numbers) < 2 * streams:
        fault = f"{len(numbers)} characters are too few for {streams} streams"
        raise ValueError(f"{fault}; give at least {2 * streams}")
    rows = torch.from_numpy(numbers[: len(numbers) // streams * streams])
    rows = rows.reshape(streams, -1).to(writer.scores.bias.device)
    scores = writer(rows[:, :-1]).transpose(1, 2)  # (streams, characters, time)
    return nn.functional.cross_entropy(scores, rows[:, 1:]).item()


# --8<-- [end:nats]


# --8<-- [start:writer_weights]
def writer_weights(writer):
    """Return the arrays of embedding and LSTM, and the scores' weights and bias."""
    from_layer = writer.embedding.weight, writer.scores.weight.T, writer.scores.bias
    embedding, to_scores, bias = (each.detach().cpu().numpy() for each in from_layer)
    return embedding, cell_weights(writer.lstm), to_scores, bias


# --8<-- [end:writer_weights]
