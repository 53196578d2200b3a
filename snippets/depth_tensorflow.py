"""The lesson on depth in TensorFlow, from top to bottom."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from lessons.depth.layers_numpy import BatchNorm
from lessons.depth.numpy import activate, learning_rates
from lessons.depth.optimizers_numpy import softmax_gradient
from lessons.depth.tensorflow import (
    accuracy,
    deep_network,
    dense,
    follow,
    layer_gradients,
    train,
)
from lessons.tensorflow import choose_device, count_parameters, set_seed
from snippets.depth_numpy import (
    images,
    labels,
    paths,
    planned,
    rates,
    sums,
    test_images,
    test_labels,
    train_images,
    train_labels,
    weights,
)

# --8<-- [start:start]
set_seed(0)
with tf.device(choose_device()):
    digits = [tf.constant(each) for each in (train_images, train_labels)]
    unseen = [tf.constant(each) for each in (test_images, test_labels)]
network = deep_network("sigmoid", 0.01)
optimizer = keras.optimizers.SGD()
losses = list(train(network, *digits, optimizer, learning_rates(0.03, steps=800)))
print(f"{count_parameters(network):,} parameters")
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
print(f"test accuracy: {accuracy(network, *unseen):.3f}")
# --8<-- [end:start]

# --8<-- [start:gelu]
z = np.linspace(-4, 4, 81)
exact, tangent = (
    keras.activations.gelu(tf.constant(z), approximate=how).numpy()
    for how in (False, True)
)
print(np.allclose(activate(z, "gelu")[0], exact))
print(f"tanh form: at most {np.abs(tangent - exact).max():.0e} away")
# --8<-- [end:gelu]

# --8<-- [start:gradients]
set_seed(0)
for activation, scheme in (("sigmoid", 0.01), ("sigmoid", "xavier"), ("relu", "he")):
    network = deep_network(activation, scheme)
    sizes = layer_gradients(network, *digits)
    print(f"{activation}, {scheme}: layer 1 {sizes[0]:.0e}, layer 20 {sizes[-1]:.0e}")
# --8<-- [end:gradients]

# --8<-- [start:he]
set_seed(0)
for scheme in ("xavier", "he", "default"):
    layer = dense(1000, 1000, scheme)
    layer.build((None, 1000))
    variance = layer.kernel.numpy().var()
    print(f"{scheme}: variance of a weight, times inputs: {1000 * variance:.2f}")
network = deep_network("relu", "he")
optimizer = keras.optimizers.SGD()
losses = list(train(network, *digits, optimizer, learning_rates(0.03, steps=800)))
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
print(f"test accuracy: {accuracy(network, *unseen):.3f}")
# --8<-- [end:he]

# --8<-- [start:optimizers]
one, two = np.float64(0.9), np.float64(0.999)  # Keras rounds Python's to float32
for name, kind, settings in (
    ("SGD", keras.optimizers.SGD, {}),
    ("momentum, Keras", keras.optimizers.SGD, {"momentum": one}),
    ("RMSProp, Keras", keras.optimizers.RMSprop, {}),
    ("Adam, Keras", keras.optimizers.Adam, {"beta_1": one, "beta_2": two}),
):
    theirs = follow(
        kind,
        lambda at, step: softmax_gradient(at, images[step], labels[step]),
        weights,
        rates,
        **settings,
    )
    gap = np.abs(paths[name] - theirs).max()
    print(f"{name}: equal in {len(theirs) - 1} steps: {gap < 1e-12}")
# --8<-- [end:optimizers]

# --8<-- [start:norm]
layer = layers.BatchNormalization()
ours = BatchNorm(32, keep=0.99, epsilon=1e-3, unbiased=False)
theirs = layer(tf.constant(sums, tf.float32), training=True).numpy()
print(np.allclose(ours(sums, training=True), theirs, atol=1e-5))
print(np.allclose(ours.variance, layer.moving_variance, atol=1e-4))
# --8<-- [end:norm]

# --8<-- [start:decay]
for kind in (keras.optimizers.Adam, keras.optimizers.AdamW):
    weight = keras.Variable([10.0])
    optimizer = kind(learning_rate=0.01, weight_decay=0.5)
    optimizer.apply([tf.constant([1.0])], [weight])
    print(f"{kind.__name__}: from 10 to {weight.numpy()[0]:.2f}")
# --8<-- [end:decay]

# --8<-- [start:final]
set_seed(0)
network = deep_network("relu", "he")
optimizer = keras.optimizers.Adam()
losses = list(train(network, *digits, optimizer, planned))
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
print(f"test accuracy: {accuracy(network, *unseen):.3f}")
# --8<-- [end:final]
