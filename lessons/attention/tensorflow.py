"""A translator with and without attention in TensorFlow, and how to train it."""

# --8<-- [start:imports]
import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:look]
def look(queries, keys, values, mask):
    """Return what each query (batch, m, d) finds, (batch, m, v), and its shares.

    Keys are (batch, n, d), values (batch, n, v); where the mask, (batch, 1, n), is
    False, a place gets no share. The shares are (batch, m, n).
    """
    scores = tf.matmul(queries, keys, transpose_b=True) / math.sqrt(keys.shape[-1])
    shares = tf.nn.softmax(tf.where(mask, scores, -math.inf))
    return shares @ values, shares


# --8<-- [end:look]


# --8<-- [start:translator]
class Translator(keras.Model):
    """Reads a text in both directions, then writes another, one character at a time.

    Characters are integers from 1; 0 fills a text up, starts the answer and ends it.
    """

    def __init__(self, characters, answers, attention, features=16, units=48):
        super().__init__()
        self.attention = attention
        normal = keras.initializers.RandomNormal
        self.read = layers.Embedding(characters + 1, features, normal(stddev=1.0))
        both = {"return_sequences": True, "return_state": True}
        self.encoder = layers.Bidirectional(layers.GRU(units, **both))
        self.bridge = layers.Dense(units, activation="tanh")
        self.write = layers.Embedding(answers + 1, features, normal(stddev=1.0))
        self.decoder = layers.GRU(units, **both)
        if attention:
            self.query = layers.Dense(units, use_bias=False)
            self.key = layers.Dense(units, use_bias=False)
        self.score = layers.Dense(answers + 1)
        self(tf.ones((1, 1), tf.int64), tf.ones((1, 1), tf.int64))  # builds the layers

    def encode(self, texts):
        """Turn (batch, n) into states (batch, n, 96), and a summary (batch, 48)."""
        mask = texts > 0
        states, forward, backward = self.encoder(self.read(texts), mask=mask)
        summary = self.bridge(tf.concat([forward, backward], axis=1))
        return (states, mask[:, None]), summary

    def decode(self, previous, memory, summary):
        """Return scores (batch, m, answers + 1), the new summary, and the shares."""
        outputs, last = self.decoder(self.write(previous), initial_state=summary)
        shares = None
        if self.attention:
            states, mask = memory
            found, shares = look(self.query(outputs), self.key(states), states, mask)
            outputs = tf.concat([outputs, found], axis=2)  # (batch, m, 144)
        return self.score(outputs), last, shares

    def call(self, texts, previous):
        return self.decode(previous, *self.encode(texts))[0]


# --8<-- [end:translator]


# --8<-- [start:plan]
def plan(learning_rate, steps):
    """Return a schedule: up for a tenth of the steps, then down half a cosine."""
    warm, schedules = max(1, steps // 10), keras.optimizers.schedules
    rise = {"warmup_target": learning_rate, "warmup_steps": warm}
    return schedules.CosineDecay(0.01 * learning_rate, max(1, steps - warm), **rise)


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
    ends = tf.zeros_like(answers[:, :1])
    wanted, previous = tf.concat([answers, ends], 1), tf.concat([ends, answers], 1)
    schedule = plan(learning_rate, epochs * (len(texts) // batch_size))
    optimizer = keras.optimizers.Adam(schedule, global_clipnorm=1.0)
    measure = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def step(batch):
        with tf.GradientTape() as tape:
            scores = network(tf.gather(texts, batch), tf.gather(previous, batch))
            loss = measure(tf.gather(wanted, batch), scores)
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        return loss

    batches = tf.data.Dataset.range(len(texts)).shuffle(len(texts))
    batches = batches.batch(batch_size, drop_remainder=True)
    for _ in range(epochs):
        mean = np.mean([step(batch) for batch in batches])
        if not math.isfinite(mean):
            raise FloatingPointError(f"the loss is {mean}; try a smaller learning rate")
        yield float(mean)


# --8<-- [end:train]


# --8<-- [start:translate]
def translate(network, texts, steps):
    """Write an answer for each text, always the likeliest character next.

    Return the answers (count, steps), and the shares (count, steps, n) or None.
    """
    memory, summary = network.encode(texts)
    previous, answers, shares = tf.zeros_like(texts[:, :1]), [], []
    for _ in range(steps):
        scores, summary, share = network.decode(previous, memory, summary)
        previous = tf.argmax(scores, axis=2)
        answers.append(previous)
        shares.append(share)
    shares = tf.concat(shares, 1).numpy() if network.attention else None
    return tf.concat(answers, 1).numpy(), shares


# --8<-- [end:translate]
