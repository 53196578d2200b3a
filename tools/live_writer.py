"""What the demo of a GPT has to reproduce, from PyTorch and NumPy, and its still picture."""

import json
from base64 import b64encode
from html import escape
from pathlib import Path

import numpy as np

from tools import golden, records

INK, QUIET, RULE, LINK, ABOVE = "#202728", "#556062", "#ddd8ca", "#0d5f66", "#54278f"
WIDTH = 760
PROMPT = "ROMEO"
LONGER = "MACBETH\nIs this a dagger which I see before me, "
CHARACTERS = "\n abcdeo"
HOW = ((1.0, None), (0.5, None), (2.0, 3), (0.8, 1), (1.3, 100))


def files(root: Path) -> dict[Path, str]:
    """Return the text of each file; the picture is drawn by the network of recorded weights."""
    weights = records.model_path(root, "writer").read_bytes()
    return {
        root / "tests" / "live" / "writer.json": golden.dump(cases(weights)),
        root / "docs" / "live" / "writer.svg": draw(weights),
    }


def cases(weights: bytes) -> dict:
    """Return chances, a small network with random weights, and the recorded one's answers."""
    random = np.random.RandomState(0)  # the same numbers in every version of NumPy
    return {
        "chances": [chances(random, *how) for how in HOW],
        "networks": [small_network(random)],
        "recorded": [answers(network_of(weights), text, weights) for text in (PROMPT, LONGER)],
    }


def chances(random, temperature: float, top_k: int | None) -> dict:
    """Return scores, how to turn them into chances, and the lesson's chances."""
    from lessons.transformer.numpy import chances_of

    scores = random.normal(size=7).round(4)
    found = chances_of(scores, temperature, top_k).tolist()
    how = {"temperature": temperature, "top_k": top_k}
    return {"scores": scores.tolist(), **how, "output": found}


def small_network(random) -> dict:
    """Return the file of a small GPT with random weights, a text, scores and attention."""
    import torch

    from lessons.gpt_weights import pack
    from lessons.transformer.torch import GPT

    network = GPT(len(CHARACTERS), features=8, heads=2, depth=2, length=12)
    with torch.no_grad():
        for weight in network.parameters():
            weight.copy_(torch.from_numpy(random.normal(size=weight.shape) * 0.5))
    file = in_order(pack(network, CHARACTERS))
    found = scored(network, list(random.randint(len(CHARACTERS), size=12)))
    return {"file": b64encode(file).decode()} | found


def in_order(file: bytes) -> bytes:
    """Return a .safetensors file whose header is sorted: its library keeps no order there."""
    size = int.from_bytes(file[:8], "little")
    header = json.dumps(json.loads(file[8 : 8 + size]), sort_keys=True).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + file[8 + size :]


def answers(network, text: str, weights: bytes) -> dict:
    """Return the recorded network's scores after a text, and what it looked back at."""
    characters = characters_of(weights)
    found = scored(network, [characters.index(one) for one in text])
    return {"text": text} | found | {"scores": found["scores"][-1:]}


def scored(network, numbers: list[int]) -> dict:
    """Return the scores after each place, and the last place's weights by block and head."""
    import torch

    with torch.no_grad():
        scores, _ = network(torch.tensor([numbers]))
    weights = looks(network, numbers)
    return {
        "numbers": [int(number) for number in numbers],
        "scores": [golden.listed(row) for row in scores[0]],
        "weights": [golden.listed(block) for block in weights],
    }


def looks(network, numbers: list[int]):
    """Return how the last place weighs all places, (heads, places) for each block."""
    import torch

    found = []
    with torch.no_grad():
        x = network.embedding.weight[numbers] + network.places.weight[: len(numbers)]
        x = x[None]
        for block in network.blocks:
            normed, attention = block.norm1(x), block.attention
            query = attention.deal(attention.query(normed))[0, :, -1:]
            keys = attention.deal(attention.key(normed))[0]
            scores = (query @ keys.mT)[:, 0] / keys.shape[-1] ** 0.5
            found.append(torch.softmax(scores, dim=1))
            x, _ = block(x, mask(len(numbers)))
    return found


def mask(time: int):
    from lessons.transformer.torch import causal_mask

    return causal_mask(time, time)


def characters_of(weights: bytes) -> str:
    return json.loads(metadata(weights)["characters"])


def metadata(weights: bytes) -> dict:
    size = int.from_bytes(weights[:8], "little")
    return json.loads(weights[8 : 8 + size])["__metadata__"]


def network_of(weights: bytes):
    """Return the PyTorch network of a file of weights."""
    import torch
    from safetensors.numpy import load

    from lessons.transformer.torch import GPT

    arrays = {name: torch.tensor(array.astype("float32")) for name, array in load(weights).items()}
    said = metadata(weights)
    network = GPT(
        *arrays["embedding.weight"].shape,
        heads=int(said["heads"]),
        depth=int(said["depth"]),
        length=int(said["length"]),
    )
    network.load_state_dict(arrays)
    return network


def draw(weights: bytes) -> str:
    """Return the still picture: a text, shaded by what is looked at, and the likeliest next."""
    from lessons.transformer.numpy import chances_of

    characters, network = characters_of(weights), network_of(weights)
    found = scored(network, [characters.index(one) for one in PROMPT])
    shares = np.array([block["data"] for block in found["weights"]]).reshape(-1, len(PROMPT))
    shares = shares.mean(axis=0) / shares.mean(axis=0).max()
    parts = [f'<text x="0" y="20" fill="{QUIET}">It looks back at</text>']
    for place, (character, share) in enumerate(zip(PROMPT, shares, strict=True)):
        x = 40 * place
        parts.append(
            f'<path d="M{x} 36h36v48h-36z" fill="{ABOVE}" opacity="{0.08 + 0.4 * share:.2f}"/>'
            f'<text x="{x + 18}" y="69" text-anchor="middle" font-size="24" fill="{INK}">'
            f"{escape(character)}</text>"
        )
    next_chances = chances_of(np.array(found["scores"][-1]["data"]), 0.8, 20)
    parts.append(f'<text x="300" y="20" fill="{QUIET}">Chances of the next character</text>')
    for line, place in enumerate(np.argsort(-next_chances)[:8]):
        parts += bar(line, characters[place], next_chances[place])
    style = 'font-family="sans-serif" font-size="14"'
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 222" '
    return f'{start}width="{WIDTH}" height="222" {style}>\n' + "\n".join(parts) + "\n</svg>\n"


def bar(line: int, character: str, share: float) -> list[str]:
    """Draw one character, its chance as a bar, and in per cent."""
    y = 50 + 23 * line
    sign = {" ": "␣", "\n": "↵"}.get(character, character)
    return [
        f'<text x="300" y="{y}" fill="{INK}">{escape(sign)}</text>',
        f'<path d="M326 {y - 10}h350v10h-350z" fill="{RULE}" opacity=".5"/>',
        f'<path d="M326 {y - 10}h{350 * share:.0f}v10H326z" fill="{LINK}"/>',
        f'<text x="{WIDTH}" y="{y}" text-anchor="end" fill="{QUIET}">{100 * share:.1f} %</text>',
    ]
