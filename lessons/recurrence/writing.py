"""How a text is cut into pieces to learn from, and how characters are drawn in turn."""

import numpy as np

from lessons.recurrence.numpy import lstm_step


# --8<-- [start:pieces]
def cut_pieces(numbers, length, count, seed):
    """Return `count` random pieces of a text, (count, length), and each one step on."""
    if not 0 < length < len(numbers):
        raise ValueError(
            f"pieces of {length} + 1 numbers do not fit into a text of {len(numbers)}; "
            "take a length that is at least 1 and shorter than the text"
        )
    random = np.random.RandomState(seed)  # the same in every version of NumPy
    starts = random.randint(0, len(numbers) - length, size=(count, 1))
    places = starts + np.arange(length)
    return numbers[places], numbers[places + 1]


# --8<-- [end:pieces]


# --8<-- [start:softmax]
def softmax(scores, temperature=1.0):
    """Return chances from scores (…, n); the lower the temperature, the sharper."""
    scores = scores.astype(np.float64) / temperature
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))  # none overflows
    return powers / powers.sum(axis=-1, keepdims=True)


# --8<-- [end:softmax]


# --8<-- [start:write]
def write(weights, start, length, temperature, random, stop=None):
    """Return the numbers that a writer adds to those of `start`, step by step.

    Ends after `length` numbers, or before the number `stop`. Raises ValueError for an
    empty start or a temperature that is not above 0.
    """
    if len(start) == 0 or not temperature > 0:
        given = f"{len(start)} numbers to start from, temperature {temperature}"
        raise ValueError(f"{given}; give at least one, and a temperature above 0")
    embedding, lstm, to_scores, bias = weights
    states = np.zeros((2, 1, len(to_scores)))
    for number in start:
        states = lstm_step(embedding[[number]], *states, *lstm)
    written = []
    while len(written) < length:
        chances = softmax(states[0][0] @ to_scores + bias, temperature)
        number = int(random.choice(len(chances), p=chances))
        if number == stop:
            break
        written.append(number)
        states = lstm_step(embedding[[number]], *states, *lstm)
    return written


# --8<-- [end:write]
