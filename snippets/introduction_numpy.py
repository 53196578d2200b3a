"""The introduction in NumPy, from top to bottom: what both readers run."""

import numpy as np

from lessons.convolutions.numpy import shift
from lessons.data import load_digits
from lessons.introduction.neuron import learn, probability
from lessons.introduction.numpy import (
    best_threshold,
    decide,
    enclosed,
    ink,
    ink_in_the_middle,
    ink_on_the_left,
    pick,
    score,
    symmetry,
)
from lessons.introduction.tribes import ask_tree, believe, evolve, grow_tree, most_alike
from lessons.plots import draw_images, plt

# --8<-- [start:data]
all_images, all_labels, held_images, held_labels = load_digits()
train_images, train_answers = pick(all_images, all_labels, 0, 1)
test_images, test_answers = pick(held_images, held_labels, 0, 1)
print(len(train_images), "pictures to look at,", len(test_images), "held out")
draw_images(train_images[:16])
plt.show()
# --8<-- [end:data]

# --8<-- [start:first_rule]
feature = ink_in_the_middle(train_images)
threshold, above = best_threshold(feature, train_answers)
print(f"a 1 if the middle is darker than {threshold:.3f}")
print(f"seen:     {score(decide(feature, threshold, above), train_answers):.3f}")
decisions = decide(ink_in_the_middle(test_images), threshold, above)
print(f"held out: {score(decisions, test_answers):.3f}")
# --8<-- [end:first_rule]

# --8<-- [start:four_rules]
images, answers = pick(all_images, all_labels, 3, 8)  # 0 stands for a 3, 1 for an 8
rules = {}
for measure in (ink, symmetry, ink_on_the_left, enclosed):
    feature = measure(images)
    rules[measure] = best_threshold(feature, answers)
    right = score(decide(feature, *rules[measure]), answers)
    print(f"{measure.__name__:16} seen: {right:.3f}")
# --8<-- [end:four_rules]

# --8<-- [start:verdict]
test_images, test_answers = pick(held_images, held_labels, 3, 8)
decisions = decide(enclosed(test_images), *rules[enclosed])
print(f"an 8 if more than {rules[enclosed][0]:.1f} pixels are enclosed")
print(f"held out: {score(decisions, test_answers):.3f}")
# --8<-- [end:verdict]

# --8<-- [start:learned]
weights, bias = learn(images, answers)
seen, asked = images.reshape(-1, 784), test_images.reshape(-1, 784)
print(f"seen:     {score(probability(seen, weights, bias) > 0.5, answers):.3f}")
print(f"held out: {score(probability(asked, weights, bias) > 0.5, test_answers):.3f}")
draw_images([weights.reshape(28, 28)], signed=True, size=2)
plt.show()
# --8<-- [end:learned]

# --8<-- [start:examples]
for count in (10, 30, 100, 300, 800):
    few, expected = images[:count], answers[:count]
    rule = best_threshold(enclosed(few), expected)
    by_hand = score(decide(enclosed(test_images), *rule), test_answers)
    weights, bias = learn(few, expected)
    learned = score(probability(asked, weights, bias) > 0.5, test_answers)
    print(f"{count:3} examples: by hand {by_hand:.3f}, learned {learned:.3f}")
# --8<-- [end:examples]

# --8<-- [start:tribes]
tree = grow_tree(seen > 0.5, answers, depth=6)
evolved = evolve(seen, answers)
counted, start = believe(seen > 0.5, answers)
verdicts = {
    "symbolist": np.array([ask_tree(tree, picture) for picture in asked > 0.5]),
    "evolutionary": asked @ evolved > 0,
    "Bayesian": (asked > 0.5) @ counted + start > 0,
    "analogizer": most_alike(seen, answers, asked),
}
for tribe, verdict in verdicts.items():
    print(f"{tribe:12} held out: {score(verdict, test_answers):.3f}")
# --8<-- [end:tribes]

# --8<-- [start:world]
moved = shift(test_images, down=0, right=3)
inverted = 1 - test_images
for name, changed in (("moved by 3", moved), ("inverted", inverted)):
    decisions = decide(enclosed(changed), *rules[enclosed])
    print(f"{name:10} rule by hand: {score(decisions, test_answers):.3f}")
# --8<-- [end:world]
