"""The demo of sizes: the lesson's own counts by PyTorch, and the still picture of the first."""

import json
from importlib import import_module
from pathlib import Path

from tools.still import INK, LINK, QUIET, RULE

BELOW = "#b35806"  # the demo's second colour
WIDTH = 760
FAMILIES = {  # network: its module, the picture of its paper
    "alexnet": ("classic", 227),
    "vgg16": ("classic", 224),
    "googlenet": ("inception", 224),
    "resnet18": ("residual", 224),
    "resnet50": ("residual", 224),
    "resnet152": ("residual", 224),
    "mobilenet": ("mobile", 224),
    "efficientnet": ("mobile", 224),
}
SCALES = (  # of golden values: size (None: the paper's), width, depth
    (None, 1.0, 1.0),
    (131, 0.35, 0.5),
    (300, 1.2, 1.4),
    (455, 0.75, 2.1),
)


def files(root: Path) -> dict[Path, str]:
    """Return the golden counts, and the picture of the first network's stages."""
    found = [expected(name, *scale) for name in FAMILIES for scale in SCALES]
    golden = "[\n" + ",\n".join(map(json.dumps, found)) + "\n]\n"
    return {
        root / "tests" / "live" / "sizes.json": golden,
        root / "docs" / "live" / "sizes.svg": draw(found[0]["stages"]),
    }


def expected(name: str, size: int | None, width: float, depth: float) -> dict:
    """Return what PyTorch's twin of a network counts, stage by stage."""
    counting = import_module("lessons.imagenet.counting_torch")
    family, own = FAMILIES[name]
    build = getattr(import_module(f"lessons.imagenet.{family}_torch"), name)
    how = {"size": size or own, "width": width, "depth": depth}
    return {"network": name, **how, "stages": counting.count_by_stage(build, **how)}


def draw(stages: dict[str, tuple[int, int]]) -> str:
    """Return the SVG: each stage's share of the parameters and of the work, as the demo shows."""
    sums = [sum(each) for each in zip(*stages.values(), strict=True)]
    parts = [
        f'<text x="0" y="18" fill="{INK}" font-weight="600">AlexNet: {sums[0]:,} parameters '
        f"and {sums[1] / 1e6:.0f} million multiply–adds</text>",
        f'<text x="90" y="48" fill="{QUIET}">parameters</text>',
        f'<text x="430" y="48" fill="{QUIET}">multiply–adds</text>',
    ]
    y = 56
    for name, counts in stages.items():
        y += 28
        parts.append(f'<path d="M0 {y - 18.5}h{WIDTH}" stroke="{RULE}"/>')
        parts.append(f'<text x="0" y="{y}" fill="{INK}">{name.replace("stage", "stage ")}</text>')
        for left, count, total, colour in zip((90, 430), counts, sums, (LINK, BELOW), strict=True):
            parts.append(f'<path d="M{left} {y - 9}h190v9h-190z" fill="{RULE}" opacity=".5"/>')
            long = 190 * count / total
            parts.append(f'<path d="M{left} {y - 9}h{long:.1f}v9H{left}z" fill="{colour}"/>')
            place = f'x="{left + 310}" y="{y}" text-anchor="end" fill="{QUIET}"'
            parts.append(f"<text {place}>{count:,}</text>")
    high = y + 16
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" '
    style = 'font-family="sans-serif" font-size="14"'
    return f'{start}width="{WIDTH}" height="{high}" {style}>\n' + "\n".join(parts) + "\n</svg>\n"
