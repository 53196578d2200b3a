"""Solutions to the exercises on adversarial networks in PyTorch."""

from lessons.convolutions.torch import to_tensor
from lessons.gan.pictures import describe, measure
from lessons.gan.play_torch import play
from lessons.gan.reader_torch import read
from lessons.gan.torch import discriminator, generate, generator, start
from lessons.torch import count_parameters, set_seed
from snippets.gan_numpy import noise
from snippets.gan_torch import device, features, images, reader

# --8<-- [start:count]
for name, network in (("generator", generator()), ("discriminator", discriminator())):
    parts = [layer for layer in network if count_parameters(layer)]
    print(f"{name}:", *(f"{count_parameters(layer):,}" for layer in parts))
# --8<-- [end:count]

# --8<-- [start:alone]
set_seed(0)
players = [start(generator()), start(discriminator(normalise=False))]
players = [player.to(device) for player in players]
list(play(*players, images, rounds=100))
pictures = generate(players[0], noise, device)
print(
    describe(
        "one by one", measure(*read(reader, to_tensor(pictures, device)), features)
    )
)
# --8<-- [end:alone]
