"""PyTorch's own encoder layer, and its weights for the one from scratch."""

# --8<-- [start:imports]
import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:library_layer]
def library_layer(features=64, heads=4, hidden=256, norm_first=True):
    """Return PyTorch's encoder layer, with norms that are not the identity."""
    layer = nn.TransformerEncoderLayer(
        features, heads, hidden, dropout=0.0, batch_first=True, norm_first=norm_first
    )
    for norm in (layer.norm1, layer.norm2):
        nn.init.normal_(norm.weight, mean=1.0, std=0.1)
        nn.init.normal_(norm.bias, std=0.1)
    return layer


# --8<-- [end:library_layer]


# --8<-- [start:layer_weights]
def layer_weights(layer):
    """Return the arrays of an encoder layer by the names of encoder_layer()."""
    attention = layer.self_attn
    kernels = [*attention.in_proj_weight.chunk(3), attention.out_proj.weight]
    biases = [*attention.in_proj_bias.chunk(3), attention.out_proj.bias]
    kernels += [layer.linear1.weight, layer.linear2.weight]
    biases += [layer.linear1.bias, layer.linear2.bias]
    weights = {}
    names = ("query", "key", "value", "output", "first", "second")
    for name, kernel, bias in zip(names, kernels, biases):
        weights[f"{name} kernel"], weights[f"{name} bias"] = kernel.T, bias
    for name, norm in (("norm 1", layer.norm1), ("norm 2", layer.norm2)):
        weights[f"{name} scale"], weights[f"{name} shift"] = norm.weight, norm.bias
    return {name: weight.detach().numpy() for name, weight in weights.items()}


# --8<-- [end:layer_weights]


# --8<-- [start:run_layer]
@torch.no_grad()
def run_layer(layer, x):
    """Return what the library's layer makes of an array (batch, time, features)."""
    return layer(torch.from_numpy(x)).numpy()


# --8<-- [end:run_layer]
