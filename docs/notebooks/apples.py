# %% [markdown]
# # Apples: four methods, and what they were looking at
#
# A leaf has brown spots. Is it scab, black rot or rust, and does it take a deep network to say so?
# Four methods get the same photographs of apple leaves, a fair choice of settings and the same clock.
# The best is right on 98 photographs in 100, and the colours of eight pixels at the edges, mostly
# paper, are right on 72. So the leaves are cut out of the photographs, and one question is left:
# how much of the score was the leaf's?
#
# You will be able to
#
# - keep photographs of one leaf on one side of a split, and say what it changes
# - compare methods fairly: tuning for each, intervals over leaves, growing numbers of photographs
# - find out what a background gives away, and whether a saliency map means anything
#
# Read before: [convolutions](../convolutions.md) and [the training loop](../training.md). Time: 25
# minutes.

# %% [markdown]
# ## The photographs
#
# PlantVillage [1] shows leaves that were picked, laid on paper and photographed, many of them
# several times, turned a little in between. This study uses 250 photographs of each of four
# conditions of apple leaves, 128 pixels wide. A list of which photographs show one leaf came with
# the collection later. It looks as if it had none for black rot, but it has one, under the
# disease's other name: frog-eye spot. The loader reads both.
#
# The study is in PyTorch and scikit-learn. In TensorFlow the same network would learn the same, as
# [convolutions](../convolutions.md) shows, and the questions here are about data and judgement.

# %%
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from lessons.apples import background, charts, own, tables
from lessons.apples.calibration import fit_temperature
from lessons.apples.data import load_leaves
from lessons.apples.features import leaf_masks
from lessons.apples.methods import Method, all_methods, grid
from lessons.apples.metrics import (
    accuracy,
    balanced_accuracy,
    calibration_error,
    interval,
    log_loss,
    mean_interval,
    paired,
)
from lessons.apples.networks import randomised
from lessons.apples.pretrained import deep_features
from lessons.apples.saliency import saliency, share_on
from lessons.apples.splits import split
from lessons.apples.study import Study, at_an_end, conduct, of
from lessons.plots import draw_images
from lessons.saliency import rank_correlation

leaves = load_leaves()
for label, name in enumerate(leaves.classes):
    own_leaves = leaves.groups[leaves.labels == label]
    count = len(np.unique(own_leaves))
    print(f"{len(own_leaves)} photographs of {count:>3} leaves  {name}")


def show(found, name, sign=""):
    """Print a value with its 95 % interval, then what it is."""
    value, low, high = (f"{number:{sign}.3f}" for number in found)
    print(f"{value} ({low} to {high})  {name}")


# %% [markdown]
# ## A split by leaf
#
# Two photographs of one leaf are nearly one photograph. If one is trained on and the other tested,
# the test rewards memory. So whole leaves are dealt into five parts, each with nearly the same
# number of photographs of every condition. Part 0 is for tuning and is never tested. The other four
# are tested in turn, each by models that were trained on the remaining three, from another seed.
# After four runs every leaf outside part 0 has been tested once, by models that never saw it.

# %%
study = Study(leaves)
print("leaves to train on, to tune on, to test")
for run in range(study.runs()):
    train, tune, test = (
        set(leaves.groups[positions]) for positions in split(study.parts, run)
    )
    assert not train & tune and not train & test and not tune & test
    print(f"{len(train):5} {len(tune):4} {len(test):4}  run {run}")

