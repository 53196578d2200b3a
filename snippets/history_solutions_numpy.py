"""Solutions to the exercises on history that need NumPy alone."""

import numpy as np

from lessons.history.numpy import exclusive_or, gate
from snippets.history_numpy import a, b, both, none

# --8<-- [start:half_adder]
ones, twos = exclusive_or(a, b), gate(both, none, threshold=2)
for row in zip(a, b, twos, ones):
    print("{} + {} = {}{}".format(*row), "in binary")
# --8<-- [end:half_adder]

# --8<-- [start:functions]
from itertools import product

for lowest in (1, 0):
    computed = set()
    for roles in product(("excites", "inhibits", "absent"), repeat=2):
        signals = list(zip((a, b), roles))
        excitatory = [signal for signal, role in signals if role == "excites"]
        inhibitory = [signal for signal, role in signals if role == "inhibits"]
        wires = [np.array(wire).reshape(-1, 4).T for wire in (excitatory, inhibitory)]
        for threshold in range(lowest, 4):
            computed.add(tuple(gate(*wires, threshold)))
    print(f"thresholds from {lowest}: {len(computed)} functions of 16")
print("XOR among them:", tuple(a ^ b) in computed)
# --8<-- [end:functions]

# --8<-- [start:doubling]
from datetime import date
from math import log2

alexnet, alphago_zero = date(2012, 9, 30), date(2017, 10, 18)
months = (alphago_zero - alexnet).days / 365.25 * 12
for who, growth in (("OpenAI", 300_000), ("Epoch AI", 6.5e20 / 4.7e17)):
    print(f"{who:8} {growth:9,.0f} times: {months / log2(growth):.1f} months")
# --8<-- [end:doubling]
