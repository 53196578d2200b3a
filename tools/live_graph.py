"""The graph demo's files: its still picture, and PyTorch's numbers for the same graph."""

import json
import math
from pathlib import Path

import numpy as np

INK, QUIET, RULE, PAPER = "#202728", "#556062", "#ddd8ca", "#f4f1e8"  # those of the light scheme
ABOVE, BELOW = "#54278f", "#b35806"
RATE, STEPS = 0.1, 500


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file that is computed."""
    layout = read_layout(root)
    return {
        root / "docs" / "live" / "graph.svg": draw(layout),
        root / "tests" / "live" / "graph.json": dump(golden(layout)),
    }


def read_layout(root: Path) -> dict:
    """Return what docs/live/graph_layout.js exports: JSON between its first and last brace."""
    text = (root / "docs" / "live" / "graph_layout.js").read_text(encoding="utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def compute(inputs: dict) -> tuple[dict, dict]:
    """Return every node's value and gradient by PyTorch, in float64."""
    import torch

    nodes = {
        name: torch.tensor(float(value), dtype=torch.float64, requires_grad=True)
        for name, value in inputs.items()
    }
    nodes["product"] = nodes["w"] * nodes["x"]
    nodes["total"] = nodes["product"] + nodes["b"]
    nodes["output"] = torch.tanh(nodes["total"])
    nodes["error"] = nodes["output"] - nodes["y"]
    nodes["loss"] = nodes["error"] ** 2
    gradients = torch.autograd.grad(nodes["loss"], list(nodes.values()))
    values = {name: node.item() for name, node in nodes.items()}
    return values, {name: found.item() for name, found in zip(nodes, gradients, strict=True)}


def golden(layout: dict) -> dict:
    """Return cases of inputs with all values and gradients, and one descent of 500 steps."""
    random = np.random.RandomState(0)  # the same numbers in every version of NumPy
    drawn = random.uniform(-3, 3, (16, 4)).round(2).tolist()
    corners = [[0.0] * 4, [3.0] * 4, [-3.0, 3.0, -3.0, 3.0], list(layout["start"].values())]
    cases = []
    for numbers in corners + drawn:
        inputs = dict(zip(layout["start"], numbers, strict=True))
        values, gradients = compute(inputs)
        cases.append({"inputs": inputs, "values": values, "gradients": gradients})
    return {"cases": cases, "descent": descent(layout["start"])}


def descent(inputs: dict) -> list[dict]:
    """Return w, b and the loss after every fiftieth step against the gradient."""
    inputs, path = dict(inputs), []
    for step in range(STEPS + 1):
        values, gradients = compute(inputs)
        if step % 50 == 0:
            path.append({"step": step, **{name: values[name] for name in ("w", "b", "loss")}})
        for name in ("w", "b"):
            inputs[name] -= RATE * gradients[name]
    return path


def dump(found: dict) -> str:
    """Return the cases as JSON, one on a line, so that a change can be read."""
    parts = [
        f' "{name}": [\n' + ",\n".join(f"  {json.dumps(case)}" for case in group) + "\n ]"
        for name, group in found.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def draw(layout: dict) -> str:
    """Return the still picture: the wide graph, a value and a gradient on each edge."""
    (width, height), places = layout["wide"]["size"], layout["wide"]["nodes"]
    values, gradients = compute(layout["start"])
    radius, signs = layout["radius"], {name: name for name in layout["start"]}
    edges = [(name, node["name"]) for node in layout["graph"] for name in node["from"]]
    signs |= {node["name"]: node["sign"] for node in layout["graph"]}
    lines = []
    for name, target in [*edges, ("loss", "end")]:
        ends = places[name], places[target], radius + 2, 0 if target == "end" else radius + 2
        lines += arrow(*ends, 3, ABOVE, "") + arrow(*ends, -3, BELOW, ' stroke-dasharray="4 3"')
        caption = "loss " if name == "loss" else ""
        lines.append(number(*ends, 1, ABOVE, values[name], caption))
        lines.append(number(*ends, -1, BELOW, gradients[name]))
    for name, sign in signs.items():
        x, y = places[name]
        look = f'fill="{PAPER}" stroke="{QUIET if name in layout["start"] else RULE}"'
        style = ' font-style="italic"' if name in layout["start"] else ""
        lines.append(f'<circle cx="{x}" cy="{y}" r="{radius}" {look}/>')
        lines.append(text(x, y + 5, "middle", INK, sign, style))
    style = 'font-family="sans-serif" font-size="14"'
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    return f'{start}width="{width}" height="{height}" {style}>\n' + "\n".join(lines) + "\n</svg>\n"


def direction(start, end) -> tuple[float, float, float]:
    """Return the unit vector from one place to another, and how far it is."""
    length = math.dist(start, end)
    return (end[0] - start[0]) / length, (end[1] - start[1]) / length, length


def arrow(start, end, before, after, aside, colour, dash) -> list[str]:
    """Draw a line beside the straight way, with a head at its end, or at its start if aside < 0."""
    x, y, _ = direction(start, end)
    a = start[0] + x * before + y * aside, start[1] + y * before - x * aside
    b = end[0] - x * after + y * aside, end[1] - y * after - x * aside
    tip, (x, y) = (b, (x, y)) if aside > 0 else (a, (-x, -y))
    corners = [tip, *((tip[0] - 7 * x + s * y, tip[1] - 7 * y - s * x) for s in (3.5, -3.5))]
    path = "M" + "L".join(f"{p[0]:.1f} {p[1]:.1f}" for p in corners) + "z"
    line = f'<path d="M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}" stroke="{colour}"{dash}/>'
    return [line, f'<path d="{path}" fill="{colour}"/>']


def number(start, end, before, after, which, colour, value, caption="") -> str:
    """Write a value (which = 1) or a gradient (which = -1) beside its edge, as the demo does."""
    x, y, length = direction(start, end)
    along = (length + before - after) / 2
    middle = start[0] + x * along, start[1] + y * along
    shown = caption + f"{value + 0.0:.2f}".replace("-", "−")
    right, above = (y > 0.01) - (y < -0.01), x * which > 0.01
    if not right:
        return text(middle[0], middle[1] + (-10 if above else 21), "middle", colour, shown)
    right *= which
    down = 5 if abs(x) < 0.01 else -5 if above else 16
    anchor = "start" if right > 0 else "end"
    return text(middle[0] + 10 * right, middle[1] + down, anchor, colour, shown)


def text(x, y, anchor, colour, words, style="") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}"{style}>{words}</text>'
