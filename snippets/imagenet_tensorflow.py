"""The lesson on architectures in TensorFlow, from top to bottom."""

import keras
import tensorflow as tf

from lessons.imagenet.classic_tensorflow import alexnet, vgg16
from lessons.imagenet.counting_tensorflow import count_by_stage, totals
from lessons.imagenet.inception_tensorflow import googlenet
from lessons.imagenet.mobile_tensorflow import efficientnet, mobilenet
from lessons.imagenet.residual_tensorflow import resnet18, resnet50
from lessons.imagenet.tensorflow import (
    accuracy,
    layer_gradients,
    small_network,
    to_tensor,
    train,
)
from lessons.tensorflow import choose_device, count_parameters, set_seed
from snippets.imagenet_numpy import images, labels, test_images, test_labels

# --8<-- [start:alexnet]
counted = count_by_stage(alexnet, 227)
for stage, (parameters, work) in counted.items():
    print(f"{stage:7} {parameters:11,} parameters, {work / 1e6:6.1f} M multiply-adds")
print(f"all     {totals(counted)[0]:11,}             {totals(counted)[1] / 1e6:6.1f} M")
# --8<-- [end:alexnet]

# --8<-- [start:vgg]
counted = count_by_stage(vgg16, 224)
print(f"all:  {totals(counted)[0]:11,} parameters, {totals(counted)[1] / 1e9:.2f} G")
print(f"head: {counted['head'][0]:11,} parameters, {counted['head'][1] / 1e9:.2f} G")
# --8<-- [end:vgg]

# --8<-- [start:googlenet]
counted = count_by_stage(googlenet, 224)
print(f"all:  {totals(counted)[0]:9,} parameters, {totals(counted)[1] / 1e9:.2f} G")
print(f"head: {counted['head'][0]:9,} parameters")
# --8<-- [end:googlenet]

# --8<-- [start:device]
device = choose_device()
pictures, test_pictures = (to_tensor(each, device) for each in (images, test_images))
classes, test_classes = tf.constant(labels), tf.constant(test_labels)
set_seed(0)
plain = small_network(20, residual=False)
residual = small_network(20, residual=True)
print(f"{count_parameters(plain):,} and {count_parameters(residual):,} parameters")
# --8<-- [end:device]

# --8<-- [start:compare]
for name, network in (("plain", plain), ("residual", residual)):
    set_seed(0)
    optimizer = keras.optimizers.Adam()
    losses = list(train(network, optimizer, pictures, classes))
    right = accuracy(network, test_pictures, test_classes)
    print(f"{name:8} loss {losses[0]:.2f}, then {losses[-1]:.2f}; test {right:.3f}")
# --8<-- [end:compare]

# --8<-- [start:gradients]
for residual in (False, True):
    set_seed(0)
    network = small_network(56, residual)
    sizes = layer_gradients(network, pictures[:200], classes[:200])
    spread = max(sizes) / min(sizes)
    kind = "residual" if residual else "plain"
    print(f"{kind:8} first {sizes[0]:.2g}, last {sizes[-1]:.2g}, spread {spread:.0f}")
# --8<-- [end:gradients]

# --8<-- [start:resnets]
for build in (resnet18, resnet50):
    parameters, work = totals(count_by_stage(build, 224))
    print(f"{build.__name__:9} {parameters:10,} parameters, {work / 1e9:5.2f} G")
# --8<-- [end:resnets]

# --8<-- [start:mobile]
for build in (mobilenet, efficientnet):
    parameters, work = totals(count_by_stage(build, 224))
    print(f"{build.__name__:12} {parameters:9,} parameters, {work / 1e9:.3f} G")
# --8<-- [end:mobile]

# --8<-- [start:scaling]
base = work  # of EfficientNet-B0
for change in ({"width": 1.4}, {"depth": 2.0}, {"size": 320}):
    counted = count_by_stage(efficientnet, **{"size": 224, **change})
    parameters, work = totals(counted)
    print(
        f"{change!s:15} {parameters:10,} parameters, {work / base:.2f} times the work"
    )
# --8<-- [end:scaling]
