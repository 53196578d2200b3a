"""The whole transformer in TensorFlow: an encoder reads, a decoder writes."""

# --8<-- [start:imports]
import keras
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]

# isort: split
from lessons.transformer.numpy import positional_encoding
from lessons.transformer.tensorflow import Attention, Block, causal_mask


# --8<-- [start:decoder_block]
class DecoderBlock(layers.Layer):
    """Three additions to the stream: earlier places, the source's places, a network."""

    def __init__(self, features, heads):
        super().__init__()
        self.itself, self.source = (
            Attention(features, heads),
            Attention(features, heads),
        )
        self.norm1 = layers.LayerNormalization(epsilon=1e-5)
        self.norm2 = layers.LayerNormalization(epsilon=1e-5)
        self.norm3 = layers.LayerNormalization(epsilon=1e-5)
        self.network = keras.Sequential(
            [layers.Dense(4 * features, activation="relu"), layers.Dense(features)]
        )

    def call(self, x, mask, memory, known):  # (batch, time, features)
        normed = self.norm1(x)
        x = x + self.itself(normed, normed, mask)[0]
        x = x + self.source(self.norm2(x), memory, known)[0]
        return x + self.network(self.norm3(x))


# --8<-- [end:decoder_block]


# --8<-- [start:translator]
class Translator(keras.Model):
    """Scores of a translation's next sign; in all texts 0 is no sign, only room."""

    def __init__(self, signs, written_signs, features=64, heads=4, depth=2, length=64):
        super().__init__()
        normal = keras.initializers.RandomNormal  # as large as the waves, as in PyTorch
        self.read = layers.Embedding(signs + 1, features, normal(stddev=1.0))
        self.written = layers.Embedding(written_signs + 1, features, normal(stddev=1.0))
        self.waves = tf.constant(
            positional_encoding(length, features), self.compute_dtype
        )
        self.encoder = [Block(features, heads) for _ in range(depth)]
        self.decoder = [DecoderBlock(features, heads) for _ in range(depth)]
        self.norms = [layers.LayerNormalization(epsilon=1e-5) for _ in range(2)]
        self.scores = layers.Dense(written_signs + 1)
        self(
            tf.zeros((1, 1), tf.int32), tf.zeros((1, 1), tf.int32)
        )  # makes the weights

    def encode(self, texts):
        """Return a stream (batch, time, features), and where the texts have signs."""
        known = (texts > 0)[:, tf.newaxis, tf.newaxis]  # (batch, 1, 1, time)
        x = self.read(texts) + self.waves[: texts.shape[1]]
        for block in self.encoder:
            x, _ = block(x, known)
        return self.norms[0](x), known

    def call(self, texts, before, memory=None):
        """Return scores (batch, time, signs) of what follows, and the memory.

        `before` (batch, time) starts with 0 and then holds what was written so far.
        """
        memory = memory or self.encode(texts)
        time = before.shape[1]
        x, mask = self.written(before), causal_mask(time, time)
        x = x + self.waves[:time]
        for block in self.decoder:
            x = block(x, mask, *memory)
        return self.scores(self.norms[1](x)), memory


# --8<-- [end:translator]


# --8<-- [start:pairs]
def after_start(translations):
    """Return what the decoder has before it at each place: 0, then all but the last."""
    return tf.pad(translations[:, :-1], [[0, 0], [1, 0]])


def pairs_of(texts, translations, batch_size=64):
    """Return a function that draws texts with their translations, (n, time) each."""

    def draw():
        some = tf.random.uniform((batch_size,), 0, len(texts), dtype=tf.int32)
        chosen = tf.gather(translations, some)
        return (tf.gather(texts, some), after_start(chosen)), chosen

    return draw


# --8<-- [end:pairs]


# --8<-- [start:translate]
def translate(network, texts, time=10):
    """Return the likeliest signs (batch, time), one after another."""
    before = tf.zeros((len(texts), 1), texts.dtype)
    memory = None
    for _ in range(time):
        scores, memory = network(texts, before, memory)
        best = tf.argmax(scores[:, -1:], axis=2, output_type=texts.dtype)
        before = tf.concat([before, best], axis=1)
    return before[:, 1:].numpy()


# --8<-- [end:translate]
