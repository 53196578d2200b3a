"""The lesson on attention in TensorFlow, from top to bottom."""

import numpy as np
import tensorflow as tf
from keras import layers

from lessons.attention.numpy import attend, multi_head
from lessons.attention.plots import draw_map, plt
from lessons.attention.reading import aligned, exact_by_length
from lessons.attention.tensorflow import Translator, train, translate
from lessons.dates import ISO, TEXT, to_numbers, to_texts
from lessons.tensorflow import choose_device, count_parameters, set_seed
from snippets.attention_numpy import answers, pairs, texts

# --8<-- [start:tensors]
device = choose_device()
read, written = zip(*pairs)
with tf.device(device):
    inputs = tf.constant(to_numbers(read, TEXT))  # (12000, longest)
    targets = tf.constant(to_numbers(written, ISO))  # (12000, 10)
    tests = tf.constant(to_numbers(texts, TEXT))  # (1000, longest)
print(tuple(targets.shape))
# --8<-- [end:tensors]

# --8<-- [start:without]
set_seed(0)
plain = Translator(len(TEXT), len(ISO), attention=False)
losses = list(train(plain, inputs, targets, epochs=2))
numbers, _ = translate(plain, tests, steps=11)
right = [said == wanted for said, wanted in zip(to_texts(numbers, ISO), answers)]
print(f"{count_parameters(plain):,} parameters, loss {losses[-1]:.2f}")
print(f"exactly right: {np.mean(right):.0%}")
# --8<-- [end:without]

# --8<-- [start:ours]
random = np.random.default_rng(0)
queries, keys, values = random.normal(size=(3, 2, 5, 8))  # (batch, places, features)
found, _ = attend(queries, keys, values)
arrays = [tf.constant(array, tf.float32) for array in (queries, keys, values)]
theirs = layers.Attention(score_mode="dot")([arrays[0] / 8**0.5, arrays[2], arrays[1]])
print(found.shape, np.allclose(found, theirs, atol=1e-5))
# --8<-- [end:ours]

# --8<-- [start:with]
set_seed(0)
translator = Translator(len(TEXT), len(ISO), attention=True)
losses = list(train(translator, inputs, targets, epochs=2))
numbers, shares = translate(translator, tests, steps=11)
said = to_texts(numbers, ISO)
right = [one == wanted for one, wanted in zip(said, answers)]
print(f"{count_parameters(translator):,} parameters, loss {losses[-1]:.2f}")
print(f"exactly right: {np.mean(right):.0%}")
# --8<-- [end:with]

# --8<-- [start:lengths]
for name, share in zip(("short", "middling", "long"), exact_by_length(texts, right)):
    print(f"{name}: {share:.0%}")
# --8<-- [end:lengths]

# --8<-- [start:map]
place = max(range(len(texts)), key=lambda n: (right[n], len(texts[n])))
print(texts[place], "becomes", said[place])
draw_map(texts[place], said[place], shares[place])
plt.show()
# --8<-- [end:map]

# --8<-- [start:aligned]
for part, share in aligned(texts, shares).items():
    print(f"{part}: {share:.0%} of the looks")
# --8<-- [end:aligned]

# --8<-- [start:heads]
layer = layers.MultiHeadAttention(2, key_dim=4, bias_initializer="normal")
theirs, theirs_shares = layer(
    arrays[0], arrays[2], arrays[1], return_attention_scores=True
)
shapes = [(8, 8), (8,)] * 4  # Keras keeps an axis for the heads
arrays = [array.reshape(shape) for array, shape in zip(layer.get_weights(), shapes)]
weights = list(zip(arrays[::2], arrays[1::2]))
ours, shares = multi_head(queries, keys, values, weights, heads=2)
print(ours.shape, np.allclose(ours, theirs, atol=1e-5))
print(shares.shape, np.allclose(shares, theirs_shares, atol=1e-5))
print(count_parameters(layer), "parameters")
# --8<-- [end:heads]
