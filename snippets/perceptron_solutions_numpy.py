"""Solutions to the exercises on the perceptron that need NumPy alone."""

import itertools

import numpy as np

from lessons.perceptron.gates import fires, functions_of_one_unit
from lessons.perceptron.numpy import adaline, perceptron
from snippets.perceptron_numpy import corners, features, points, sides, signs

# --8<-- [start:majority]
triples = np.array(list(itertools.product([0, 1], repeat=3)))
print("at least two:", fires(triples, [1, 1, 1], -1.5))
print("not both:    ", fires(corners, [-1, -1], 1.5))
# --8<-- [end:majority]

# --8<-- [start:adder]
carry = fires(triples, [1, 1, 1], -1.5)
with_carry = np.column_stack([triples, carry])
last_digit = fires(with_carry, [1, 1, 1, -2], -0.5)
print("carry:     ", carry)
print("last digit:", last_digit)
print((2 * carry + last_digit == triples.sum(axis=1)).all())
# --8<-- [end:adder]

# --8<-- [start:three_inputs]
tables = functions_of_one_unit(triples, values=np.arange(-5, 6) / 2)
print(len(tables), "of", 2**8)
# --8<-- [end:three_inputs]

# --8<-- [start:rates]
for rate in (1, 10):
    w, b, mistakes = perceptron(points, sides, learning_rate=rate)
    print(f"rate {rate}: {sum(mistakes)} mistakes, weights {w.round(3)}, bias {b:.0f}")
for rate in (0.001, 0.01, 0.1, 1.0):
    *_, (w, b) = adaline(features, signs, passes=3, learning_rate=rate)
    print(f"rate {rate}: weights up to {abs(w).max():.2g}")
# --8<-- [end:rates]
