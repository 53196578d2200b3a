"""Layers of recurrent cells in PyTorch: their weights, and what they remember."""

# --8<-- [start:imports]
import numpy as np
import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:layer]
CELLS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


def recurrent_layer(kind, inputs, units):
    """Return a layer of cells, "rnn", "lstm" or "gru", for (batch, time, inputs)."""
    return getattr(nn, CELLS[kind])(inputs, units, batch_first=True)


# --8<-- [end:layer]


# --8<-- [start:cell_weights]
def cell_weights(layer):
    """Return a layer's weights as the steps from scratch take them, as arrays."""
    W, U, b, c = (weight.detach().cpu().numpy() for weight in layer.all_weights[0])
    if not isinstance(layer, nn.GRU):
        return W.T, U.T, b + c  # of two bias vectors only the sum counts
    order = np.arange(len(W)).reshape(3, -1)[[1, 0, 2]].ravel()  # r, z, n to z, r, n
    return W[order].T, U[order].T, b[order], c[order]


# --8<-- [end:cell_weights]


# --8<-- [start:gradient_by_lag]
def gradient_by_lag(layer, inputs):
    """Return how strongly the last state hangs on the input k steps back, for each k.

    Inputs are an array (batch, time, inputs). The result, (time,), is the norm of the
    gradient of the last state's sum by the input, as a share of that at lag 0.
    """
    inputs = torch.from_numpy(inputs).requires_grad_()
    layer(inputs)[0][:, -1].sum().backward()
    sizes = inputs.grad.norm(dim=2).mean(dim=0).flip(0).numpy()
    return sizes / sizes[0]


def open_forget_gate(layer, bias):
    """Set the bias of an LSTM's forget gates: the larger, the more open they start.

    Raises TypeError for another kind of layer: its weights have another order.
    """
    if not isinstance(layer, nn.LSTM):
        raise TypeError(f"only an LSTM has a forget gate, not {type(layer).__name__}")
    units = layer.hidden_size
    with torch.no_grad():
        layer.bias_ih_l0[units : 2 * units] = bias
        layer.bias_hh_l0[units : 2 * units] = 0


# --8<-- [end:gradient_by_lag]
