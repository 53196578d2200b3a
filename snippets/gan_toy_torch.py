"""The toy of the lesson on adversarial networks in PyTorch."""

import numpy as np

from lessons.gan.numpy import discriminator_gradient, generator_gradient, value
from lessons.gan.toy_torch import toy_discriminator, toy_gradients, train_toy
from lessons.torch import set_seed
from snippets.gan_numpy import best, fake, points, real, width

# --8<-- [start:free]
set_seed(0)
answers = train_toy(toy_discriminator(), points, real, fake)
seen = real + fake > 0.02  # where a point is ever drawn
print(f"value reached: {value(real, fake, answers, width):.3f}")
print(f"largest difference: {abs(answers - best)[seen].max():.2f}")
# --8<-- [end:free]

# --8<-- [start:gradients]
random = np.random.default_rng(0)
weights, player = random.standard_normal(3), np.array([-1.0, 1.0])
some, draws = random.standard_normal((2, 64))
theirs = toy_gradients(weights, player, some, draws)
ours = (
    discriminator_gradient(weights, some, player[0] + player[1] * draws),
    generator_gradient(weights, *player, draws),
)
print(all(np.allclose(a, b, atol=1e-12) for a, b in zip(ours, theirs, strict=True)))
# --8<-- [end:gradients]
