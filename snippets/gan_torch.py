"""The lesson on generative adversarial networks in PyTorch, from top to bottom."""

import numpy as np
import torch
from torch import nn

from lessons.convolutions.torch import to_tensor, train
from lessons.gan.layers import transposed_convolution
from lessons.gan.pictures import (
    describe,
    distance_to_nearest,
    measure,
    walk,
)
from lessons.gan.play_torch import play
from lessons.gan.reader_torch import digit_reader, read
from lessons.gan.torch import discriminator, generate, generator, start
from lessons.plots import draw_images, plt
from lessons.torch import choose_device, count_parameters, set_seed
from snippets.gan_numpy import (
    noise,
    test_images,
    test_labels,
    train_images,
    train_labels,
)

# --8<-- [start:layer]
layer = nn.ConvTranspose2d(3, 2, kernel_size=4, stride=2, padding=1, bias=False)
maps = np.random.default_rng(0).standard_normal((5, 3, 7, 7)).astype(np.float32)
theirs = layer(torch.from_numpy(maps)).detach().numpy()
ours = transposed_convolution(maps, layer.weight.detach().numpy())
print(theirs.shape, np.allclose(ours, theirs, atol=1e-5))
# --8<-- [end:layer]

# --8<-- [start:networks]
set_seed(0)
device = choose_device()
writer, judge = start(generator()).to(device), start(discriminator()).to(device)
print(f"{count_parameters(writer):,} and {count_parameters(judge):,} parameters")
# --8<-- [end:networks]

# --8<-- [start:reader]
images, unseen = to_tensor(train_images, device), to_tensor(test_images, device)
reader = digit_reader().to(device)
labels = torch.from_numpy(train_labels).to(device)
list(train(reader, images, labels, epochs=3, learning_rate=0.003))
features, chances = read(reader, unseen)
print(f"held-out accuracy: {(chances.argmax(axis=1) == test_labels).mean():.3f}")
print(describe("training digits", measure(*read(reader, images), features)))
untrained = to_tensor(generate(writer, noise, device), device)
print(describe("untrained", measure(*read(reader, untrained), features)))
# --8<-- [end:reader]

# --8<-- [start:play]
losses = list(play(writer, judge, images, rounds=200))
print("losses:", *(f"{loss:.1f}" for loss in losses[-1]))
pictures = generate(writer, noise, device)
print(
    describe("after 200", measure(*read(reader, to_tensor(pictures, device)), features))
)
draw_images(pictures[:32], columns=16, size=0.5)
plt.show()
# --8<-- [end:play]

# --8<-- [start:nearest]
for name, some in (("written", pictures), ("held-out", test_images)):
    print(f"{name}: {np.median(distance_to_nearest(some, train_images)):.1f}")
# --8<-- [end:nearest]

# --8<-- [start:collapse]
list(play(writer, judge, images, rounds=100, rates=(0.002, 0.0)))
same = generate(writer, noise, device)
print(
    describe("judge asleep", measure(*read(reader, to_tensor(same, device)), features))
)
draw_images(same[:32], columns=16, size=0.5)
plt.show()
# --8<-- [end:collapse]

# --8<-- [start:cure]
list(play(writer, judge, images, rounds=80))
cured = generate(writer, noise, device)
print(
    describe("judge awake", measure(*read(reader, to_tensor(cured, device)), features))
)
# --8<-- [end:cure]

# --8<-- [start:walk]
path = walk(noise[0], noise[1], steps=12).astype(np.float32)
steps = generate(writer, path, device)
draw_images(steps, columns=12, size=0.6)
plt.show()
# --8<-- [end:walk]
