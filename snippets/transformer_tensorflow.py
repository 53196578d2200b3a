"""The lesson on transformers in TensorFlow, from top to bottom."""

import numpy as np
import tensorflow as tf

from lessons.dates import ISO, TEXT, to_texts
from lessons.plays import decode, encode
from lessons.tensorflow import choose_device, count_parameters, set_seed
from lessons.transformer.numpy import encoder_layer
from lessons.transformer.oracle_tensorflow import (
    layer_weights,
    library_layer,
    run_layer,
)
from lessons.transformer.tensorflow import GPT
from lessons.transformer.translation_tensorflow import Translator, pairs_of, translate
from lessons.transformer.writing_tensorflow import (
    nats_by_place,
    pieces_of,
    train,
    write,
)
from snippets.transformer_numpy import (
    characters,
    held_dates,
    held_numbers,
    held_words,
    iso_out,
    numbers,
    stream,
    words_in,
)

# --8<-- [start:layer]
set_seed(0)
for norm_first in (True, False):
    layer = library_layer(norm_first=norm_first)
    theirs = run_layer(layer, stream.astype(np.float32))
    ours = encoder_layer(stream, layer_weights(layer), heads=4, norm_first=norm_first)
    print(ours.shape, np.allclose(ours, theirs, rtol=1e-5, atol=1e-5))
# --8<-- [end:layer]

# --8<-- [start:translator]
set_seed(0)
device = choose_device()
with tf.device(device):
    translator = Translator(len(TEXT), len(ISO))
    pairs = [tf.constant(array, tf.int32) for array in (words_in, iso_out)]
    losses = list(train(translator, pairs_of(*pairs), steps=100))
print(f"{count_parameters(translator):,} parameters")
print(f"loss: {losses[0]:.1f} over the first 50 steps, {losses[1]:.1f} over the next")
# --8<-- [end:translator]

# --8<-- [start:translate]
some = translate(translator, tf.constant(held_words[:3], tf.int32))
for (text, iso), found in zip(held_dates, to_texts(some, ISO)):
    print(f"{text} is {iso}; after 100 steps: {found}")
# --8<-- [end:translate]

# --8<-- [start:gpt]
set_seed(0)
with tf.device(device):
    gpt = GPT(len(characters), features=64, depth=2, length=64)
    text, held_text = (tf.constant(n, tf.int32) for n in (numbers, held_numbers))
    losses = list(train(gpt, pieces_of(text), steps=300, peak=0.008))
print(f"{count_parameters(gpt):,} parameters")
print(f"loss: {losses[0]:.1f} over the first 50 steps, {losses[-1]:.1f} over the last")
# --8<-- [end:gpt]

# --8<-- [start:held]
nats = nats_by_place(gpt, held_text, length=64)
print(f"{nats[0]:.1f} nats for the second character of a piece of the held-out plays,")
print(f"{nats[32:].mean():.1f} for those with 32 and more before them")
# --8<-- [end:held]

# --8<-- [start:future]
one = held_numbers[np.newaxis, :64].astype(np.int32)
before, _ = gpt(one)
one[0, 40] = 0  # another character in place 40
after, _ = gpt(one)
changed = np.abs(before - after).max(axis=2)[0] > 1e-6
print("first place with other scores:", changed.nonzero()[0][0])
# --8<-- [end:future]

# --8<-- [start:write]
start = encode("ROMEO", characters)
found = write(gpt, start, 200, np.random.default_rng(0), temperature=0.8, top_k=20)
print(decode(found, characters))
# --8<-- [end:write]

# --8<-- [start:cache]
import time

texts, seconds = [], []
for cached in (True, False):
    begun = time.perf_counter()
    texts.append(write(gpt, start, 150, np.random.default_rng(1), cached))
    seconds.append(time.perf_counter() - begun)
print("the same text:", np.array_equal(*texts))
print(f"{seconds[0]:.2f} s with the cache, {seconds[1]:.2f} s without")
# --8<-- [end:cache]
