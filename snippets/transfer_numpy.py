"""The lesson on transfer in NumPy, from top to bottom: what both readers run."""

import numpy as np
from skimage import data

from lessons.plots import draw_images, plt
from lessons.transfer.numpy import change, choose, draw_changes
from lessons.transfer.photographs import fit, load_materials

# --8<-- [start:photographs]
names = "chelsea", "coffee", "astronaut"
photographs = np.stack([fit(getattr(data, name)()) for name in names])
print(photographs.shape)
# --8<-- [end:photographs]

# --8<-- [start:data]
patches, labels, test_patches, test_labels = load_materials()
few = choose(labels, 5, np.random.default_rng(0))
print(patches.shape, test_patches.shape, len(few), "to train on")
# --8<-- [end:data]

# --8<-- [start:change]
draws = draw_changes(np.random.default_rng(1), len(test_patches))
changed = [
    change(patch, {name: draws[name][n] for name in draws})
    for n, patch in enumerate(test_patches)
]
otherwise = np.stack(changed).astype(np.float32)
draw_images(1 - np.concatenate([patches[few], otherwise[::26]])[..., 0], columns=15)
plt.show()
# --8<-- [end:change]

# --8<-- [start:copies]
copies = np.repeat(few, 20)  # each of the 15 places twenty times
fresh = draw_changes(np.random.default_rng(2), len(copies))
print(len(few), "pictures become", len(copies))
# --8<-- [end:copies]
