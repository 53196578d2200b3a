"""The lesson on convolutions in PyTorch, from top to bottom."""

import numpy as np
import torch
from torch import nn

from lessons.convolutions.lenet_torch import lenet5, lenet5_today
from lessons.convolutions.numpy import (
    confusion_matrix,
    convolution_layer,
    max_pool,
    shift,
)
from lessons.convolutions.torch import (
    accuracy,
    dense_network,
    digit_network,
    predict,
    to_tensor,
    train,
)
from lessons.plots import draw_images, plt
from lessons.torch import choose_device, count_parameters, set_seed
from snippets.convolutions_numpy import (
    digit,
    test_images,
    test_labels,
    train_images,
    train_labels,
)

# --8<-- [start:dense]
set_seed(0)
device = choose_device()
images = to_tensor(train_images, device)  # (4000, 1, 28, 28)
labels = torch.from_numpy(train_labels).to(device)
dense = dense_network().to(device)
losses = list(train(dense, images, labels, epochs=8))
print(f"{count_parameters(dense):,} parameters")
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last")
# --8<-- [end:dense]

# --8<-- [start:dense_shifted]
for pixels in range(5):
    moved = shift(test_images, down=0, right=pixels)
    print(f"moved by {pixels}: {accuracy(dense, moved, test_labels, device):.3f}")
# --8<-- [end:dense_shifted]

# --8<-- [start:layer]
layer = nn.Conv2d(1, 16, kernel_size=5, padding=2)
kernels, bias = (weight.detach().numpy() for weight in layer.parameters())
ours = convolution_layer(test_images[:8, np.newaxis], kernels, bias, padding=2)
theirs = layer(to_tensor(test_images[:8], "cpu")).detach().numpy()
print(kernels.shape, theirs.shape)
print(np.allclose(ours, theirs, atol=1e-5))
# --8<-- [end:layer]

# --8<-- [start:pool]
theirs = nn.functional.max_pool2d(torch.from_numpy(ours), 2).numpy()
print(theirs.shape, np.array_equal(max_pool(ours), theirs))
# --8<-- [end:pool]

# --8<-- [start:digits]
set_seed(0)
network = digit_network().to(device, memory_format=torch.channels_last)  # faster
losses = list(train(network, images, labels, epochs=8))
print(f"{count_parameters(network):,} parameters")
print(f"loss: {losses[0]:.2f} in the first epoch, {losses[-1]:.3f} in the last")
print(f"test accuracy: {accuracy(network, test_images, test_labels, device):.3f}")
# --8<-- [end:digits]

# --8<-- [start:digits_shifted]
for pixels in range(5):
    moved = shift(test_images, down=0, right=pixels)
    print(f"moved by {pixels}: {accuracy(network, moved, test_labels, device):.3f}")
# --8<-- [end:digits_shifted]

# --8<-- [start:filters]
draw_images(network[0].weight[:, 0].detach().cpu().numpy(), signed=True)
maps = network[0](to_tensor(digit[np.newaxis], device)).relu()[0]  # (16, 28, 28)
draw_images(maps.detach().cpu().numpy())
plt.show()
# --8<-- [end:filters]

# --8<-- [start:confusion]
predictions = predict(network, to_tensor(test_images, device))
counts = confusion_matrix(test_labels, predictions)
print(counts.sum(), "digits,", counts.trace(), "of them right")
# --8<-- [end:confusion]

# --8<-- [start:lenet]
codes = torch.ones(10, 84)  # any +1 and -1 will do for a count
print(f"1998:  {count_parameters(lenet5(codes)):,}, and {codes.numel()} fixed")
print(f"today: {count_parameters(lenet5_today()):,}")
# --8<-- [end:lenet]
