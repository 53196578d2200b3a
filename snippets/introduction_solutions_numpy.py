"""Solutions to the exercises of the introduction that need NumPy alone."""

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
from snippets.introduction_numpy import (
    all_images,
    all_labels,
    held_images,
    held_labels,
)

# --8<-- [start:four_or_nine]
some, expected = pick(all_images, all_labels, 4, 9)
held, held_answers = pick(held_images, held_labels, 4, 9)


def top_ink(pictures):
    """Return the share of ink in rows 5 to 7: the roof that closes a 9."""
    return pictures[:, 5:8].sum(axis=(1, 2)) / pictures.sum(axis=(1, 2))


tries = (ink, symmetry, ink_on_the_left, ink_in_the_middle, enclosed, top_ink)
for measure in tries:
    rule = best_threshold(measure(some), expected)
    right = score(decide(measure(some), *rule), expected)
    tested = score(decide(measure(held), *rule), held_answers)
    print(f"{measure.__name__:17} seen: {right:.3f}, held out: {tested:.3f}")
# --8<-- [end:four_or_nine]
