"""Solutions of the lesson on why now that need no framework."""

from lessons.revolution.numpy import growth, roof, step_cost, years
from snippets.revolution_numpy import sizes

# --8<-- [start:wait]
for doubling in (24, 18):
    faster = growth(months=12 * 5, doubling_months=doubling)
    print(f"chips double in {doubling} months: {faster:.1f} times faster in 5 years")
    print(f"  a run of 821 years then takes {years(300_000) / faster:.0f}")
# --8<-- [end:wait]

# --8<-- [start:balance]
for name, peak, bandwidth in (("CPU", 3e11, 3e10), ("GPU", 5e13, 3e12)):
    batch = 1
    while True:
        operations, moved = step_cost(sizes, batch)
        if operations / moved * bandwidth >= peak:
            break
        batch *= 2
    limit = roof(operations / moved, peak, bandwidth)
    print(f"{name}: {peak / bandwidth:.0f} operations a byte, so a batch of {batch}")
    print(f"  and a step takes at least {1e3 * operations / limit:.2f} ms")
# --8<-- [end:balance]
