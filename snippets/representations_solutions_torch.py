"""Solutions to the exercises on representations in PyTorch."""

from lessons.convolutions.numpy import shift
from lessons.representations.features import oriented_gradients
from lessons.representations.measures import probe_score
from lessons.representations.torch import activations
from snippets.representations_torch import (
    deeper,
    digit_network,
    images,
    labels,
    test_images,
    test_labels,
)

# --8<-- [start:moved]
for pixels in (0, 1, 2, 3):
    moved = shift(test_images, 0, pixels)
    pairs = {
        "pixels": (images.reshape(-1, 784), moved.reshape(-1, 784)),
        "gradients": (oriented_gradients(images), oriented_gradients(moved)),
        "hidden 3": [activations(digit_network, some)[-2] for some in (images, moved)],
        "conv": [activations(deeper, some)[-2] for some in (images, moved)],
    }
    scores = [
        f"{name} {probe_score(seen, labels, asked, test_labels):.3f}"
        for name, (seen, asked) in pairs.items()
    ]
    print(f"moved by {pixels}: {', '.join(scores)}")
# --8<-- [end:moved]