# %% [markdown]
# ## Four methods
#
# - *Boosting on pixels*. Gradient boosting [2] adds small trees, each fitted to the mistakes of the
#   sum so far; scikit-learn's version bins every feature first, which makes it quick [3]. Here
#   its features are the 768 numbers of a photograph of 16 × 16 coloured pixels.
# - *Boosting on features*. The same trees on 73 numbers that somebody thought of: colours of the
#   leaf, grey-level statistics [4], local binary patterns [5]. A leaf is told from paper by being
#   greener, so these numbers never see the background.
# - *CNN from scratch*. Four convolutions on 64 × 64 pixels, mirrored and turned while it trains.
#   Boosting gets each photograph once, and small: its time grows with every number and every copy.
# - *Transfer*. EfficientNet-Lite0 [6] with its ImageNet weights, frozen; a linear classifier on top.
#
# Each chooses its settings on the same leaves of part 0, by *log-loss* (the mean of $-\log$ of the
# probability given to the right class), in run 0. None has fewer settings to try than the CNN; the
# lines below say how many, and how many seconds all of them took. A best value at the end of its
# range would ask for a longer range: a better one may lie beyond. Of the values that were varied,
# none of the best lies there. For transfer one of the choices is *where* to read the network: at
# its end, where the original classifier sits, or in the middle, where maps are still fine enough to
# see a spot. Boosting's seed draws the features that a split may use; transfer has nothing random,
# and only its leaves change.

# %%
methods = all_methods()
chosen, fits = conduct(study, methods)
assert min(len(method.settings) for method in methods) == len(methods[2].settings)
assert not any(at_an_end(method, chosen[method.name]) for method in methods)

# %% [markdown]
# ## The result on unseen leaves
#
# A score on some 800 photographs is an estimate. How much would it move with other leaves? The
# bootstrap [7] answers by drawing leaves with replacement, as many as there are, and scoring again,
# 2,000 times; the middle 95 % of those scores is the interval. The unit must be the leaf:
# photographs of one leaf tend to be right or wrong together, and counting them as separate evidence
# makes intervals too narrow. What this does not show is how much the score moves with other
# photographs to *train* on; the four runs side by side give an impression of that.

# %%
final = {method.name: study.tested(of(fits, method.name)) for method in methods}
bars = {}
for name, (answers, labels, groups) in final.items():
    bars[name] = interval(accuracy, groups, answers, labels)
    balanced = interval(balanced_accuracy, groups, answers, labels)
    runs = [
        (fit.answers.argmax(1) == leaves.labels[fit.positions]).mean()
        for fit in of(fits, name)
    ]
    show(bars[name], f"{name}, accuracy")
    show(balanced, f"{name}, balanced accuracy")
    print(f"{min(runs):.3f} to {max(runs):.3f}          {name}, the four runs")
assert bars["transfer"][0] >= 0.96

# %% alt="Four accuracies with intervals. Transfer is highest, boosting on pixels lowest." caption="Accuracy on unseen leaves, four runs together; the bars are 95 % intervals over leaves."
charts.draw_intervals(bars, "accuracy on unseen leaves")
plt.show()

# %% [markdown]
# Two intervals that overlap can still belong to different methods, because both were tested on the
# same leaves. A difference has an interval of its own, from the same drawn leaves for both.

# %%
_, labels, groups = final["transfer"]
for first, second in zip(list(final)[1:], final):
    pair = paired(accuracy, groups, final[first][0], final[second][0], labels)
    show(pair, f"{first} over {second}", "+")
gain = paired(
    accuracy, groups, final["transfer"][0], final["boosting on features"][0], labels
)
show(gain, "transfer over boosting on features", "+")
assert gain[1] > 0

# %% [markdown]
# ## How many photographs
#
# All of the above used about 150 photographs of each condition. With fewer, leaf after leaf is
# taken away, and every method is trained again, in all four runs.

# %% alt="Accuracy against the number of photographs trained on, four lines that rise from 40 to 600 photographs. Transfer is highest throughout." caption="Accuracy on unseen leaves against photographs trained on, of all conditions together, with 95 % intervals."
growth = {method.name: charts.steps(study, fits, method.name) for method in methods}
charts.draw_growth(growth, 0, "photographs trained on")
plt.show()

# %%
for name, table in growth.items():
    for row in table:
        show(row[2:], f"{name}, {row[0]:.0f} photographs")
assert all(table[-1, 2] > table[0, 2] for table in growth.values())

# %% [markdown]
# ## How much time
#
# A clock starts when the photographs lie in memory: making features counts, for the photographs
# trained on, and so does sending them through a frozen network. Tuning is left out, as its seconds
# stand above. Each point is the median of four runs; inputs are made once, and loading the
# pretrained weights is part of that. The CNN is never given fewer than 200 steps, so few
# photographs do not make it quick.

