"""Solutions to the exercises on transfer that need NumPy alone."""

import numpy as np

from lessons.transfer.numpy import move

# --8<-- [start:turn]
picture = np.random.default_rng(0).random((9, 9, 3))
still = {"flip": 0, "zoom": 1, "down": 0, "right": 0, "degrees": 0}
print(np.allclose(move(picture, **still), picture))
print(np.allclose(move(picture, **still | {"flip": 1}), picture[:, ::-1]))
print(np.allclose(move(picture, **still | {"degrees": 90}), np.rot90(picture, -1)))
# --8<-- [end:turn]
