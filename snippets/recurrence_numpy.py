"""The lesson on recurrence in NumPy, from top to bottom."""

import numpy as np

from lessons.plays import characters_of, encode, load_plays, ngram_nats, split_plays
from lessons.recurrence.names import LANGUAGES, load_surnames, to_bags, to_rows
from lessons.recurrence.numpy import orthogonal, rnn_backward, rnn_step, unroll
from lessons.recurrence.weather import (
    fit_line,
    load_weather,
    split_windows,
    with_one,
)

# --8<-- [start:surnames]
names, languages, test_names, test_languages = load_surnames()
letters = "".join(sorted(set("".join(names + test_names))))
print(f"{len(names)} names to learn from, {len(test_names)} to test on")
print(f"{len(LANGUAGES)} languages, {len(letters)} letters")
print(names[:3], test_names[:3])
# --8<-- [end:surnames]

# --8<-- [start:bags]
from sklearn.linear_model import LogisticRegression

rows, test_rows = to_rows(names, letters), to_rows(test_names, letters)
counts, test_counts = to_bags(rows, letters), to_bags(test_rows, letters)
counting = LogisticRegression(max_iter=1000).fit(counts, languages)
commonest = np.bincount(test_languages).max() / len(test_rows)
print(f"always the commonest language: {commonest:.2f}")
print(f"letters without order: {counting.score(test_counts, test_languages):.2f}")
# --8<-- [end:bags]

# --8<-- [start:steps]
random = np.random.default_rng(0)
W, U, b = random.normal(size=(3, 4)), random.normal(size=(4, 4)) / 2, np.zeros(4)
sequence, start = random.normal(size=(5, 1, 3)), np.zeros((1, 4))
hidden = unroll(rnn_step, sequence, (start,), (W, U, b))
print(hidden.shape)
again = unroll(rnn_step, sequence[3:], (hidden[2],), (W, U, b))
print(np.allclose(again[-1], hidden[-1]))
# --8<-- [end:steps]

# --8<-- [start:gains]
random = np.random.default_rng(1)
quiet, blame = 0.005 * random.normal(size=(16, 64)), random.normal(size=(20, 64))
signals, zeros = random.normal(size=(41, 20, 16)), np.zeros((20, 64))
rotation = orthogonal(64, random)
print("steps back       10       20       40")
for gain in (0.7, 1.0, 1.5):
    weights = quiet, gain * rotation, np.zeros(64)
    hidden = unroll(rnn_step, signals, (zeros,), weights)
    *_, by_step = rnn_backward(signals, hidden, zeros, blame, *weights[:2])
    sizes = np.linalg.norm(by_step, axis=2).mean(axis=1)[::-1]
    print(f"U times {gain:.1f}", *(f"{sizes[k] / sizes[0]:8.1e}" for k in (10, 20, 40)))
# --8<-- [end:gains]

# --8<-- [start:weather]
airports = load_weather()
known, unseen = split_windows(airports)
(windows, later, guesses), (test_windows, test_later, test_guesses) = known, unseen
print(windows.shape, test_windows.shape)
for name, guess in zip(("as now", "as yesterday"), test_guesses.T, strict=True):
    print(f"{name}: {np.abs(guess - test_later).mean():.2f} °F off")
# --8<-- [end:weather]

# --8<-- [start:line]
mean, spread = windows.mean(axis=(0, 1)), windows.std(axis=(0, 1))
scaled, test_scaled = (windows - mean) / spread, (test_windows - mean) / spread
change = later - guesses[:, 0]  # from the last hour that is seen
line = fit_line(scaled, change)
guess = test_guesses[:, 0] + with_one(test_scaled) @ line
print(f"a line: {np.abs(guess - test_later).mean():.2f} °F off")
# --8<-- [end:line]

# --8<-- [start:plays]
learned, held_out = split_plays(load_plays())
characters = characters_of(learned)
text, test_text = encode(learned, characters), encode(held_out, characters)
print(f"{len(text):,} characters to learn from, {len(test_text):,} held out")
for n, nats_each in enumerate(ngram_nats(text, test_text, len(characters)), 1):
    print(f"{n}-grams: {nats_each:.3f} nats a character")
# --8<-- [end:plays]
