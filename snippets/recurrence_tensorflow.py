"""The lesson on recurrence in TensorFlow, from top to bottom."""

import numpy as np
import tensorflow as tf

from lessons.convolutions.numpy import confusion_matrix
from lessons.plays import decode, encode
from lessons.recurrence.cells_tensorflow import (
    cell_weights,
    gradient_by_lag,
    open_forget_gate,
    recurrent_layer,
)
from lessons.recurrence.names import LANGUAGES
from lessons.recurrence.numpy import gru_step, lstm_step, rnn_backward, rnn_step, unroll
from lessons.recurrence.tensorflow import (
    change_loss,
    forecaster,
    name_loss,
    name_reader,
    predict,
    train,
)
from lessons.recurrence.writing import cut_pieces, write
from lessons.recurrence.writing_tensorflow import Writer, nats, writer_weights
from lessons.tensorflow import count_parameters, set_seed
from snippets.recurrence_numpy import (
    change,
    characters,
    languages,
    letters,
    rows,
    scaled,
    spread,
    test_guesses,
    test_languages,
    test_later,
    test_rows,
    test_scaled,
    test_text,
    text,
)

# --8<-- [start:same]
set_seed(0)
random = np.random.default_rng(0)
inputs = random.normal(size=(3, 9, 5)).astype(np.float32)  # (batch, time, inputs)
start, by_time = np.zeros((3, 7), np.float32), inputs.transpose(1, 0, 2)
layer = recurrent_layer("rnn", 5, 7)
W, U, b = cell_weights(layer)
states = unroll(rnn_step, by_time, (start,), (W, U, b))
with tf.GradientTape() as tape:
    theirs = layer(tf.constant(inputs))[:, -1]
print(np.allclose(states[-1], theirs, atol=1e-6))
# --8<-- [end:same]

# --8<-- [start:blame]
last = random.normal(size=(3, 7)).astype(np.float32)
of_W, of_U, of_b = tape.gradient(theirs, layer.trainable_variables, tf.constant(last))
_, to_W, to_U, to_b, _ = rnn_backward(by_time, states, start, last, W, U)
print("W", np.allclose(to_W, of_W, atol=1e-5))
print("U", np.allclose(to_U, of_U, atol=1e-5))
print("b", np.allclose(to_b, of_b, atol=1e-5))
# --8<-- [end:blame]

# --8<-- [start:cells]
for kind, step in (("lstm", lstm_step), ("gru", gru_step)):
    layer = recurrent_layer(kind, 5, 7)
    starts = (start, start) if kind == "lstm" else (start,)
    states = unroll(step, by_time, starts, cell_weights(layer))
    theirs = layer(tf.constant(inputs))[:, -1]
    print(kind, np.allclose(states[-1], theirs, atol=1e-6), count_parameters(layer))
# --8<-- [end:cells]

# --8<-- [start:lags]
set_seed(0)
random = np.random.default_rng(0)
noise = random.normal(size=(20, 61, 16)).astype(np.float32)
print("steps back                   10       20       60")
for kind in ("rnn", "gru", "lstm"):
    sizes = gradient_by_lag(recurrent_layer(kind, 16, 64), noise)
    print(f"{kind:20}", *(f"{sizes[k]:8.0e}" for k in (10, 20, 60)))
for bias in (0, 1, 3):
    layer = recurrent_layer("lstm", 16, 64)
    open_forget_gate(layer, bias)
    sizes = gradient_by_lag(layer, noise)
    print(f"lstm, forget bias {bias:2}", *(f"{sizes[k]:8.0e}" for k in (10, 20, 60)))
# --8<-- [end:lags]

# --8<-- [start:names]
set_seed(0)
reader = name_reader(len(letters), len(LANGUAGES))
print(f"{count_parameters(reader):,} parameters")
losses = list(train(reader, rows, languages, name_loss, epochs=5))
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
answers = predict(reader, test_rows).argmax(axis=1)
print(f"test accuracy: {np.mean(answers == test_languages):.2f}")
# --8<-- [end:names]

# --8<-- [start:mistakes]
counts = confusion_matrix(test_languages, answers, classes=len(LANGUAGES))
mistakes = counts - np.diag(np.diag(counts))
for place in np.argsort(mistakes, axis=None)[:-4:-1]:
    language, answer = (list(LANGUAGES)[n] for n in divmod(place, len(LANGUAGES)))
    print(f"{language} taken for {answer}: {mistakes.flat[place]}")
# --8<-- [end:mistakes]

# --8<-- [start:weather]
set_seed(0)
watcher = forecaster(features=7)
targets = (change / spread[0]).astype(np.float32)
list(train(watcher, scaled, targets, change_loss, epochs=2, batch_size=128))
guess = test_guesses[:, 0] + spread[0] * predict(watcher, test_scaled)[:, 0]
print(f"{count_parameters(watcher):,} parameters")
print(f"LSTM: {np.abs(guess - test_later).mean():.2f} °F off")
# --8<-- [end:weather]

# --8<-- [start:writing]
set_seed(0)
writer = Writer(len(characters))
pieces, following = cut_pieces(text, length=64, count=60 * 64, seed=0)
list(train(writer, pieces, following, name_loss, epochs=1, learning_rate=0.01))
print(f"{count_parameters(writer):,} parameters, {pieces.size:,} characters read")
print(f"{nats(writer, test_text):.2f} nats a character")
# --8<-- [end:writing]

# --8<-- [start:sample]
random = np.random.default_rng(0)
start = encode("MACBETH\n", characters)
written = write(writer_weights(writer), start, 200, temperature=0.7, random=random)
print("MACBETH\n" + decode(written, characters))
# --8<-- [end:sample]
