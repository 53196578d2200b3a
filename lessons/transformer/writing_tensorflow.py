"""Learn to write in TensorFlow: a rival, training, its measure, and sampling."""

# --8<-- [start:imports]
import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers

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
    optimizer = keras.optimizers.Adam(global_clipnorm=1.0)
    weights = network.trainable_variables
    optimizer.build(weights)

    @tf.function(autograph=False, jit_compile=False)
    def learn():
        inputs, targets = draw()
        with tf.GradientTape() as tape:
            scores, _ = network(*inputs)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, scores)
            loss = tf.reduce_mean(losses)
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    total = 0.0
    for step in range(steps):
        optimizer.learning_rate = learning_rate(peak, step, steps)
        total += learn()
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
    last = len(text) - length

    def draw():
        starts = tf.random.uniform((batch_size, 1), 0, last, dtype=tf.int32)
        pieces = tf.gather(text, starts + tf.range(length + 1))  # (batch, length + 1)
        return (pieces[:, :-1],), pieces[:, 1:]

    return draw


# --8<-- [end:pieces]


# --8<-- [start:nats]
def nats_by_place(network, text, length=128, pieces=400, batch_size=50):
    """Return the mean loss at each place of pieces spread over a text, (length,)."""
    starts = np.linspace(0, len(text) - length - 1, pieces).astype(np.int32)
    sums = 0.0
    for first in range(0, pieces, batch_size):
        some = starts[first : first + batch_size, np.newaxis]
        batch = tf.gather(text, some + tf.range(length + 1))
        scores, _ = network(batch[:, :-1])
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(batch[:, 1:], scores)
        sums += tf.reduce_sum(losses, axis=0)
    return (sums / pieces).numpy()


# --8<-- [end:nats]


# --8<-- [start:write]
def write(network, numbers, count, random, cached=True, **how):
    """Return `numbers` and `count` more, each drawn from the chances that come out.

    When the window is full, the network starts again from its second half. Without a
    cache it reads the whole window anew for each character. `how` goes to chances_of.
    """
    numbers = list(numbers)
    start = seen = max(0, len(numbers) - network.length)
    state = None
    for _ in range(count):
        if len(numbers) - start > network.length:
            start = seen = len(numbers) - network.length // 2
            state = None
        if not cached:
            state, seen = None, start
        unseen = tf.constant([numbers[seen:]], tf.int32)
        scores, state = network.step(unseen, state)
        seen = len(numbers)
        chances = chances_of(scores[0, -1].numpy(), **how)
        numbers.append(int(random.choice(len(chances), p=chances)))
    return np.array(numbers)


# --8<-- [end:write]


# --8<-- [start:recurrent]
class Recurrent(keras.Model):
    """The rival: one LSTM, with scores of the next character after each place."""

    length = 128  # it could go on for ever; this is how it is trained and measured

    def __init__(self, characters, features=256):
        super().__init__()
        normal = keras.initializers.RandomNormal(stddev=1.0)  # as in PyTorch
        self.embedding = layers.Embedding(characters, 64, normal)
        self.memory = layers.LSTM(features, return_sequences=True, return_state=True)
        self.scores = layers.Dense(characters)
        self(tf.zeros((1, 1), tf.int32))  # makes the weights
        self.step = tf.function(self.call, autograph=False, reduce_retracing=True)

    def call(self, numbers, state=None):
        """Return scores (batch, time, characters), and the state to go on from."""
        seen, *state = self.memory(self.embedding(numbers), initial_state=state)
        return self.scores(seen), state


# --8<-- [end:recurrent]
