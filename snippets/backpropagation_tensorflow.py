"""The lesson on backpropagation in TensorFlow, from top to bottom."""

import numpy as np
import tensorflow as tf

from lessons.backpropagation.numpy import initial_parameters
from lessons.backpropagation.tensorflow import (
    derivative,
    gradients,
    kept_bytes,
    mean_loss,
    seconds,
    tanh_of_sine,
    to_batches,
    to_parameters,
    train,
)
from snippets.backpropagation_digits_numpy import answers, arrays, batches, ours
from snippets.backpropagation_numpy import inputs

# --8<-- [start:graph]
w, x, b = (tf.Variable(inputs[name]) for name in "wxb")
with tf.GradientTape() as tape:
    loss = (tf.tanh(w * x + b) - inputs["y"]) ** 2
# The tape is private; a graph of the same computation shows what lies on it.
with tf.Graph().as_default() as graph:
    (tf.tanh(tf.constant(-1.0) * 1.5 + 0.5) - 1.0) ** 2
names = [operation.type for operation in graph.get_operations()]
print(" ".join(name for name in reversed(names) if name != "Const"))
found = tape.gradient(loss, [w, x, b])
print("gradients", *(f"{gradient:.4f}" for gradient in found))
# --8<-- [end:graph]

# --8<-- [start:twice]
try:
    tape.gradient(loss, w)
except RuntimeError as error:
    print(str(error).split(".")[0])
with tf.GradientTape(persistent=True) as tape:  # keeps its results until it is deleted
    loss = (tf.tanh(w * x + b) - inputs["y"]) ** 2
print(f"asked twice: {tape.gradient(loss, w):.4f} {tape.gradient(loss, w):.4f}")
# --8<-- [end:twice]

# --8<-- [start:higher]
here, slope = tf.constant(0.5, dtype=tf.float64), tanh_of_sine
for n in (1, 2, 3, 4):
    slope = derivative(slope)
    print(f"derivative {n}: {slope(here):.6f}")
# --8<-- [end:higher]

# --8<-- [start:gradients]
device = "CPU:0"  # as in PyTorch, whose GPUs cannot all hold float64
tensors = to_parameters(arrays, device)
pixels, targets = to_batches(batches[:1], device)[0]
_, theirs = gradients(tensors, pixels, targets)
largest = max(np.abs(a - b).max() for a, b in zip(answers, theirs))
print(sum(array.size for array in theirs), "gradients")
print("largest difference below 1e-12:", largest < 1e-12)
# --8<-- [end:gradients]

# --8<-- [start:train]
losses = list(train(to_parameters(arrays, device), to_batches(batches, device), 0.1))
for step in (0, 24, 49, 99):
    print(f"step {step}: loss {losses[step]:.6f}")
largest = np.abs(np.subtract(losses, ours)).max()
print("largest difference below 1e-9:", largest < 1e-9)
# --8<-- [end:train]

# --8<-- [start:cost]
for width in (16, 256):
    wide = to_parameters(initial_parameters((784, *[width] * 3, 10), 0), device)
    forwards, both = seconds(wide, pixels, targets)
    print(f"width {width}: the gradient takes {both / forwards:.1f} forward passes")
# --8<-- [end:cost]

# --8<-- [start:inference]
with tf.GradientTape(persistent=True) as tape:
    recorded = mean_loss(tensors, pixels, targets)
unrecorded = mean_loss(tensors, pixels, targets)  # no tape, no record
print(f"training keeps {kept_bytes(tensors, pixels, targets):,} bytes")
found = [tape.gradient(one, tensors[-1]) for one in (recorded, unrecorded)]
print("recorded:", *(gradient is not None for gradient in found))
print("same loss:", recorded.numpy() == unrecorded.numpy())
# --8<-- [end:inference]