# %% alt="Accuracy against seconds of training on a logarithmic scale, four lines. Transfer is the highest at every time. The CNN's line rises steeply, as few photographs do not make it quick. Both boosting lines rise slowly, that on pixels below that on features." caption="Accuracy on unseen leaves against seconds of training, from 40 photographs to 600."
charts.draw_growth(growth, 1, "seconds of training")
plt.show()

# %%
print("seconds for", *(f"{number:.0f}" for number in table[:, 0]), "photographs")
for name, table in growth.items():
    print(*(f"{seconds:.2f}" for seconds in table[:, 1]), f" {name}")

# %% [markdown]
# ## When boosting wins
#
# On these photographs: where? First at equal numbers of photographs, against the CNN, which has no
# pretrained network to lean on either. Then at equal seconds, whoever has the best score by then.

# %%
print("boosting over the CNN, both trained on")
for each in (10, 25, 50, None):
    trees, network = (
        study.tested(of(fits, name, each))[0]
        for name in ("boosting on features", "CNN from scratch")
    )
    lead = paired(accuracy, groups, trees, network, labels)
    show(lead, f"{each} photographs a class" if each else "all photographs", "+")
for budget in (0.5, 1, 2, 4, 8, 16):
    rows = {name: table[table[:, 1] <= budget] for name, table in growth.items()}
    best = {
        name: max(own, key=lambda row: row[2]) for name, own in rows.items() if len(own)
    }
    if best:
        first = max(best, key=lambda name: best[name][2])
        show(best[first][2:], f"in {budget} s: {first}")
    else:
        print(f"in {budget} s: nobody")

# %% [markdown]
# Then on its own ground, a table. The 73 numbers stay, the photographs are gone, and the rival is
# the plainest: logistic regression, a straight line between classes, tuned on the same leaves. The
# table comes in three states: as it was made; with every column on another scale, each number $z$,
# counted in standard deviations, replaced by $e^{2z}$; and with six numbers in ten missing. Trees
# ask only whether a number is above a threshold, and send a missing one where it did least harm
# in training. The line needs columns that are scaled and full, so each is standardised, and a
# hole filled with its column's mean.

# %%
numbers = study.inputs["boosting on features"]
states = {
    "as made": numbers,
    "other scales": tables.rescaled(numbers),
    "six in ten missing": tables.with_holes(numbers, 0.6),
}
line = Method("line", None, tables.fit_line, grid(strength=(0.01, 0.1, 1, 10)))
duel = tables.compare(study, (methods[1], line), states)
for state in states:
    trees, straight = duel[state, "boosting on features"], duel[state, "line"]
    for name, given in (("boosting", trees), ("line", straight)):
        show(interval(accuracy, groups, given, labels), f"{state}: {name}")
    lead = paired(accuracy, groups, trees, straight, labels)
    show(lead, f"{state}: boosting over the line", "+")
    if state == "other scales":
        assert lead[1] > 0

# %% [markdown]
# On these photographs, nowhere. At no number of them was boosting ahead of the CNN, and at no time
# was it in front: at every number of photographs, transfer was better than either, and quicker than
# boosting on features. Nor was it the trees that made the hand-made numbers good: on the table as
# it was made, the line did at least as well.
#
# Trees win where the distances between a column's numbers mislead. They see only the order, which
# $e^{2z}$ keeps; the line sees the distances, which it spoils. With holes, the interval of the
# difference includes zero: these data do not say. Numbers whose distances mean little are common in
# tables outside of photographs, and there trees lead deep networks, too: on 45 data sets of about
# ten thousand rows they were ahead, even before their speed was counted [14].

# %% [markdown]
# ## The background
#
# Every photograph has paper around the leaf. If conditions were photographed on different days, in
# different light, a model may learn the light. The first test is as crude as can be: eight pixels,
# from the corners and the middles of the edges, are all that is shown. On the whole collection, 38
# pairs of plant and condition, eight pixels of background were right 49 % of the time [8].

