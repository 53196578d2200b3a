"""Solutions to the exercises on transformers in TensorFlow."""

import numpy as np
import tensorflow as tf

from lessons.plays import decode
from lessons.tensorflow import set_seed
from lessons.transformer.tensorflow import GPT
from lessons.transformer.writing_tensorflow import (
    nats_by_place,
    pieces_of,
    train,
    write,
)
from snippets.transformer_numpy import characters
from snippets.transformer_tensorflow import device, gpt, held_text, start, text

# --8<-- [start:likeliest]
likeliest = write(gpt, start, 120, np.random.default_rng(0), top_k=1)
print(decode(likeliest, characters))
# --8<-- [end:likeliest]

# --8<-- [start:placeless]
set_seed(0)
with tf.device(device):
    placeless = GPT(len(characters), features=64, depth=2, length=64)
    placeless.places.set_weights([np.zeros((64, 64))])
    placeless.places.trainable = False
    list(train(placeless, pieces_of(text), steps=200, peak=0.008))
print(f"{nats_by_place(placeless, held_text, length=64)[32:].mean():.1f} nats")
# --8<-- [end:placeless]
