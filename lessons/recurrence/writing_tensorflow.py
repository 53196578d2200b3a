"""A network in TensorFlow that reads characters and writes the next ones."""

# --8<-- [start:imports]
import keras
import tensorflow as tf
from keras import layers

# --8<-- [end:imports]
from lessons.recurrence.cells_tensorflow import cell_weights


# --8<-- [start:writer]
class Writer(keras.Model):
    """An LSTM that gives a score to every character that could be next."""

    def __init__(self, characters, units=128, width=32):
        super().__init__()
        normal = keras.initializers.RandomNormal(stddev=1.0)  # as in PyTorch
        self.embedding = layers.Embedding(characters, width, normal)
        self.lstm = layers.LSTM(units, return_sequences=True)
        self.scores = layers.Dense(characters)

    def call(self, numbers):  # (batch, time)
        states = self.lstm(self.embedding(numbers))  # (batch, time, units)
        return self.scores(states)  # (batch, time, characters)


# --8<-- [end:writer]


# --8<-- [start:nats]
def nats(writer, numbers, streams=50):
    """Return the mean nats per character of a text, read in streams side by side.

    Raises ValueError for a text that leaves a stream nothing to foretell.
    """
    if len(numbers) < 2 * streams:
        fault = f"{len(numbers)} characters are too few for {streams} streams"
        raise ValueError(f"{fault}; give at least {2 * streams}")
    rows = tf.reshape(numbers[: len(numbers) // streams * streams], (streams, -1))
    scores = tf.function(writer)(rows[:, :-1])  # (streams, time, characters)
    loss = keras.losses.sparse_categorical_crossentropy(rows[:, 1:], scores, True)
    return float(tf.reduce_mean(loss))


# --8<-- [end:nats]


# --8<-- [start:writer_weights]
def writer_weights(writer):
    """Return the arrays of embedding and LSTM, and the scores' weights and bias."""
    (embedding,) = writer.embedding.get_weights()
    return embedding, cell_weights(writer.lstm), *writer.scores.get_weights()


# --8<-- [end:writer_weights]