# %%
pixels_alone = own.answers_from_background(study)
alone = interval(accuracy, groups, pixels_alone, labels)
show(alone, "eight pixels at the edges; chance is 0.25")
masks = leaf_masks(leaves.photographs)
reached = background.eight_pixels(255 * np.repeat(masks[..., None], 3, 3)).any(axis=1)
for label, name in enumerate(leaves.classes):
    share = reached[leaves.labels == label].mean()
    print(f"{share:.0%}  of {name}: the leaf is in one of the eight")
assert alone[1] > 0.25

# %% [markdown]
# Eight pixels should know nothing of a disease. But in half of the photographs of scab the leaf
# reaches one of them, and seldom in the others: part of this score is the leaf's, and part is how
# the photographs were framed. The second test asks how much a method that is good *uses* of this.
# Each photograph is painted grey in two ways: over all but the leaf, or over the leaf, with
# everything between its tips and a margin, so that no brown edge looks out. Transfer is trained on
# each kind and tested on every kind. What stays in a background is paper, light, shadow, and
# roughly the leaf's size.

# %%
photographs = leaves.photographs
transfer = methods[-1]
views = {
    "whole": study.inputs[transfer.name],
    "leaf": deep_features(background.without_background(photographs, masks)),
    "background": deep_features(background.without_leaf(photographs, masks)),
}
answers = background.across(study, transfer, chosen[transfer.name], views)
crossed = {}
for (trained, tested), given in answers.items():
    crossed[f"{trained} → {tested}"] = interval(accuracy, groups, given, labels)
    show(crossed[f"{trained} → {tested}"], f"trained on {trained}, tested on {tested}")
crossed["eight pixels"] = interval(accuracy, groups, pixels_alone, labels)
assert (
    crossed["background → background"][1] > 0.25
    and crossed["whole → background"][1] > 0.25
)
assert crossed["leaf → leaf"][1] > 0.8

# %% alt="Ten accuracies with intervals, all combinations of training and testing on whole photographs, leaves alone and backgrounds alone, and eight pixels. Trained and tested on leaves alone, on backgrounds alone or on whole photographs, the method scores high; every mixture scores lower." caption="Transfer, trained (before the arrow) and tested (after it) on whole photographs, on leaves alone and on backgrounds alone."
charts.draw_intervals(crossed, "accuracy on unseen leaves", chance=0.25)
plt.show()

# %%
whole, leaf = answers["whole", "whole"], answers["leaf", "leaf"]
cost = paired(accuracy, groups, whole, leaf, labels)
show(cost, "what the background is worth to transfer", "+")

# %% [markdown]
# Three lines of the table matter most. Trained and tested on backgrounds: about nine in ten right,
# from paper, light, shadow, and how much of the picture the leaf fills. Trained on whole
# photographs and tested on backgrounds: above chance, so a method that could have used the leaf
# alone did use its surroundings, a shortcut [9], in part. Trained and tested on leaves: a leaf is
# enough for a good score, and this is the score to report. Whoever reports only the first line,
# trained on whole photographs and tested on whole photographs, cannot know which of the two was
# measured. And leaves alone, cut from this collection, are still leaves on paper in its light. In
# an orchard they will not be.
#
# A low score in a mixed line may also mean that a painted photograph is strange to a network that
# never met one. The unmixed lines have no such excuse.
#
# The last line compares whole photographs with leaves alone, each trained and tested on its own
# kind. The interval includes zero: what the background gives away, the leaf says as well. That the
# shortcut was not needed does not mean that it was not taken.
#
# ## What a confidence is worth
#
# A method says 0.9. Is it right nine times in ten? The *calibration error* sorts answers into ten
# bins by confidence and averages the gap between confidence and success. *Temperature scaling*
# [10] divides all scores by one number $T$ before the softmax,
#
# $$p_k = \frac{e^{z_k / T}}{\sum_j e^{z_j / T}},$$
#
# with $z_k$ the score of class $k$ and $T$ fitted, by log-loss, on the leaves of part 0. No answer
# changes, only its confidence.

