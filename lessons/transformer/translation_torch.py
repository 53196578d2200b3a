"""The whole transformer in PyTorch: an encoder reads, a decoder writes."""

# --8<-- [start:imports]
import torch
from torch import nn

# --8<-- [end:imports]

# isort: split
from lessons.transformer.numpy import positional_encoding
from lessons.transformer.torch import Attention, Block, causal_mask


# --8<-- [start:decoder_block]
class DecoderBlock(nn.Module):
    """Three additions to the stream: earlier places, the source's places, a network."""

    def __init__(self, features, heads):
        super().__init__()
        self.itself, self.source = (
            Attention(features, heads),
            Attention(features, heads),
        )
        self.norm1, self.norm2 = nn.LayerNorm(features), nn.LayerNorm(features)
        self.norm3 = nn.LayerNorm(features)
        self.network = nn.Sequential(
            nn.Linear(features, 4 * features),
            nn.ReLU(),
            nn.Linear(4 * features, features),
        )

    def forward(self, x, mask, memory, known):  # (batch, time, features)
        normed = self.norm1(x)
        x = x + self.itself(normed, normed, mask)[0]
        x = x + self.source(self.norm2(x), memory, known)[0]
        return x + self.network(self.norm3(x))


# --8<-- [end:decoder_block]


# --8<-- [start:translator]
class Translator(nn.Module):
    """Scores of a translation's next sign; in all texts 0 is no sign, only room."""

    def __init__(self, signs, written_signs, features=64, heads=4, depth=2, length=64):
        super().__init__()
        self.read = nn.Embedding(signs + 1, features)
        self.written = nn.Embedding(written_signs + 1, features)
        waves = torch.tensor(positional_encoding(length, features))
        self.register_buffer("waves", waves.to(self.read.weight.dtype))
        self.encoder = nn.ModuleList(Block(features, heads) for _ in range(depth))
        self.decoder = nn.ModuleList(
            DecoderBlock(features, heads) for _ in range(depth)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(features) for _ in range(2))
        self.scores = nn.Linear(features, written_signs + 1)

    def encode(self, texts):
        """Return a stream (batch, time, features), and where the texts have signs."""
        known = (texts > 0)[:, None, None]  # (batch, 1, 1, time)
        x = self.read(texts) + self.waves[: texts.shape[1]]
        for block in self.encoder:
            x, _ = block(x, known)
        return self.norms[0](x), known

    def forward(self, texts, before, memory=None):
        """Return scores (batch, time, signs) of what follows, and the memory.

        `before` (batch, time) starts with 0 and then holds what was written so far.
        """
        memory = memory or self.encode(texts)
        time = before.shape[1]
        x, mask = self.written(before), causal_mask(time, time, before.device)
        x = x + self.waves[:time]
        for block in self.decoder:
            x = block(x, mask, *memory)
        return self.scores(self.norms[1](x)), memory


# --8<-- [end:translator]


# --8<-- [start:pairs]
def after_start(translations):
    """Return what the decoder has before it at each place: 0, then all but the last."""
    return nn.functional.pad(translations, (1, -1))


def pairs_of(texts, translations, batch_size=64):
    """Return a function that draws texts with their translations, (n, time) each."""

    def draw():
        some = torch.randint(len(texts), (batch_size,), device=texts.device)
        return (texts[some], after_start(translations[some])), translations[some]

    return draw


# --8<-- [end:pairs]


# --8<-- [start:translate]
@torch.no_grad()
def translate(network, texts, time=10):
    """Return the likeliest signs (batch, time), one after another."""
    before = torch.zeros(len(texts), 1, dtype=texts.dtype, device=texts.device)
    memory = None
    for _ in range(time):
        scores, memory = network(texts, before, memory)
        best = scores[:, -1:].argmax(dim=2)
        before = torch.cat([before, best], dim=1)
    return before[:, 1:].cpu().numpy()


# --8<-- [end:translate]
