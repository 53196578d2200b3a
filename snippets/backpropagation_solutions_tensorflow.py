"""Solutions to the exercises on backpropagation in TensorFlow."""

import numpy as np
import tensorflow as tf

from lessons.backpropagation.tensorflow import mean_loss, to_batches, to_parameters
from snippets.backpropagation_digits_numpy import answers, arrays, batches
from snippets.backpropagation_tensorflow import device, losses, pixels, targets

# --8<-- [start:forgotten]
forgetful, piled = to_parameters(arrays, device), []
piles = [tf.zeros_like(parameter) for parameter in forgetful]
for batch in to_batches(batches, device):
    with tf.GradientTape() as tape:
        loss = mean_loss(forgetful, *batch)
    found = tape.gradient(loss, forgetful)
    piles = [pile + gradient for pile, gradient in zip(piles, found)]  # never emptied
    for parameter, pile in zip(forgetful, piles):
        parameter.assign_sub(0.1 * pile)
    piled.append(loss.numpy().item())
for step in (0, 24, 49, 99):
    print(f"step {step}: loss {piled[step]:.3f} instead of {losses[step]:.3f}")
# --8<-- [end:forgotten]

# --8<-- [start:forward]
random = np.random.default_rng(1)
direction = [random.normal(size=array.shape) for array in arrays]
weights = to_parameters(arrays, device)
with tf.autodiff.ForwardAccumulator(
    weights, [tf.constant(array) for array in direction]
) as forwards:
    loss = mean_loss(weights, pixels, targets)
products = sum((a * d).sum() for a, d in zip(answers, direction))
print(f"forwards {forwards.jvp(loss).numpy():.6f}, backwards {products:.6f}")
# --8<-- [end:forward]
