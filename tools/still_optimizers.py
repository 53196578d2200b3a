"""The still picture of the race: map, paths and losses, as docs/live/optimizers.js paints them."""

from collections.abc import Callable

import numpy as np

from tools.still_charts import PANEL, QUIET, frame, line, marks, power, svg, text

GOAL = 0.01  # the loss to come below
SIDE = 360  # of the map
LEVELS, CELLS = 14, 60  # contour lines, and the cells of the grid that they are found on
LOOKS = {  # title, colour, mark, dashes
    "sgd": ("SGD", "#b3460f", "circle", ""),
    "momentum": ("Momentum", "#0b62a4", "square", "7 3"),
    "rmsprop": ("RMSProp", "#5b2a86", "triangle", "2 3"),
    "adam": ("Adam", "#3d7a3d", "diamond", "8 3 2 3"),
}
INK, CONTOUR = "#202728", "#8b9293"


def draw(paths: dict[str, np.ndarray], loss: Callable, box: tuple) -> str:
    """Return the picture of paths (steps, 2) that all come below the goal; then the race is over.

    The box is the corner of the map, left and below, and its side.
    """
    losses = {name: loss(*path.T) for name, path in paths.items()}
    homes = {name: int(np.argmax(each < GOAL)) for name, each in losses.items()}
    end = max(homes.values())
    parts = [f'<path d="M0 0h{SIDE}v{SIDE}H0z" fill="{PANEL}"/>', *contours(loss, box)]
    for name, path in paths.items():
        parts += trail(name, [place(box, point) for point in path[: end + 1]])
        x, y = place(box, path[0])
    look = f'fill="none" stroke="{INK}" stroke-width="2"'
    parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" {look}/>')
    losses = {name: each[: end + 1] for name, each in losses.items()}
    return svg(760, SIDE, parts + curves(losses, end) + legend(homes))


def place(box: tuple, point) -> tuple[float, float]:
    """Return a point's place on the map."""
    left, bottom, side = box
    return (point[0] - left) / side * SIDE, SIDE - (point[1] - bottom) / side * SIDE


def contours(loss: Callable, box: tuple) -> list[str]:
    """Draw the contour lines, at the levels of docs/live/optimizers_surfaces.js."""
    from contourpy import contour_generator

    left, bottom, side = box
    steps = np.linspace(0, side, CELLS + 1)
    heights = loss(*np.meshgrid(left + steps, bottom + steps))
    highest = heights[::CELLS, ::CELLS].max()
    found, parts = contour_generator(left + steps, bottom + steps, heights), []
    for n in range(LEVELS):
        lines = found.lines(highest * ((n + 0.5) / LEVELS) ** 3)
        each = [line([place(box, point) for point in one], CONTOUR, 1) for one in lines]
        parts.append(f'<g opacity="{0.75 - 0.4 * n / LEVELS:.2f}">{"".join(each)}</g>')
    return parts


def trail(name: str, points: list) -> list[str]:
    """Draw a path, a mark at each of its first points and a large one at its end."""
    _, colour, shape, dash = LOOKS[name]
    parts = [line(points, colour, 2, dash), marks(points[1:40], shape, 2, colour, colour)]
    return [*parts, marks(points[-1:], shape, 5, colour)]


def curves(losses: dict[str, np.ndarray], end: int) -> list[str]:
    """Draw the losses by step."""
    edges, low, high = (436, 12, 744, 236), -4, 2

    def y(value):
        share = (np.clip(np.log10(value), low, high) - low) / (high - low)
        return edges[3] - share * (edges[3] - edges[1])

    parts = [f'<path d="M388 0h372v262H388z" fill="{PANEL}"/>']
    labels = {n: power(n) for n in range(low, high + 1, 2)}
    parts += frame(
        edges, [(y(10.0**n), each) for n, each in (labels | {low: f"≤ {labels[low]}"}).items()]
    )
    parts.append(line([(edges[0], y(GOAL)), (edges[2], y(GOAL))], INK, 1, "2 2"))
    parts.append(text((edges[0], 254), "0", QUIET, "start", 11))
    parts.append(text((edges[2], 254), f"step {end}", QUIET, "end", 11))
    for name, each in losses.items():
        _, colour, shape, dash = LOOKS[name]
        points = [(edges[0] + k / end * 308, y(value)) for k, value in enumerate(each)]
        parts += [line(points, colour, 1.75, dash), marks(points[-1:], shape, 4, colour)]
    return parts


def legend(homes: dict[str, int]) -> list[str]:
    """Name each line, and say when it came below the goal."""
    parts = []
    for n, (name, step) in enumerate(homes.items()):
        title, colour, shape, dash = LOOKS[name]
        top = 284 + 22 * n
        parts.append(line([(388, top), (424, top)], colour, 2, dash))
        parts.append(marks([(406, top)], shape, 4.5, colour))
        parts.append(text((434, top + 4), title, INK))
        parts.append(text((744, top + 4), f"below {GOAL} at step {step}", QUIET, "end"))
    return parts
