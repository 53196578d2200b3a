"""Solutions to the exercises on adversarial networks in TensorFlow."""

from lessons.convolutions.tensorflow import to_tensor
from lessons.gan.pictures import describe, measure
from lessons.gan.play_tensorflow import play
from lessons.gan.reader_tensorflow import read
from lessons.gan.tensorflow import discriminator, generate, generator, start
from lessons.tensorflow import count_parameters, set_seed
from snippets.gan_numpy import noise
from snippets.gan_tensorflow import device, features, images, reader

# --8<-- [start:count]
for name, network in (("generator", generator()), ("discriminator", discriminator())):
    parts = [layer for layer in network.layers if count_parameters(layer)]
    print(f"{name}:", *(f"{count_parameters(layer):,}" for layer in parts))
# --8<-- [end:count]

# --8<-- [start:alone]
set_seed(0)
players = [start(generator()), start(discriminator(normalise=False))]
list(play(*players, images, rounds=100))
pictures = generate(players[0], noise, device)
print(
    describe(
        "one by one", measure(*read(reader, to_tensor(pictures, device)), features)
    )
)
# --8<-- [end:alone]
