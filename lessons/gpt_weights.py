"""Write a GPT as one .safetensors file, for the demo in the page.

The arrays have PyTorch's names and layout, whichever framework they come from: dense
weights (out, in). The metadata says what reads them: characters, heads, depth, length.
"""

import json

import numpy as np
from safetensors.numpy import save

DENSE = ("attention.query", "attention.key", "attention.value", "attention.output")


def pack(network, characters):
    """Return the file of a PyTorch GPT, whose weights are rounded to float16 in place.

    After that the network and its file give the same answers. Raises ValueError where
    the characters are not those that the network scores.
    """
    import torch

    if len(characters) != network.embedding.weight.shape[0]:
        scored = network.embedding.weight.shape[0]
        fault = f"the network scores {scored} characters, and there are"
        raise ValueError(f"{fault} {len(characters)}; give those it was trained on")
    with torch.no_grad():
        for weight in network.parameters():
            weight.copy_(weight.half().float())
    arrays = {
        name: np.ascontiguousarray(array, np.float16)
        for name, array in describe_pytorch(network).items()
    }
    metadata = {
        "characters": json.dumps(characters),
        "heads": str(network.blocks[0].attention.heads),
        "depth": str(len(network.blocks)),
        "length": str(network.length),
    }
    return save(arrays, metadata)


def describe_pytorch(network):
    """Return the arrays of a GPT by name."""
    state = network.state_dict()
    return {name: weight.detach().cpu().numpy() for name, weight in state.items()}


def describe_keras(network):
    """Return the same for a GPT of Keras, dense weights turned to (out, in)."""
    tables = {"embedding": network.embedding, "places": network.places}
    arrays = {f"{name}.weight": part.get_weights()[0] for name, part in tables.items()}
    for number, block in enumerate(network.blocks):
        attention, prefix = block.attention, f"blocks.{number}"
        parts = attention.query, attention.key, attention.value, attention.output_
        dense = dict(zip(DENSE, parts, strict=True))
        dense |= {"network.0": block.network.layers[0]}
        dense |= {"network.2": block.network.layers[1]}
        for name, part in dense.items():
            kernel, bias = part.get_weights()
            arrays[f"{prefix}.{name}.weight"] = kernel.T
            arrays[f"{prefix}.{name}.bias"] = bias
        norms = {f"{prefix}.norm1": block.norm1, f"{prefix}.norm2": block.norm2}
        arrays |= norm_arrays(norms)
    return arrays | norm_arrays({"norm": network.norm})


def norm_arrays(norms):
    """Return scale and shift of layer norms by PyTorch's names."""
    found = {}
    for name, norm in norms.items():
        found[f"{name}.weight"], found[f"{name}.bias"] = norm.get_weights()
    return found
