"""Write a trained network as one .safetensors file, for the demos in the pages.

The file's metadata lists the layers; the arrays have PyTorch's layout, whichever
framework they come from: kernels (out, in, k, l), dense weights (out, in).
"""

import copy
import json

import numpy as np
from safetensors.numpy import save


def pack(network, inputs):
    """Return the file of a PyTorch network, in float16 where that costs nothing.

    Nothing is lost if the rounded network names the same class for each of the inputs;
    else the weights stay float32. Raises TypeError for a layer that no demo can run.
    """
    layers, arrays = describe_pytorch(network)
    kind = np.float16 if keeps_classes(network, inputs) else np.float32
    arrays = {name: np.ascontiguousarray(array, kind) for name, array in arrays.items()}
    return save(arrays, {"layers": json.dumps(layers)})


def keeps_classes(network, inputs, batch_size=500):
    """Return whether rounding the weights to float16 leaves every answer as it is."""
    rounded = copy.deepcopy(network)
    for weight in rounded.parameters():
        weight.data = weight.data.half().float()
    return all(
        bool((network(batch).argmax(1) == rounded(batch).argmax(1)).all())
        for batch in inputs.split(batch_size)
    )


def describe_pytorch(network):
    """Return the layers of a Sequential as dictionaries, and its arrays by name."""
    kinds = {"Conv2d": "conv2d", "Linear": "linear", "MaxPool2d": "max_pool2d"}
    kinds |= {"ReLU": "relu", "Flatten": "flatten"}
    layers, arrays = [], {}
    for name, layer in network.named_children():
        layers.append({"name": name, "kind": known(kinds, layer)})
        if layers[-1]["kind"] == "conv2d":
            layers[-1]["padding"] = layer.padding[0]
        for part, weight in layer.named_parameters():
            arrays[f"{name}.{part}"] = weight.detach().cpu().numpy()
    return layers, arrays


def describe_keras(network):
    """Return the same for a Keras Sequential, the arrays in the layout of PyTorch."""
    kinds = {"Conv2D": "conv2d", "Dense": "linear", "MaxPooling2D": "max_pool2d"}
    kinds |= {"ReLU": "relu", "Flatten": "flatten"}
    layers, arrays, flattened = [], {}, None
    for number, layer in enumerate(network.layers):
        name = str(number)
        layers.append({"name": name, "kind": known(kinds, layer)})
        if layers[-1]["kind"] == "conv2d":
            same = layer.padding == "same"
            layers[-1]["padding"] = layer.kernel_size[0] // 2 if same else 0
        if layers[-1]["kind"] == "flatten":
            flattened = layer.input.shape[1:]
        if layer.get_weights():
            weight, arrays[f"{name}.bias"] = layer.get_weights()
            arrays[f"{name}.weight"] = to_pytorch_layout(weight, flattened)
        if layers[-1]["kind"] == "linear":
            flattened = None  # only the first dense layer after Flatten sees pixels
    return layers, arrays


def to_pytorch_layout(weight, flattened):
    """Turn (k, l, in, out) into (out, in, k, l), and (in, out) into (out, in).

    After Flatten of (height, width, channels), inputs are put in PyTorch's order too.
    """
    if weight.ndim == 4:
        return weight.transpose(3, 2, 0, 1)
    if flattened:
        pixels = weight.reshape(*flattened, -1).transpose(2, 0, 1, 3)
        weight = pixels.reshape(weight.shape)
    return weight.T


def known(kinds, layer):
    """Return the name of a layer's kind in the demos; TypeError where there is none."""
    kind = type(layer).__name__
    if kind not in kinds:
        raise TypeError(f"no demo can run the layer {kind}; use {', '.join(kinds)}")
    return kinds[kind]
