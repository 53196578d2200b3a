"""Solutions to the exercises on architectures in TensorFlow."""

import keras

from lessons.imagenet.classic_tensorflow import alexnet
from lessons.imagenet.counting_tensorflow import count_by_stage, totals
from lessons.imagenet.residual_tensorflow import resnet18, resnet50
from lessons.imagenet.tensorflow import accuracy, small_network, train
from lessons.tensorflow import set_seed
from snippets.imagenet_tensorflow import (
    classes,
    pictures,
    test_classes,
    test_pictures,
)

# --8<-- [start:resolution]
for build in (alexnet, resnet18):
    parameters, work = totals(count_by_stage(build, 291))
    print(f"{build.__name__:8} {parameters:10,} parameters, {work / 1e9:.2f} G")
# --8<-- [end:resolution]

# --8<-- [start:late]
parameters, work = totals(count_by_stage(resnet50, 224, late=True))
print(f"{parameters:,} parameters, {work / 1e9:.2f} G")
# --8<-- [end:late]

# --8<-- [start:bare]
set_seed(0)
bare = small_network(8, residual=False, norm=False)
optimizer = keras.optimizers.Adam()
losses = list(train(bare, optimizer, pictures, classes))
right = accuracy(bare, test_pictures, test_classes)
print(f"loss {losses[0]:.2f}, then {losses[-1]:.2f}; test {right:.3f}")
# --8<-- [end:bare]
