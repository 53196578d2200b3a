"""A GPT in TensorFlow: attention, blocks on a residual stream, and a cache."""

# --8<-- [start:imports]
import keras
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:attention]
class Attention(layers.Layer):
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
        self.query = layers.Dense(features)
        self.key = layers.Dense(features)
        self.value = layers.Dense(features)
        self.output_ = layers.Dense(features)  # Keras keeps `output` for itself

    def call(self, x, source, mask=None, cache=None):
        """Return (batch, time, features), and the keys and values of all places.

        The mask, (time, past) or wider, is True where a place may look.
        """
        query = self.deal(self.query(x))  # (batch, heads, time, features / heads)
        key, value = self.deal(self.key(source)), self.deal(self.value(source))
        if cache is not None:
            key = tf.concat([cache[0], key], axis=2)
            value = tf.concat([cache[1], value], axis=2)
        scores = tf.matmul(query, key, transpose_b=True) * query.shape[-1] ** -0.5
        if mask is not None:
            scores = tf.where(mask, scores, scores.dtype.min)
        seen = tf.transpose(tf.matmul(tf.nn.softmax(scores), value), (0, 2, 1, 3))
        return self.output_(tf.reshape(seen, tf.shape(x))), (key, value)

    def deal(self, x):
        """Turn (batch, time, features) into (batch, heads, time, features / heads)."""
        shape = (tf.shape(x)[0], tf.shape(x)[1], self.heads, x.shape[2] // self.heads)
        return tf.transpose(tf.reshape(x, shape), (0, 2, 1, 3))


# --8<-- [end:attention]


# --8<-- [start:mask]
def causal_mask(time, past):
    """Return (time, past): True up to a place itself; the last of both is the same."""
    return tf.range(past) <= tf.range(past - time, past)[:, tf.newaxis]


# --8<-- [end:mask]


# --8<-- [start:block]
class Block(layers.Layer):
    """Two additions to the stream: what other places say, and what a network makes."""

    def __init__(self, features, heads):
        super().__init__()
        self.norm1 = layers.LayerNormalization(epsilon=1e-5)
        self.norm2 = layers.LayerNormalization(epsilon=1e-5)
        self.attention = Attention(features, heads)
        self.network = keras.Sequential(
            [layers.Dense(4 * features, activation="relu"), layers.Dense(features)]
        )

    def call(self, x, mask, cache=None):  # (batch, time, features)
        normed = self.norm1(x)
        seen, cache = self.attention(normed, normed, mask, cache)
        x = x + seen
        return x + self.network(self.norm2(x)), cache


# --8<-- [end:block]


# --8<-- [start:gpt]
class GPT(keras.Model):
    """Scores of the next character after each place, for at most `length` places."""

    def __init__(self, characters, features=96, heads=4, depth=3, length=128):
        super().__init__()
        self.length = length
        normal = keras.initializers.RandomNormal  # small, for small scores at the start
        self.embedding = layers.Embedding(characters, features, normal(stddev=0.02))
        self.places = layers.Embedding(length, features, normal(stddev=0.02))
        self.blocks = [Block(features, heads) for _ in range(depth)]
        self.norm = layers.LayerNormalization(epsilon=1e-5)
        self(tf.zeros((1, length), tf.int32))  # makes the weights
        self.step = tf.function(self.call, autograph=False, reduce_retracing=True)

    def call(self, numbers, caches=None):
        """Return scores (batch, time, characters), and the caches to go on from.

        Raises ValueError for a text without characters, or with more than `length`.
        """
        time = tf.shape(numbers)[1]
        past = tf.shape(caches[0][0])[2] if caches else 0
        if tf.executing_eagerly() and not 0 < time <= past + time <= self.length:
            raise ValueError(
                f"a text of {past + time} characters, {past} of them in the cache, "
                f"does not fit: give 1 to {self.length - past} more"
            )
        x = self.embedding(numbers) + self.places(tf.range(past, past + time))
        mask = causal_mask(time, past + time)
        kept = []
        for block, cache in zip(self.blocks, caches or [None] * len(self.blocks)):
            x, cache = block(x, mask, cache)
            kept.append(cache)
        scores = tf.matmul(self.norm(x), self.embedding.embeddings, transpose_b=True)
        return scores, kept  # the table that read the characters scores them


# --8<-- [end:gpt]
