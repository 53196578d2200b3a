"""The lesson on the perceptron in NumPy, from top to bottom: what both readers run."""

import numpy as np

from lessons.data import load_digits
from lessons.perceptron.gates import fires, functions_of_one_unit, search, xor_network
from lessons.perceptron.numpy import (
    adaline,
    closed_form,
    gradient_descent,
    load_cars,
    logistic,
    most_mistakes,
    perceptron,
    separable_points,
    sigmoid,
)
from lessons.perceptron.softmax import softmax, softmax_regression
from lessons.plots import draw_images, plt

# --8<-- [start:line]
cars, fuel, cylinders = load_cars()
inputs = (cars - cars.mean(axis=0)) / cars.std(axis=0)  # each column: mean 0, spread 1
exact = np.append(*closed_form(inputs, fuel))  # two weights, then the bias
slope, start, losses = gradient_descent(inputs, fuel, steps=100, learning_rate=0.3)
stepwise = np.append(slope, start)
print(f"at once:      {exact.round(6)}")
print(f"in 100 steps: {stepwise.round(6)}")
print(f"equal to 1e-6: {np.allclose(stepwise, exact, rtol=0, atol=1e-6)}")
print(f"loss: {losses[0]:.1f} at first, {losses[-1]:.2f} at last")
# --8<-- [end:line]

# --8<-- [start:line_units]
tonne, year = exact[:2] / cars.std(axis=0)
print(f"100 kg more: {0.1 * tonne:+.2f} litres; a year later: {year:+.2f} litres")
# --8<-- [end:line_units]

# --8<-- [start:zero_or_one]
images, labels, test_images, test_labels = load_digits()
pixels, test_pixels = (array.reshape(-1, 784) for array in (images, test_images))
chosen, test_chosen = labels < 2, test_labels < 2  # only the digits 0 and 1
signs = 2 * labels[chosen] - 1  # -1 for a 0, and 1 for a 1
neuron, threshold, mistakes = perceptron(pixels[chosen], signs)
print(f"{len(signs)} digits; mistakes in each pass: {mistakes}")
right = (test_pixels[test_chosen] @ neuron + threshold > 0) == test_labels[test_chosen]
print(f"{right.sum()} of {len(right)} test digits named rightly")
# --8<-- [end:zero_or_one]

# --8<-- [start:bound]
print(f"mistakes: {sum(mistakes)}")
print(f"bound:    {most_mistakes(pixels[chosen], signs, neuron, threshold):,.0f}")
# --8<-- [end:bound]

# --8<-- [start:bounds]
random = np.random.default_rng(0)
for gap in (0.3, 0.1, 0.03, 0.01):
    points, sides, normal, offset = separable_points(random, 200, 2, gap)
    total = sum(perceptron(points, sides)[2])
    bound = most_mistakes(points, sides, normal, offset)
    print(f"gap {gap}: {total} mistakes, at most {bound:,.0f}")
# --8<-- [end:bounds]

# --8<-- [start:three_rules]
order = np.random.default_rng(0).permutation(len(inputs))
features = inputs[order]
large = cylinders[order] > 4  # what the neuron is to tell from mass and year
signs = np.where(large, 1, -1)
for passes in range(16, 21):
    w, b, _ = perceptron(features, signs, passes)
    share = ((features @ w + b > 0) == large).mean()
    print(f"perceptron after pass {passes}: {share:.1%}")
for w, b in adaline(features, signs, passes=20, learning_rate=0.001):
    share = ((features @ w + b > 0) == large).mean()
print(f"ADALINE after pass 20: {share:.1%}")
w, b = logistic(features, large.astype(float), steps=1000, learning_rate=1.0)
share = ((features @ w + b > 0) == large).mean()
print(f"logistic neuron after step 1000: {share:.1%}")
# --8<-- [end:three_rules]

# --8<-- [start:sure]
near, far = sigmoid(features @ w + b)[[np.abs(features @ w + b).argmin(), 0]]
print(f"a car near the line: {near:.2f}, another one: {far:.2f}")
# --8<-- [end:sure]

# --8<-- [start:two_classes]
scores = np.array([[0.0, 2.0], [0.0, -1.0]])
print(softmax(scores)[:, 1].round(3), sigmoid(scores[:, 1]).round(3))
# --8<-- [end:two_classes]

# --8<-- [start:digits]
mean = pixels.mean(axis=0)
centred, test_centred = pixels - mean, test_pixels - mean
settings = {"steps": 200, "learning_rate": 0.8, "penalty": 0.01}
ten, offsets, losses = softmax_regression(centred, labels, 10, **settings)
share = ((test_centred @ ten + offsets).argmax(axis=1) == test_labels).mean()
print(f"loss {losses[-1]:.3f}, test accuracy {share:.2f}")
# --8<-- [end:digits]

# --8<-- [start:sklearn]
from sklearn.linear_model import LogisticRegression

strength = 1 / (settings["penalty"] * len(centred))
theirs = LogisticRegression(C=strength, max_iter=1000).fit(centred, labels)
print(f"scikit-learn: test accuracy {theirs.score(test_centred, test_labels):.2f}")
draw_images(ten.T.reshape(10, 28, 28), range(10), columns=5, signed=True)
plt.show()
# --8<-- [end:sklearn]

# --8<-- [start:gates]
corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
print("AND", fires(corners, [1, 1], -1.5))
print("OR ", fires(corners, [1, 1], -0.5))
print("NOT", fires(np.array([[0], [1]]), [-1], 0.5))
print("A and not B", fires(corners, [1, -1], -0.5))
# --8<-- [end:gates]

# --8<-- [start:search]
xor = np.array([0, 1, 1, 0])
tried, right = search(corners, xor, values=np.linspace(-2, 2, 41))
print(f"{tried:,} units tried; the best gets {right} of 4 right")
tables = functions_of_one_unit(corners, values=np.arange(-3, 4) / 2)
print(f"{len(tables)} of 16 functions; XOR among them: {tuple(xor) in tables}")
# --8<-- [end:search]

# --8<-- [start:xor_network]
print("XOR", xor_network(corners))
# --8<-- [end:xor_network]
