"""A GPT in PyTorch: attention, blocks on a residual stream, and a cache."""

# --8<-- [start:imports]
import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:attention]
class Attention(nn.Module):
    """Places of one text look at places of a source: itself, or another text.

    With a cache, the keys and values of what came before, only new places are given.
    """

    def __init__(self, features, heads):
        super().__init__()
        if features % heads:
            raise ValueError(
                f"{features} features cannot be dealt out to {heads} heads; "
                "choose a multiple"
            )
        self.heads = heads
        self.query = nn.Linear(features, features)
        self.key = nn.Linear(features, features)
        self.value = nn.Linear(features, features)
        self.output = nn.Linear(features, features)

    def forward(self, x, source, mask=None, cache=None):
        """Return (batch, time, features), and the keys and values of all places.

        The mask, (time, past) or wider, is True where a place may look.
        """
        query = self.deal(self.query(x))  # (batch, heads, time, features / heads)
        key, value = self.deal(self.key(source)), self.deal(self.value(source))
        if cache is not None:
            key = torch.cat([cache[0], key], dim=2)
            value = torch.cat([cache[1], value], dim=2)
        seen = nn.functional.scaled_dot_product_attention(query, key, value, mask)
        return self.output(seen.transpose(1, 2).flatten(2)), (key, value)

    def deal(self, x):
        """Turn (batch, time, features) into (batch, heads, time, features / heads)."""
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)


# --8<-- [end:attention]


# --8<-- [start:mask]
def causal_mask(time, past, device=None):
    """Return (time, past): True up to a place itself; the last of both is the same."""
    return torch.ones(time, past, dtype=torch.bool, device=device).tril(past - time)


# --8<-- [end:mask]


# --8<-- [start:block]
class Block(nn.Module):
    """Two additions to the stream: what other places say, and what a network makes."""

    def __init__(self, features, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(features), nn.LayerNorm(features)
        self.attention = Attention(features, heads)
        self.network = nn.Sequential(
            nn.Linear(features, 4 * features),
            nn.ReLU(),
            nn.Linear(4 * features, features),
        )

    def forward(self, x, mask, cache=None):  # (batch, time, features)
        normed = self.norm1(x)
        seen, cache = self.attention(normed, normed, mask, cache)
        x = x + seen
        return x + self.network(self.norm2(x)), cache


# --8<-- [end:block]


# --8<-- [start:gpt]
class GPT(nn.Module):
    """Scores of the next character after each place, for at most `length` places."""

    def __init__(self, characters, features=96, heads=4, depth=3, length=128):
        super().__init__()
        self.length = length
        self.embedding = nn.Embedding(characters, features)
        self.places = nn.Embedding(length, features)
        self.blocks = nn.ModuleList(Block(features, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(features)
        for table in (self.embedding, self.places):
            nn.init.normal_(table.weight, std=0.02)  # small scores at the start

    def forward(self, numbers, caches=None):
        """Return scores (batch, time, characters), and the caches to go on from.

        Raises ValueError for a text without characters, or with more than `length`.
        """
        past = caches[0][0].shape[2] if caches else 0
        total = past + numbers.shape[1]
        if not 0 < numbers.shape[1] <= total <= self.length:
            raise ValueError(
                f"a text of {total} characters, {past} of them in the cache, does not "
                f"fit: give 1 to {self.length - past} more"
            )
        places = torch.arange(past, total, device=numbers.device)
        x = self.embedding(numbers) + self.places(places)
        mask = causal_mask(numbers.shape[1], total, numbers.device)
        kept = []
        for block, cache in zip(self.blocks, caches or [None] * len(self.blocks)):
            x, cache = block(x, mask, cache)
            kept.append(cache)
        return self.norm(x) @ self.embedding.weight.T, kept  # the same table, read back


# --8<-- [end:gpt]
