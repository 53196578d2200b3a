"""The lesson on attention in NumPy, from top to bottom: what both readers run."""

import numpy as np

from lessons.attention.numpy import attend, softmax
from lessons.dates import TEXT, load_dates, to_numbers, to_texts

# --8<-- [start:data]
pairs, held_out = load_dates(training=12_000, held_out=1_000)
for text, iso in pairs[:6]:
    print(f"{iso}  {text}")
texts, answers = zip(*held_out)
lengths = np.array([len(text) for text in texts])
different = len(set("".join(texts)))
print(f"{lengths.min()} to {lengths.max()} characters, {different} different ones")
# --8<-- [end:data]

# --8<-- [start:numbers]
numbers = to_numbers(["5 mei 1901", "21 nov 2026"], TEXT)
print(numbers)
print(to_texts(numbers, TEXT))
# --8<-- [end:numbers]

# --8<-- [start:look]
keys = np.array([[4.0, 0.0], [0.0, 4.0], [-4.0, 0.0]])  # three places
values = np.array([[10.0], [20.0], [30.0]])  # what lies there
queries = np.array([[4.0, 0.0], [0.0, 4.0], [0.0, 0.0]])  # three questions
found, shares = attend(queries, keys, values)
print(shares.round(3))
print(found.round(2).ravel())
# --8<-- [end:look]

# --8<-- [start:scale]
random = np.random.default_rng(0)
for features in (4, 64, 1024):
    query = random.normal(size=(1000, 1, features))
    products = (query * random.normal(size=(1000, 10, features))).sum(axis=2)
    plain = softmax(products).max(axis=1).mean()
    scaled = softmax(products / np.sqrt(features)).max(axis=1).mean()
    spread = products.std()
    print(
        f"{features:4}: spread {spread:4.1f}, largest share {plain:.2f} or {scaled:.2f}"
    )
# --8<-- [end:scale]
