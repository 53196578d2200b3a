"""The lesson on backpropagation in NumPy: a chain, a graph, and the engine."""

import numpy as np

from lessons.backpropagation.engine import Tensor, ancestors, tanh, total
from lessons.backpropagation.numpy import by_hand

# isort: split
# --8<-- [start:chain]
import sympy

x, u = sympy.symbols("x u")
f, g = sympy.Function("f"), sympy.Function("g")
f1, f2, f3, f4 = (sympy.Subs(f(u).diff(u, n), u, g(x)) for n in (1, 2, 3, 4))
g1, g2, g3, g4 = (g(x).diff(x, n) for n in (1, 2, 3, 4))
formulas = [
    f1 * g1,
    f2 * g1**2 + f1 * g2,
    f3 * g1**3 + 3 * f2 * g1 * g2 + f1 * g3,
    f4 * g1**4 + 6 * f3 * g1**2 * g2 + f2 * (3 * g2**2 + 4 * g1 * g3) + f1 * g4,
]
for n, formula in enumerate(formulas, start=1):
    difference = f(g(x)).diff(x, n) - formula
    print(f"derivative {n} is right: {difference.doit().expand() == 0}")
# --8<-- [end:chain]

# --8<-- [start:values]
for n in (1, 2, 3, 4):
    slope = sympy.tanh(sympy.sin(x)).diff(x, n)
    operations = sympy.count_ops(slope)
    print(f"derivative {n}: {slope.subs(x, 0.5):.6f}, by {operations} operations")
# --8<-- [end:values]

# --8<-- [start:graph]
inputs = {"w": -1.0, "x": 1.5, "b": 0.5, "y": 1.0}
loss, blame = by_hand(**inputs)
print(f"loss {loss:.4f}")
for name in inputs:
    print(f"gradient by {name}: {blame[name]:.4f}")
# --8<-- [end:graph]

# --8<-- [start:nudge]
for name in inputs:
    more, less = (
        by_hand(**inputs | {name: inputs[name] + nudge})[0] for nudge in (1e-5, -1e-5)
    )
    print(f"gradient by {name}, nudged: {(more - less) / 2e-5:.4f}")
# --8<-- [end:nudge]

# --8<-- [start:engine]
w, x, b = (Tensor(inputs[name]) for name in "wxb")
loss = (tanh(w * x + b) - inputs["y"]) ** 2
loss.backward()
for name, tensor in zip("wxb", (w, x, b)):
    print(f"gradient by {name}: {tensor.gradient:.4f}")
# --8<-- [end:engine]

# --8<-- [start:shapes]
matrix, row = Tensor(np.ones((4, 3))), Tensor(np.zeros(3))
total(matrix + row).backward()
print("one row, added to four:", row.gradient)
try:
    matrix + np.zeros(4)
except ValueError as error:
    print(error)
# --8<-- [end:shapes]

# --8<-- [start:thousands]
start = Tensor(1.0)
end = start
for _ in range(10_000):
    end = end * 0.5 + end * 0.5001
end.backward()
print(f"{len(ancestors(end)):,} tensors")
print(f"gradient {start.gradient:.4f}, by formula {1.0001**10_000:.4f}")
# --8<-- [end:thousands]

# --8<-- [start:steps]
for step in (0.1, 0.01, 0.001, 1e-12):
    more, less = (by_hand(**inputs | {"w": -1.0 + s})[0] for s in (step, -step))
    error = abs((more - less) / (2 * step) - blame["w"])
    print(f"a step of {step} misses by {'more' if error > 1e-6 else 'less'} than 1e-6")
# --8<-- [end:steps]
