"""Solutions of the exercises on recurrence, in TensorFlow."""

import numpy as np

from lessons.plays import decode
from lessons.recurrence.cells_tensorflow import open_forget_gate, recurrent_layer
from lessons.recurrence.names import last_letters
from lessons.recurrence.recall import recall_task
from lessons.recurrence.tensorflow import (
    name_loss,
    name_reader,
    predict,
    train,
)
from lessons.recurrence.writing import write
from lessons.recurrence.writing_tensorflow import writer_weights
from lessons.tensorflow import count_parameters, set_seed
from snippets.recurrence_numpy import characters, test_languages, test_rows
from snippets.recurrence_tensorflow import reader, start, writer

# --8<-- [start:count]
for kind in ("rnn", "gru", "lstm"):
    print(f"{kind}: {count_parameters(recurrent_layer(kind, 32, 128)):,}")
# --8<-- [end:count]

# --8<-- [start:ends]
for count in (1, 2, 3, 4, 6, 16):
    answers = predict(reader, last_letters(test_rows, count)).argmax(axis=1)
    print(f"last {count:2} letters: {np.mean(answers == test_languages):.2f}")
# --8<-- [end:ends]

# --8<-- [start:temperatures]
for temperature in (0.2, 1.0, 1.8):
    random = np.random.default_rng(1)
    written = write(writer_weights(writer), start, 80, temperature, random)
    print(f"{temperature}: {decode(written, characters)!r}")
# --8<-- [end:temperatures]

# --8<-- [start:forget]
sequences, first = recall_task(length=30, count=2400, seed=0)
unseen, wanted = recall_task(length=30, count=1000, seed=1)
for bias in (0, 3):
    set_seed(0)
    network = name_reader(7, 8, kind="lstm", units=32)
    open_forget_gate(network.layers[1], bias)
    list(train(network, sequences, first, name_loss, epochs=4, learning_rate=0.01))
    right = np.mean(predict(network, unseen).argmax(axis=1) == wanted)
    print(f"forget bias {bias}: {right:.2f} of the first symbols recalled")
# --8<-- [end:forget]
