"""The lesson on why now in PyTorch, from top to bottom."""

import torch

from lessons.depth.torch import deep_network
from lessons.revolution.numpy import roof, step_cost
from lessons.revolution.torch import (
    passes_until,
    product_speed,
    reading_speed,
    step_seconds,
)
from lessons.torch import choose_device, set_seed
from snippets.revolution_numpy import (
    batches,
    sizes,
    test_images,
    test_labels,
    train_images,
    train_labels,
)

# --8<-- [start:machine]
device = choose_device()
peak, bandwidth = product_speed(1024, device=device), reading_speed(device=device)
print(f"product: {peak / 1e9:,.0f} billion operations a second")
print(f"memory:  {bandwidth / 1e9:,.1f} billion bytes a second")
print(f"balance: {peak / bandwidth:.0f} operations a byte")
# --8<-- [end:machine]

# --8<-- [start:steps]
set_seed(0)
for batch in batches:
    operations, moved = step_cost(sizes, batch)
    seconds = step_seconds(sizes, batch, device=device)
    limit = roof(operations / moved, peak, bandwidth)
    print(f"batch {batch:3}: {1e3 * seconds:6.2f} ms", end=", ")
    print(f"{1e6 * seconds / batch:7.1f} µs a digit", end=", ")
    print(f"{operations / seconds / 1e9:6.1f} of {limit / 1e9:6.1f} billion a second")
# --8<-- [end:steps]

# --8<-- [start:precisions]
kinds = ["float64", "float32", "bfloat16"]
for precision in kinds["mps" in str(device) :]:  # Apple's GPUs have no float64
    speed = product_speed(1024, precision, device)
    print(f"{precision:8} {speed / 1e9:7,.0f} billion operations a second")
# --8<-- [end:precisions]

# --8<-- [start:threads]
threads = torch.get_num_threads()
for number in sorted({1, threads}):
    torch.set_num_threads(number)  # of the CPU; a GPU takes no notice
    speed = product_speed(1024)
    print(f"threads {number}: {speed / 1e9:,.0f} billion operations a second")
# --8<-- [end:threads]

# --8<-- [start:recipes]
digits = [torch.from_numpy(each).to(device) for each in (train_images, train_labels)]
unseen = [torch.from_numpy(each).to(device) for each in (test_images, test_labels)]
recipes = (("sigmoid", "xavier", "SGD", 1.0), ("relu", "he", "Adam", 0.003))
for activation, scheme, kind, rate in recipes:
    set_seed(0)
    network = deep_network(activation, scheme, depth=5, width=64).to(device)
    optimizer = getattr(torch.optim, kind)(network.parameters())
    passes = passes_until(0.9, network, optimizer, rate, digits, unseen)
    print(f"{activation}, {scheme}, {kind}: passes {passes}")
# --8<-- [end:recipes]