# %%
softened, before = {}, {}
for name, (answers, labels, groups) in final.items():
    softened[name] = own.soften_runs(study, of(fits, name))
    tuning = leaves.labels[study.parts == 0]
    temperatures = [fit_temperature(fit.tuning, tuning) for fit in of(fits, name)]
    assert (softened[name].argmax(1) == answers.argmax(1)).all()
    print(f"{min(temperatures):.2f} to {max(temperatures):.2f}  {name}, temperatures")
    for title, figure in (
        ("calibration error", calibration_error),
        ("log-loss", log_loss),
    ):
        first = before[name, title] = interval(figure, groups, answers, labels)
        second = interval(figure, groups, softened[name], labels)
        show(first, f"{name}, {title} before")
        show(second, f"{name}, {title} after")

# %% alt="Share of right answers against confidence for boosting on pixels, before and after temperature scaling, and the diagonal that perfect calibration follows." caption="Boosting on pixels: confidence against success, before and after temperature scaling. On the dotted line, a confidence is what it says."
worst = max(final, key=lambda name: before[name, "log-loss"][0])
pair = {"before": final[worst][0], "after temperature scaling": softened[worst]}
charts.draw_reliability(pair, final[worst][1])
plt.show()

# %% [markdown]
# The calibration error has a floor: in bins with few photographs, accuracy differs from confidence
# by chance alone, and the absolute value never lets such gaps cancel. The log-loss has no such
# floor, so both are printed.
#
# Boosting on pixels is too sure of itself: its temperatures are above 1, and both numbers fall. The
# other three were nearly honest to begin with. Their temperatures lie near 1, and scaling gains
# nothing that the intervals could tell from chance. All four chose their settings by log-loss, so
# that alone makes no confidence honest.
#
# ## What the network looked at
#
# A *saliency map* [11] marks the pixels that would change the score of the right class most. For
# each tested photograph it is computed twice: by the trained CNN, and by the same network with new
# random weights, which has looked at nothing. If both maps tell the same story, the story is not
# about learning [12].

# %%
rows, maps = [], []
for fit in of(fits, "CNN from scratch"):
    network, images = fit.predict.network, study.inputs[fit.method][fit.positions]
    small = masks[fit.positions, ::2, ::2]
    learned, drawn = (
        saliency(each, images, leaves.labels[fit.positions])
        for each in (network, randomised(network, seed=100 + fit.run))
    )
    rows.append(
        (share_on(learned, small), share_on(drawn, small), small.mean(axis=(1, 2)))
    )
    rows[-1] += (rank_correlation(learned, drawn),)
    maps.append((learned, drawn, small))
columns = (
    "on the leaf, trained",
    "on the leaf, random",
    "leaf's area",
    "rank correlation",
)
looked = {}
for name, values in zip(columns, np.concatenate(rows, axis=1)):
    looked[name] = mean_interval(values, groups)
    show(looked[name], name)
trained, drawn, area, _ = np.concatenate(rows, axis=1)
for name, values in (("trained", trained), ("random", drawn)):
    show(mean_interval(values - area, groups), f"{name}, beyond the leaf's area", "+")
assert looked["on the leaf, random"][1] > looked["leaf's area"][2]

# %% alt="Three averages over all tested photographs: where the leaf is, a blurred oval in the middle; the saliency of the trained networks, nearly even and strongest in a frame along the edges of the photograph; that of random networks, strongest in the middle. A fine grid lies over both saliencies." caption="Means over all tested photographs: the leaf's place, the saliency of the trained networks, and that of networks with random weights. The grid is the network's own: a convolution of stride 2 touches some pixels more often than others."
means = [np.concatenate(part).mean(axis=0) for part in zip(*maps)]
means = [mean / mean.max() for mean in (means[2], means[0], means[1])]
draw_images(means, ("leaf", "trained", "random"), columns=3, size=2.0)
plt.show()

