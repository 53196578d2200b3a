"""Solutions to the exercises on depth in TensorFlow."""

import keras

from lessons.depth.numpy import learning_rates
from lessons.depth.tensorflow import accuracy, deep_network, layer_gradients, train
from lessons.tensorflow import set_seed
from snippets.depth_tensorflow import digits, unseen

# --8<-- [start:defaults]
set_seed(0)
network = deep_network("relu", "default")
first, *_, last = layer_gradients(network, *digits)
print(f"gradients: layer 1 {first:.0e}, layer 20 {last:.0e}")
optimizer = keras.optimizers.SGD()
list(train(network, *digits, optimizer, learning_rates(0.03, steps=800)))
print(f"test accuracy: {accuracy(network, *unseen):.3f}")
# --8<-- [end:defaults]
