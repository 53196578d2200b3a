"""The lesson on backpropagation in NumPy, continued: the engine trains on digits."""

import numpy as np

from lessons.backpropagation.cost import (
    engine_kept_bytes,
    multiplications,
    no_recording,
)
from lessons.backpropagation.engine import Tensor
from lessons.backpropagation.numpy import (
    draw_batches,
    engine_gradients,
    engine_loss,
    engine_train,
    finite_differences,
    initial_parameters,
)
from lessons.data import load_digits

# --8<-- [start:digits]
images, labels, _, _ = load_digits()
arrays = initial_parameters((784, 16, 16, 10), seed=0)
batches = draw_batches(images, labels, steps=100, size=64, seed=0)
first, answers = engine_gradients(arrays, *batches[0])
print(f"{sum(array.size for array in arrays):,} parameters, loss {first:.4f}")
print([gradient.shape for gradient in answers])
# --8<-- [end:digits]

# --8<-- [start:check]
parameters = [Tensor(array) for array in arrays]
last = parameters[-2]  # the weights of the last layer, (16, 10)
nudged = finite_differences(
    lambda: engine_loss(parameters, *batches[0]).data, last.data
)
print("largest difference below 1e-8:", np.abs(nudged - answers[-2]).max() < 1e-8)
# --8<-- [end:check]

# --8<-- [start:train]
ours = list(engine_train(arrays, batches, learning_rate=0.1))
for step in (0, 24, 49, 99):
    print(f"step {step}: loss {ours[step]:.6f}")
# --8<-- [end:train]

# --8<-- [start:count]
for width in (16, 256, 1024):
    forwards, backwards = multiplications((784, width, width, width, 10), batch=1)
    ratio = (forwards + backwards) / forwards
    print(f"width {width}: {forwards:,} forwards, {ratio:.2f} times that with gradient")
# --8<-- [end:count]

# --8<-- [start:inference]
loss = engine_loss(parameters, *batches[0])
print(f"training keeps {engine_kept_bytes(loss):,} bytes")
with no_recording():
    same = engine_loss(parameters, *batches[0])
print(f"inference keeps {engine_kept_bytes(same):,} bytes")
print("same loss:", same.data == loss.data)
try:
    same.backward()
except RuntimeError as error:
    print(error)
# --8<-- [end:inference]