# %% [markdown]
# A network that has learned nothing puts more of its saliency on the leaf than the leaf's area
# explains. A likely reason: a leaf has edges and veins, paper has none, and gradients follow
# contrast. So a map that lies on the leaf is no evidence that a disease was learned.
#
# Training did change the maps, as the low correlation of their ranks says, but it moved them *off*
# the leaf: the trained networks put no more there than its area alone would give, and they are
# most sensitive in a frame along the edges of the photograph, where mostly paper is. Seen alone, a
# map with more than four tenths of its weight on the leaf looks like reassurance. Beside the random
# network it is a warning. The painted photographs gave one of another network, transfer, with less
# effort.

# %% [markdown]
# ## Often said, not quite so
#
# > "Networks diagnose plant diseases with over 99 % accuracy."
#
# The figure is 99.35 %, on held-out photographs of this collection. On photographs that were taken
# elsewhere, the same paper [13] found just above 31 %.
#
# > "Deep learning needs thousands of pictures."
#
# From scratch it gains from every photograph, as the chart shows, and with ten of each condition it
# was ahead of boosting already. A network that was trained on something else needs fewer still.
#
# > "With little data, use gradient boosting."
#
# With a little *table*. On these photographs it was third and fourth at every number, and on its
# own features a straight line was as good. It won where the columns came on scales that nobody had
# mended.
#
# > "The saliency map shows that the network looks at the right place."
#
# Above, the map of a network with random weights shows it better. Only what differs between the two
# can be due to learning, and here that led away from the leaf.
#
# ## Exercises
#
# **1. Split by photograph.** Deal photographs instead of leaves into the five parts, and score
# transfer and boosting on features again. Which of the two gains more, and why?
#
# **2. The wrong unit.** Bootstrap the accuracy of boosting on features over photographs instead of
# leaves. How much narrower is the interval, and how many leaves' worth of evidence does it pretend?
#
# **3. The end of the network.** Read the pretrained network at its end, where its own classifier
# reads it, and tune it there. What does it lose?
#
# ## Summary
#
# - The unit of a split and of an interval is the leaf, not the photograph.
# - Transfer from the middle of a network did best on unseen leaves, at every number of photographs.
# - Boosting wins on a table whose distances mislead; on these photographs it never led.
# - Eight pixels at the edges beat chance, and a good method used the background: test it alone.
# - A saliency map is worth what it says beyond a network with random weights.
#
# **Read next:** [pneumonia](pneumonia.ipynb) puts the same questions for people instead of leaves. On
# a folder of photographs of your own, `python -m lessons.apples FOLDER` runs this study, but for
# the painted leaves and the table, and writes a report.
#
# ## Solutions
#
# 1: The same leaf on both sides helps whoever can recognise a leaf. Boosting gains the more;
# transfer had little left to gain.

# %%
loose = Study(
    type(leaves)(
        photographs, leaves.labels, np.arange(len(photographs)), leaves.classes
    )
)
loose.inputs, loose.seconds = study.inputs, study.seconds
for method in (methods[1], transfer):
    runs = [loose.fit(method, chosen[method.name], run) for run in range(loose.runs())]
    given, right, units = loose.tested(runs)
    show(interval(accuracy, units, given, right), f"{method.name}, by photograph")
    show(bars[method.name], f"{method.name}, by leaf")

# %% [markdown]
# 2: A width falls with the root of the number of leaves, so the two widths say how many leaves the
# wrong unit pretends.

# %%
answers, labels, groups = final["boosting on features"]
widths = {}
for unit, units in (("photographs", np.arange(len(labels))), ("leaves", groups)):
    found = interval(accuracy, units, answers, labels)
    show(found, f"over {len(np.unique(units))} {unit}")
    print(f"{found[2] - found[1]:.3f}                   width, over {unit}")
    widths[unit] = found[2] - found[1]
count = len(np.unique(groups))
pretended = count * (widths["leaves"] / widths["photographs"]) ** 2
print(f"as if there were {pretended:.0f} leaves, not {count}")

# %% [markdown]
# 3: It loses, also with the strength that is best there. The end of the network was trained to
# ignore what does not change an object's name.

