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
    for size in (227, 291):
        parameters, work = totals(count_by_stage(build, size))
        print(f"{build.__name__:8} {size}: {parameters:10,} and {work / 1e9:.2f} G")
# --8<-- [end:resolution]

# --8<-- [start:late]
for late in (False, True):
    parameters, work = totals(count_by_stage(resnet50, 224, late=late))
    print(f"late={late!s:5} {parameters:,} parameters, {work / 1e9:.2f} G")
# --8<-- [end:late]

# --8<-- [start:bare]
for norm in (True, False):
    set_seed(0)
    unnormalised = small_network(8, residual=False, norm=norm)
    optimizer = keras.optimizers.Adam()
    losses = list(train(unnormalised, optimizer, pictures, classes))
    right = accuracy(unnormalised, test_pictures, test_classes)
    print(f"norm={norm!s:5} loss {losses[-1]:.2f}, test {right:.3f}")
# --8<-- [end:bare]
