"""The lesson on transformers in NumPy, from top to bottom: what both readers run."""

import numpy as np

from lessons.dates import ISO, TEXT, load_dates, to_numbers
from lessons.plays import characters_of, encode, load_plays, split_plays
from lessons.transformer.numpy import (
    attend,
    chances_of,
    layer_norm,
    positional_encoding,
)

# --8<-- [start:order]
random = np.random.default_rng(0)
words = random.normal(size=(6, 16))  # six words of 16 features each
shuffled = random.permutation(6)
seen = attend(words, words, words)
print(np.allclose(attend(words[shuffled], words, words), seen[shuffled]))
print(np.allclose(attend(words, words[shuffled], words[shuffled]), seen))
# --8<-- [end:order]

# --8<-- [start:waves]
waves = positional_encoding(128, 64)
products = waves @ waves.T
print(waves.shape, "each place against itself:", products[0, 0])
for distance in (1, 4, 16):
    found = products.diagonal(distance)
    print(f"{distance} apart: from {found.min():.3f} to {found.max():.3f}")
# --8<-- [end:waves]

# --8<-- [start:ordered]
first = words + positional_encoding(6, 16)
second = words[shuffled] + positional_encoding(6, 16)
print(
    np.allclose(attend(second, second, second), attend(first, first, first)[shuffled])
)
# --8<-- [end:ordered]

# --8<-- [start:norm]
stream = random.normal(loc=3, scale=5, size=(2, 4, 64))  # (batch, time, features)
normed = layer_norm(stream, scale=np.ones(64), shift=np.zeros(64))
print(np.abs(normed.mean(axis=2)).max() < 1e-12, normed.std(axis=2).round(4).min())
print(np.allclose(layer_norm(7 * stream, np.ones(64), np.zeros(64)), normed, atol=1e-5))
# --8<-- [end:norm]

# --8<-- [start:dates]
learned_dates, held_dates = load_dates(training=20_000, held_out=1_000)
length = max(len(text) for text, _ in learned_dates + held_dates)
words_in, iso_out, held_words, held_iso = (
    to_numbers([pair[side] for pair in pairs], signs, width)
    for pairs in (learned_dates, held_dates)
    for side, signs, width in ((0, TEXT, length), (1, ISO, 10))
)
print(held_dates[0], words_in.shape, iso_out.shape)
# --8<-- [end:dates]

# --8<-- [start:plays]
learned, held_out = split_plays(load_plays())
characters = characters_of(learned + held_out)
print(f"{len(learned):,} characters to learn from, {len(held_out):,} held out")
print(len(characters), "different:", characters.strip()[-60:])
numbers, held_numbers = encode(learned, characters), encode(held_out, characters)
# --8<-- [end:plays]

# --8<-- [start:choose]
scores = np.array([2.0, 1.0, 0.0, -1.0])
for how in ({}, {"temperature": 0.5}, {"temperature": 2.0}, {"top_k": 2}):
    print(chances_of(scores, **how).round(3), how)
# --8<-- [end:choose]

# --8<-- [start:memory]
import tracemalloc

for length in (256, 512, 1024):
    keys = random.normal(size=(length, 64)).astype(np.float32)
    tracemalloc.start()
    attend(keys, keys, keys, causal=True)
    print(length, f"places: {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB at most")
    tracemalloc.stop()
# --8<-- [end:memory]
