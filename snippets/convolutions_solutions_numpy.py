"""Solutions to the exercises on convolutions that need NumPy alone."""

import numpy as np

from lessons.convolutions.numpy import cross_correlate, shift
from snippets.convolutions_numpy import digit

# --8<-- [start:move]
mover = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0]])
moved = cross_correlate(digit, mover)
print(np.array_equal(moved, shift(digit, down=0, right=1)[1:-1, 1:-1]))
blur = np.full((3, 3), 1 / 9)
print(f"variance {digit.var():.3f}, blurred {cross_correlate(digit, blur).var():.3f}")
# --8<-- [end:move]
