"""The lesson on training in NumPy, from top to bottom: what both readers run."""

import numpy as np

from lessons.data import load_digits
from lessons.plots import draw_chart, plt
from lessons.training.losses import (
    cross_entropy,
    evaluate,
    mean_squared_error,
    probability_error,
)
from lessons.training.numpy import (
    backward,
    descent_step,
    forward,
    initial_parameters,
    numerical_slope,
    train,
)

# --8<-- [start:data]
images, labels, test_images, test_labels = load_digits()
pixels, test_pixels = images.reshape(-1, 784), test_images.reshape(-1, 784)
train_pixels, train_labels = pixels[:3000], labels[:3000]
held_pixels, held_labels = pixels[3000:], labels[3000:]  # for validation
print(train_pixels.shape, held_pixels.shape, test_pixels.shape)
# --8<-- [end:data]

# --8<-- [start:count]
SIZES = (784, 16, 16, 10)
start = initial_parameters(SIZES, np.random.default_rng(0))
for weights, bias in zip(start[::2], start[1::2], strict=True):
    print(f"{weights.size:6} weights {weights.shape}, {bias.size} biases")
print(f"{sum(parameter.size for parameter in start):,} parameters")
# --8<-- [end:count]

# --8<-- [start:untrained]
scores = forward(start, held_pixels)[1]
loss, share = evaluate(scores, held_labels)
print(f"scores {scores.shape}, loss {loss:.2f}, accuracy {share:.3f}")
print(f"to know nothing: {np.log(10):.2f}")
# --8<-- [end:untrained]

# --8<-- [start:check]
precise = [parameter.astype(np.float64) for parameter in start]
batch = train_pixels[:50].astype(np.float64), train_labels[:50]
entering, scores = forward(precise, batch[0])
gradients = backward(precise, entering, cross_entropy(scores, batch[1])[1])
for index, place in ((0, (406, 3)), (1, 5), (2, (3, 2)), (4, (9, 9)), (5, 8)):
    slope = numerical_slope(
        lambda: cross_entropy(forward(precise, batch[0])[1], batch[1])[0],
        precise[index],
        place,
    )
    print(f"{gradients[index][place]:9.6f} {slope:9.6f}")
# --8<-- [end:check]

# --8<-- [start:loop]
parameters = [parameter.copy() for parameter in start]
step = descent_step(parameters, learning_rate=0.1)
random = np.random.default_rng(1)
numpy_losses = list(train(step, train_pixels, train_labels, random, epochs=10))
by_epoch = np.reshape(numpy_losses, (10, 60)).mean(axis=1)
print("loss by epoch:", by_epoch.round(3))
loss, share = evaluate(forward(parameters, held_pixels)[1], held_labels)
print(f"validation: loss {loss:.3f}, accuracy {share:.3f}")
# --8<-- [end:loop]

# --8<-- [start:slopes]
raised = np.linspace(-8, 8, 81)  # the score of the right class; the other scores are 0
scores = np.zeros((81, 10))
scores[:, 0] = raised
right = np.zeros(81, dtype=int)
figure, axis = draw_chart(height=2.6)
for loss_function in (cross_entropy, mean_squared_error, probability_error):
    slopes = np.abs(loss_function(scores, right)[1][:, 0]) * 81
    axis.plot(raised, slopes, label=loss_function.__name__)
    print(f"{loss_function.__name__}: {slopes[0]:.4f}")
axis.set(xlabel="score of the right class", ylabel="size of its slope", yscale="log")
axis.legend(frameon=False)
plt.show()
# --8<-- [end:slopes]

# --8<-- [start:silent]
parameters = [parameter.copy() for parameter in start]
step = descent_step(parameters, learning_rate=3.0)
random = np.random.default_rng(1)
losses = list(train(step, train_pixels, train_labels, random, epochs=2))
entering, scores = forward(parameters, held_pixels)
alive = (entering[2] > 0).any(axis=0).sum()
print(f"last loss {losses[-1]:.2f}, {len(set(scores.argmax(axis=1)))} class ever named")
print(f"{alive} of 16 units of the second layer answer to any digit")
# --8<-- [end:silent]

# --8<-- [start:loud]
parameters = [parameter.copy() for parameter in start]
step = descent_step(parameters, learning_rate=30.0, loss_function=mean_squared_error)
try:
    list(train(step, train_pixels, train_labels, np.random.default_rng(1), epochs=2))
except FloatingPointError as error:
    print(error)
# --8<-- [end:loud]
