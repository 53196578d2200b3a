"""The lesson on depth in NumPy, from top to bottom: what both readers run."""

import numpy as np

from lessons.data import load_digits
from lessons.depth.layers_numpy import BatchNorm, dropout
from lessons.depth.numpy import (
    expected_ratio,
    learning_rates,
    measure_ratios,
    measure_signals,
    to_vectors,
)
from lessons.depth.optimizers_numpy import (
    SGD,
    Adam,
    Momentum,
    RMSProp,
    descend,
    softmax_gradient,
)

# --8<-- [start:data]
train_images, train_labels, test_images, test_labels = load_digits()
small = to_vectors(train_images, 0, 1)
mean, deviation = small.mean(), small.std()
train_images, test_images = (
    to_vectors(each, mean, deviation) for each in (train_images, test_images)
)
print(train_images.shape, test_images.shape)
# --8<-- [end:data]

# --8<-- [start:signals]
for activation, scheme in (("sigmoid", 0.01), ("sigmoid", "xavier"), ("relu", "he")):
    random = np.random.default_rng(0)
    sizes = measure_signals(random, test_images, activation, scheme)
    for name, size in zip(("signals", "gradients"), sizes):
        shown = "  ".join(f"{size[layer - 1]:.0e}" for layer in (1, 5, 10, 15, 20))
        print(f"{activation:8}{scheme:<7} {name:10}{shown}")
# --8<-- [end:signals]

# --8<-- [start:ratios]
random = np.random.default_rng(0)
for activation in ("linear", "relu"):
    for scheme in (0.01, "xavier", "he"):
        measured = measure_ratios(random, [64] * 11, activation, scheme).mean()
        theory = expected_ratio(64, 64, activation, scheme)
        print(f"{activation:7}{scheme:<7}{theory:8.4f}{measured:8.4f}")
# --8<-- [end:ratios]

# --8<-- [start:race]
steepness, start = np.array([1.0, 25.0]), np.array([-9.0, 2.0])
runners = ((SGD(), 0.07), (Momentum(), 0.02), (RMSProp(), 0.1), (Adam(), 0.4))
for optimizer, rate in runners:
    path = descend(optimizer, lambda at, step: steepness * at, start, [rate] * 200)
    heights = (path**2 @ steepness) / 2
    below = np.flatnonzero(heights < 1)[0]
    print(f"{type(optimizer).__name__:9}below 1 after {below} steps")
# --8<-- [end:race]

# --8<-- [start:sequence]
images = train_images[:2000].astype(float).reshape(40, 50, 196)
labels = train_labels[:2000].reshape(40, 50)
weights = np.random.default_rng(0).normal(0, 0.1, (196, 10))
rates = [1 / 128] * 20 + [1 / 512] * 20
paths = {
    name: descend(
        optimizer,
        lambda at, step: softmax_gradient(at, images[step], labels[step]),
        weights,
        rates,
    )
    for name, optimizer in {
        "SGD": SGD(),
        "momentum, PyTorch": Momentum(),
        "momentum, Keras": Momentum(inside=True),
        "RMSProp, PyTorch": RMSProp(),
        "RMSProp, Keras": RMSProp(decay=0.9, epsilon=1e-7, inside=True),
        "Adam, PyTorch": Adam(),
        "Adam, Keras": Adam(epsilon=1e-7, hat=True),
    }.items()
}
for name in ("momentum", "RMSProp", "Adam"):
    gap = np.abs(paths[f"{name}, PyTorch"] - paths[f"{name}, Keras"]).max()
    print(f"{name}: the two definitions end up to {gap:.0e} apart")
# --8<-- [end:sequence]

# --8<-- [start:norm]
sums = np.random.default_rng(0).normal(3, 5, (50, 32))
norm = BatchNorm(32)
standard = norm(sums, training=True)
print(
    f"a feature before: mean {sums[:, 0].mean():.2f}, deviation {sums[:, 0].std():.2f}"
)
print("all features after:", np.allclose(standard.mean(axis=0), 0), end=" ")
print(np.allclose(standard.std(axis=0), 1))
print(f"the running mean has come from 0 to {norm.mean.mean():.2f}")
# --8<-- [end:norm]

# --8<-- [start:dropout]
signal = np.ones(100_000)
dropped = dropout(np.random.default_rng(0), signal, drop=0.2)
print(f"kept {np.mean(dropped > 0):.2f}, each now {dropped.max():.2f}")
print(f"mean {dropped.mean():.2f}")
# --8<-- [end:dropout]

# --8<-- [start:rates]
planned = learning_rates(peak=0.002, steps=800, warm=0.2, cosine=True)
print([round(float(planned[step]), 5) for step in (0, 79, 159, 479, 799)])
# --8<-- [end:rates]