# %%
for layers in ("middle", "end"):
    own_grid = tuple(s for s in transfer.settings if s["layers"] == layers)
    setting, *_ = study.tune(replace(transfer, settings=own_grid))
    runs = [study.fit(transfer, setting, run) for run in range(study.runs())]
    show(interval(accuracy, groups, study.tested(runs)[0], labels), layers)

# %% [markdown]
# ## Sources
#
# 1. D. P. Hughes, M. Salathé, 2015. An open access repository of images on plant health to enable
#    the development of mobile disease diagnostics. [doi:10.48550/arXiv.1511.08060](https://doi.org/10.48550/arXiv.1511.08060)
# 2. J. H. Friedman, 2001. Greedy function approximation: a gradient boosting machine. *Annals of
#    Statistics* 29, 1189–1232. [doi:10.1214/aos/1013203451](https://doi.org/10.1214/aos/1013203451)
# 3. F. Pedregosa et al., 2011. Scikit-learn: machine learning in Python. *Journal of Machine
#    Learning Research* 12, 2825–2830. [doi:10.48550/arXiv.1201.0490](https://doi.org/10.48550/arXiv.1201.0490)
# 4. R. M. Haralick, K. Shanmugam, I. Dinstein, 1973. Textural features for image classification.
#    *IEEE Transactions on Systems, Man, and Cybernetics* SMC-3, 610–621.
#    [doi:10.1109/TSMC.1973.4309314](https://doi.org/10.1109/TSMC.1973.4309314)
# 5. T. Ojala, M. Pietikäinen, T. Mäenpää, 2002. Multiresolution gray-scale and rotation invariant
#    texture classification with local binary patterns. *IEEE Transactions on Pattern Analysis and
#    Machine Intelligence* 24, 971–987.
#    [doi:10.1109/TPAMI.2002.1017623](https://doi.org/10.1109/TPAMI.2002.1017623)
# 6. M. Tan, Q. V. Le, 2019. EfficientNet: rethinking model scaling for convolutional neural
#    networks. ICML. [doi:10.48550/arXiv.1905.11946](https://doi.org/10.48550/arXiv.1905.11946)
# 7. B. Efron, 1979. Bootstrap methods: another look at the jackknife. *Annals of Statistics* 7,
#    1–26. [doi:10.1214/aos/1176344552](https://doi.org/10.1214/aos/1176344552)
# 8. M. A. Noyan, 2022. Uncovering bias in the PlantVillage dataset.
#    [doi:10.48550/arXiv.2206.04374](https://doi.org/10.48550/arXiv.2206.04374)
# 9. R. Geirhos et al., 2020. Shortcut learning in deep neural networks. *Nature Machine
#    Intelligence* 2, 665–673.
#    [doi:10.1038/s42256-020-00257-z](https://doi.org/10.1038/s42256-020-00257-z)
# 10. C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, 2017. On calibration of modern neural networks.
#     ICML. [doi:10.48550/arXiv.1706.04599](https://doi.org/10.48550/arXiv.1706.04599)
# 11. K. Simonyan, A. Vedaldi, A. Zisserman, 2014. Deep inside convolutional networks: visualising
#     image classification models and saliency maps. ICLR workshop.
#     [doi:10.48550/arXiv.1312.6034](https://doi.org/10.48550/arXiv.1312.6034)
# 12. J. Adebayo et al., 2018. Sanity checks for saliency maps. NeurIPS.
#     [doi:10.48550/arXiv.1810.03292](https://doi.org/10.48550/arXiv.1810.03292)
# 13. S. P. Mohanty, D. P. Hughes, M. Salathé, 2016. Using deep learning for image-based plant
#     disease detection. *Frontiers in Plant Science* 7, 1419.
#     [doi:10.3389/fpls.2016.01419](https://doi.org/10.3389/fpls.2016.01419)
# 14. L. Grinsztajn, E. Oyallon, G. Varoquaux, 2022. Why do tree-based models still outperform deep
#     learning on typical tabular data? NeurIPS, datasets and benchmarks.
#     [doi:10.48550/arXiv.2207.08815](https://doi.org/10.48550/arXiv.2207.08815)
