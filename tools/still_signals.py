"""The still picture of the demo of signals: its two charts, as docs/live/signals.js paints them."""

import numpy as np

from tools.still_charts import QUIET, frame, line, marks, power, svg, text

INK, ABOVE, BELOW = "#202728", "#54278f", "#b35806"  # those of the clear scheme
BINS = 60  # of a histogram, over the whole axis


def draw(activations: list[np.ndarray], gradients: list[np.ndarray]) -> str:
    """Return the picture, from each layer's outputs (batch, units) and the gradients on them."""
    there = [
        ([each.std() for each in activations], "circle", "", ABOVE),
        ([np.sqrt(each.var(0).mean()) for each in activations], "square", "4 3", INK),
    ]
    back = [([each.std() for each in gradients], "triangle", "", BELOW)]
    parts = chart(0, activations, there, "Forward →", "size of what each layer puts out")
    parts += chart(388, gradients, back, "← Backward", "size of the gradient on it")
    key = [(4, ABOVE, "", "all numbers"), (130, INK, "4 3", "digit from digit")]
    for left, colour, dash, words in [*key, (392, BELOW, "", "all numbers")]:
        parts.append(line([(left, 292), (left + 26, 292)], colour, 2, dash))
        parts.append(text((left + 34, 296), words))
    return svg(760, 304, parts)


def chart(left: int, values: list[np.ndarray], lines: list, title: str, rest: str) -> list[str]:
    """Draw one chart, 372 wide: histograms as columns of shades, standard deviations as lines."""
    exponents = [np.log10(spreads) for spreads, *_ in lines]
    low = min(-4, np.floor(np.min(exponents) - 1))
    high = max(2, np.ceil(np.max(exponents) + 1))
    edges = (left + 38, 30, left + 368, 238)
    wide = (edges[2] - edges[0]) / len(values)

    def x(layer):
        return edges[0] + (layer + 0.5) * wide

    def y(exponent):
        return edges[3] - (exponent - low) / (high - low) * (edges[3] - edges[1])

    title = f'<tspan font-weight="600">{title}</tspan> {rest}'
    parts = [text((left, 14), title, INK), text((edges[0] - 6, 253), "0", QUIET, "end", 11)]
    parts += frame(edges, [(y(e), power(e)) for e in range(-100, int(high), 5) if e >= low])
    for layer, each in enumerate(values):
        parts += column(x(layer), wide, each, (low, high), edges, lines[0][-1])
        if layer % 5 == 0:
            parts.append(text((x(layer), 272), str(layer or "in"), QUIET, "middle", 11))
    for (_, shape, dash, colour), exponent in zip(lines, exponents, strict=True):
        points = [(x(layer), y(each)) for layer, each in enumerate(exponent)]
        parts += [line(points, colour, 1.75, dash), marks(points, shape, 2.5, colour)]
    return parts


def column(middle: float, wide: float, values, span: tuple, edges: tuple, hue: str) -> list[str]:
    """Draw where one layer's numbers lie: the share of each bin, and of zeros, as opacity."""
    sizes = np.abs(values[values != 0])
    counts, _ = np.histogram(np.log10(sizes), BINS, span)
    tall, width = (edges[3] - edges[1]) / BINS, wide - 1
    found = [
        (edges[3] - (n + 1) * tall, tall, count / counts.max()) for n, count in enumerate(counts)
    ]
    found.append((edges[3] + 6, 10, 1 - len(sizes) / values.size))
    return [
        f'<path d="M{middle - wide / 2:.1f} {top:.1f}h{width:.1f}v{height:.1f}h-{width:.1f}z" '
        f'fill="{hue}" opacity="{0.6 * share**0.5:.2f}"/>'
        for top, height, share in found
        if share > 0.004
    ]
