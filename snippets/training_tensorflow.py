"""The lesson on training in TensorFlow, from top to bottom."""

import keras
import numpy as np

from lessons.tensorflow import count_parameters, set_seed
from lessons.training.checkpoint import train_resumably
from lessons.training.losses import evaluate
from lessons.training.numpy import train
from lessons.training.stopping import train_watched
from lessons.training.tensorflow import (
    class_loss,
    compute_scores,
    dense_network,
    fit,
    get_parameters,
    gradient_descent,
    pack_state,
    set_parameters,
    softmax_squared_loss,
    squared_loss,
    training_step,
    unpack_state,
)
from snippets.training_numpy import (
    SIZES,
    held_labels,
    held_pixels,
    numpy_losses,
    start,
    test_labels,
    test_pixels,
    train_labels,
    train_pixels,
)

# --8<-- [start:agree]
network = dense_network(SIZES)
set_parameters(network, start)
step = training_step(network, gradient_descent(network, learning_rate=0.1))
random = np.random.default_rng(1)
losses = list(train(step, train_pixels, train_labels, random, epochs=10))
print(f"{count_parameters(network):,} parameters, {len(losses)} steps")
apart = np.max(np.abs(np.divide(losses, numpy_losses) - 1)[:60])
print("the first epoch's losses equal NumPy's:", apart < 1e-4)
# --8<-- [end:agree]

# --8<-- [start:fit]
other = dense_network(SIZES)
set_parameters(other, start)
optimizer = gradient_descent(other, learning_rate=0.1)
random = np.random.default_rng(1)
losses = list(fit(other, optimizer, train_pixels, train_labels, random, epochs=1))
apart = np.max(np.abs(np.divide(losses, numpy_losses[:60]) - 1))
print("the first epoch's losses equal NumPy's:", apart < 1e-4)
# --8<-- [end:fit]

# --8<-- [start:losses]
for loss_function, learning_rate in (
    (class_loss, 0.1),
    (squared_loss, 0.3),
    (softmax_squared_loss, 3.0),
):
    set_seed(0)
    tried = dense_network(SIZES)
    optimizer = gradient_descent(tried, learning_rate)
    step = training_step(tried, optimizer, loss_function)
    random = np.random.default_rng(0)
    list(train(step, train_pixels, train_labels, random, epochs=4))
    share = evaluate(compute_scores(tried, held_pixels), held_labels)[1]
    print(f"{loss_function.__name__}: accuracy {share:.3f}")
# --8<-- [end:losses]

# --8<-- [start:rates]
best = 0
for learning_rate in (0.001, 0.01, 0.1, 0.3, 3.0):
    set_seed(0)
    tried = dense_network(SIZES)
    step = training_step(tried, gradient_descent(tried, learning_rate))
    random = np.random.default_rng(0)
    losses = list(train(step, train_pixels, train_labels, random, epochs=4))
    share = evaluate(compute_scores(tried, held_pixels), held_labels)[1]
    print(f"{learning_rate:5}: loss {np.mean(losses[-60:]):.2f}, accuracy {share:.3f}")
    if share > best:
        best, chosen = share, tried
# --8<-- [end:rates]

# --8<-- [start:test]
share = evaluate(compute_scores(chosen, test_pixels), test_labels)[1]
print(f"validation {best:.3f}, test {share:.3f}")
# --8<-- [end:test]

# --8<-- [start:overfit]
few = train_pixels[:200], train_labels[:200]
set_seed(0)
large = dense_network((784, 64, 64, 10))
step = training_step(large, gradient_descent(large, learning_rate=0.1))
random = np.random.default_rng(0)
for epochs in (20, 130):
    losses = list(train(step, *few, random, epochs))
    seen = evaluate(compute_scores(large, few[0]), few[1])
    held = evaluate(compute_scores(large, held_pixels), held_labels)
    print(f"training: loss {seen[0]:.3f}, accuracy {seen[1]:.3f}")
    print(f"validation: loss {held[0]:.3f}, accuracy {held[1]:.3f}")
# --8<-- [end:overfit]

# --8<-- [start:stop]
set_seed(0)
large = dense_network((784, 64, 64, 10))
step = training_step(large, gradient_descent(large, learning_rate=0.1))
random = np.random.default_rng(0)
held_losses, best = train_watched(
    train_epoch=lambda: list(train(step, *few, random, epochs=1)),
    validate=lambda: evaluate(compute_scores(large, held_pixels), held_labels)[0],
    keep=lambda: get_parameters(large),
    epochs=150,
    patience=10,
)
set_parameters(large, best)
held = evaluate(compute_scores(large, held_pixels), held_labels)
print(f"stopped after {len(held_losses)} epochs, back to {np.argmin(held_losses) + 1}")
print(f"validation: loss {held[0]:.3f}, accuracy {held[1]:.3f}")
# --8<-- [end:stop]

# --8<-- [start:save]
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())
chosen.save_weights(folder / "digits.weights.h5")
loaded = dense_network(SIZES)
loaded.load_weights(folder / "digits.weights.h5")
same = compute_scores(loaded, test_pixels) == compute_scores(chosen, test_pixels)
print(np.all(same))
# --8<-- [end:save]

# --8<-- [start:resume]
from functools import partial

ends = []
for name, visits in (("whole", (4,)), ("broken", (2, 4))):
    for epochs in visits:  # each visit starts from nothing, as a new process does
        set_seed(0)
        resumed = dense_network(SIZES)
        optimizer = keras.optimizers.Adam(0.002)
        step = training_step(resumed, optimizer)
        pack = partial(pack_state, resumed, optimizer)
        unpack = partial(unpack_state, resumed, optimizer)
        random = np.random.default_rng(0)
        data = train_pixels, train_labels
        path = folder / f"{name}.checkpoint"
        losses = train_resumably(path, step, pack, unpack, data, random, epochs)
        print(name, np.round(list(losses), 3))
    ends.append(get_parameters(resumed))
print("the same bits:", all(map(np.array_equal, *ends)))
# --8<-- [end:resume]
